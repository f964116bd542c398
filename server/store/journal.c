#include "server/store/journal.h"

#include "server/system/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static size_t count_lines(const char *p, size_t n)
{
    size_t lines = 0;
    for (const char *end = p + n; (p = memchr(p, '\n', (size_t)(end - p))); p++) lines++;
    return lines;
}

/* -- the file -- */

/* Cuts the incomplete line off the end of the file. Returns false with errno set; then nothing may
 * be written. */
static bool cut_torn(struct journal *j, int fd)
{
    struct stat st;
    if (j->torn == 0) return true;
    if (fstat(fd, &st) < 0) return false;
    off_t torn = (off_t)j->torn < st.st_size ? (off_t)j->torn : st.st_size;
    if (ftruncate(fd, st.st_size - torn) < 0) return false;
    j->torn = 0;
    return true;
}

/* Returns where the incomplete last line starts; `size` if there is none, -1 if the file cannot be
 * read. */
static off_t find_torn(int fd, off_t size, char *block)
{
    for (off_t from, end = size; end > 0; end = from) {
        size_t n = end < JOURNAL_BUFFER ? (size_t)end : JOURNAL_BUFFER;
        from = end - (off_t)n;
        if (pread(fd, block, n, from) != (ssize_t)n) return -1;
        const char *feed = memrchr(block, '\n', n);
        if (feed) return from + (feed + 1 - block);
    }
    return 0;
}

/* Copies the bytes from `at` to `size`, and a line feed. */
static bool copy_range(int from, off_t at, off_t size, int to, char *block)
{
    while (at < size) {
        size_t n = size - at < JOURNAL_BUFFER ? (size_t)(size - at) : JOURNAL_BUFFER;
        if (pread(from, block, n, at) != (ssize_t)n) return false;
        if (write(to, block, n) != (ssize_t)n) return false;
        at += (off_t)n;
    }
    return write(to, "\n", 1) == 1;
}

/* Copies the incomplete line to FILE.torn, all of it or nothing. */
static bool save_torn(const char *path, int fd, off_t at, off_t size, char *block)
{
    char name[PATH_MAX];
    struct stat before;
    if (snprintf(name, sizeof name, "%s.torn", path) >= (int)sizeof name) return false;
    int to = open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (to < 0) return false;
    bool saved = fstat(to, &before) == 0 && S_ISREG(before.st_mode);
    if (saved && !copy_range(fd, at, size, to, block)) {
        saved = false;
        if (ftruncate(to, before.st_size) < 0) log_event("%s: %s", name, strerror(errno));
    }
    close(to);
    return saved;
}

/* Moves an incomplete last line, as a crash leaves it, to FILE.torn. If it cannot be saved, ends it
 * with a line feed; if that fails as well, cuts it. Returns why the file is not usable, or NULL. */
static const char *repair_end(struct journal *j, const char *path, int fd, off_t size)
{
    off_t at = find_torn(fd, size, j->lines);
    if (at < 0) return "cannot read its end";
    if (at == size) return NULL;
    bool saved = save_torn(path, fd, at, size, j->lines);
    bool stays = !saved && write(fd, "\n", 1) == 1;
    log_event("the last line of the journal %s was incomplete: %s %s.torn (%jd bytes)", path,
              saved   ? "moved it to"
              : stays ? JOURNAL_TORN_STAYS
                      : "deleted it, cannot move it to",
              path, (intmax_t)(size - at));
    if (stays) return NULL;
    j->torn = (size_t)(size - at);
    cut_torn(j, fd);
    return NULL;
}

static const char *check_file(struct journal *j, const char *path, int fd)
{
    struct stat st;
    if (fstat(fd, &st) < 0) return strerror(errno);
    if (!S_ISREG(st.st_mode)) return JOURNAL_NOT_REGULAR;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? JOURNAL_LOCKED : strerror(errno);
    return repair_end(j, path, fd, st.st_size);
}

/* Opens and locks the file. Returns why that failed, or NULL. */
static const char *open_file(struct journal *j, const char *path, int *ret_fd)
{
    int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int fd = open(path, flags, 0600);
    if (fd < 0) return strerror(errno);
    const char *why = check_file(j, path, fd);
    if (why)
        close(fd);
    else
        *ret_fd = fd;
    return why;
}

bool journal_open(struct journal *j, const char *path, enum journal_sync_mode mode)
{
    *j = (struct journal){.sync_mode = mode, .fd = -1};
    const char *why = open_file(j, path, &j->fd);
    if (!why && mode == JOURNAL_SYNC_SECOND && !journal_sync_start(&j->sync, j->fd))
        why = strerror(errno);
    if (why) {
        fprintf(stderr, "klatchd: cannot open the journal %s: %s\n", path, why);
        return false;
    }
    j->path = path;
    return true;
}

/* -- failures, each logged once -- */

static void note_failure(struct journal *j, size_t written, int why)
{
    const char *end = memrchr(j->lines, '\n', written);
    size_t whole = end ? (size_t)(end + 1 - j->lines) : 0;
    j->torn += written - whole;
    cut_torn(j, j->fd);
    if (j->missing == 0) log_event(JOURNAL_WRITE_FAILED " %s: %s", j->path, strerror(why));
    j->missing += count_lines(j->lines + whole, j->len - whole);
}

static void note_recovery(struct journal *j)
{
    if (j->missing == 0) return;
    log_event(JOURNAL_RESUMED ", %ju lines are missing: %s", (uintmax_t)j->missing, j->path);
    j->lost += j->missing;
    j->missing = 0;
}

static void log_sync(struct journal *j, int why)
{
    if (why == j->sync_error) return;
    j->sync_error = why;
    if (why)
        log_event(JOURNAL_SYNC_FAILED " %s: %s", j->path, strerror(why));
    else
        log_event(JOURNAL_SYNC_RESUMED ": %s", j->path);
}

/* -- writing -- */

static void sync_file(struct journal *j)
{
    if (j->sync_mode == JOURNAL_SYNC_ALWAYS) log_sync(j, fdatasync(j->fd) < 0 ? errno : 0);
    if (j->sync_mode != JOURNAL_SYNC_SECOND) return;
    log_sync(j, j->sync.error);
    journal_sync_request(&j->sync);
}

static void write_lines(struct journal *j)
{
    size_t done = 0;
    if (j->len == 0) return;
    ssize_t n = cut_torn(j, j->fd) ? 1 : -1;
    while (n > 0 && done < j->len && (n = write(j->fd, j->lines + done, j->len - done)) > 0)
        done += (size_t)n;
    if (done < j->len)
        note_failure(j, done, n < 0 ? errno : EIO);
    else
        note_recovery(j);
    if (done > 0) sync_file(j);
    j->len = 0;
}

static void stamp_now(char stamp[RECORD_STAMP])
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    if (!record_format_time(stamp, ms)) record_format_time(stamp, 0);
}

static void append_record(struct journal *j, const char *frame, const char *stamp)
{
    struct span payload = frame_payload(frame);
    if (j->len + RECORD_ROOM > sizeof j->lines) write_lines(j);
    j->len += record_wrap(j->lines + j->len, stamp, payload);
}

void journal_write(struct journal *j, const struct ring *ring)
{
    char stamp[RECORD_STAMP];
    if (!j->path || j->at.pos == ring->head.pos) return;
    stamp_now(stamp);
    j->missing += ring_catch_up(ring, &j->at);
    while (j->at.pos < ring->head.pos) {
        append_record(j, ring_at(ring, j->at.pos), stamp);
        ring_step(ring, &j->at);
    }
    write_lines(j);
}

/* -- reopening -- */

static bool is_same_file(const struct journal *j)
{
    struct stat there, here;
    return stat(j->path, &there) == 0 && fstat(j->fd, &here) == 0 && there.st_dev == here.st_dev &&
           there.st_ino == here.st_ino;
}

/* Keeps the descriptor's number, which the sync thread uses; the lock belongs to the open file. */
void journal_reopen(struct journal *j)
{
    int fd = -1;
    size_t torn = j->torn;
    if (is_same_file(j)) {
        log_event(JOURNAL_SAME_FILE ": %s", j->path);
        return;
    }
    j->torn = 0;
    const char *why = open_file(j, j->path, &fd);
    if (!why && j->sync_mode != JOURNAL_SYNC_NEVER) fdatasync(j->fd);
    if (!why && dup3(fd, j->fd, O_CLOEXEC) < 0) why = strerror(errno);
    if (fd >= 0) close(fd);
    if (why) {
        j->torn = torn;
        log_event(JOURNAL_REOPEN_FAILED ": %s: %s", j->path, why);
        return;
    }
    log_event(JOURNAL_REOPENED " %s", j->path);
}

void journal_close(struct journal *j)
{
    if (!j->path) return;
    if (j->sync_mode == JOURNAL_SYNC_SECOND) journal_sync_stop(&j->sync);
    if (j->sync_mode != JOURNAL_SYNC_NEVER) fdatasync(j->fd);
    close(j->fd);
    j->path = NULL;
}
