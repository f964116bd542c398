#include "server/store/journal_file.h"

#include "server/store/journal_paths.h"
#include "server/system/log.h"
#include "server/system/sandbox.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes. A longer end without a line feed cannot be an incomplete line of a journal: it stays. */
enum { TORN_MAX = 64 * 1024 * 1024 };

/* -- holes -- */

/* Returns where the next data from `at` on begins, or `size`. Without support for holes, all is
 * data. */
static off_t next_data(int fd, off_t at, off_t size)
{
    off_t data = lseek(fd, at, SEEK_DATA);
    if (data < 0) return errno == ENXIO ? size : at;
    return data < size ? data : size;
}

/* Searches longer and longer ranges, because a hole may have terabytes. */
off_t journal_file_data_end(int fd, off_t end)
{
    off_t range = JOURNAL_FILE_BLOCK;
    while (end > 0) {
        off_t from = end > range ? end - range : 0;
        bool is_hole = next_data(fd, from, end) == end;
        if (!is_hole && range == JOURNAL_FILE_BLOCK) return end;
        range = is_hole ? 2 * range : JOURNAL_FILE_BLOCK;
        if (is_hole) end = from;
    }
    return 0;
}

/* -- the incomplete last line -- */

/* Cuts the incomplete line off the end of the file. Returns false with errno set; then nothing may
 * be written. */
static bool cut_torn(struct journal_file *f, int fd)
{
    struct stat st;
    if (f->torn == 0) return true;
    if (sandbox_fstat(fd, &st) < 0) return false;
    off_t torn = (off_t)f->torn < st.st_size ? (off_t)f->torn : st.st_size;
    if (ftruncate(fd, st.st_size - torn) < 0) return false;
    f->torn = 0;
    return true;
}

/* Returns where the incomplete last line starts; `size` if there is none, -1 if the file cannot be
 * read, -2 if the line is longer than TORN_MAX without the holes in it. */
static off_t find_torn(int fd, off_t size, char *block)
{
    off_t from, read = 0;
    for (off_t end = size; (end = journal_file_data_end(fd, end)) > 0; end = from) {
        size_t n = end < JOURNAL_FILE_BLOCK ? (size_t)end : JOURNAL_FILE_BLOCK;
        from = end - (off_t)n;
        if (pread(fd, block, n, from) != (ssize_t)n) return -1;
        const char *feed = memrchr(block, '\n', n);
        if (feed) return from + (feed + 1 - block);
        if ((read += (off_t)n) > TORN_MAX) return -2;
    }
    return 0;
}

/* Copies the bytes from `at` to `size` without holes, and a line feed. */
static bool copy_range(int from, off_t at, off_t size, int to, char *block)
{
    while ((at = next_data(from, at, size)) < size) {
        size_t n = size - at < JOURNAL_FILE_BLOCK ? (size_t)(size - at) : JOURNAL_FILE_BLOCK;
        if (pread(from, block, n, at) != (ssize_t)n) return false;
        if (write(to, block, n) != (ssize_t)n) return false;
        at += (off_t)n;
    }
    return write(to, "\n", 1) == 1;
}

/* Copies the incomplete line to FILE.torn, all of it or nothing. */
static bool save_torn(struct journal_file *f, int fd, off_t at, off_t size)
{
    struct stat before;
    int to = opener_open(f->opener, JOURNAL_TORN);
    if (to < 0) return false;
    bool saved = sandbox_fstat(to, &before) == 0;
    if (saved && !copy_range(fd, at, size, to, f->block)) {
        saved = false;
        if (ftruncate(to, before.st_size) < 0) log_event("%s.torn: %s", f->path, strerror(errno));
    }
    close(to);
    return saved;
}

static void log_torn(const char *path, const char *what, off_t bytes)
{
    log_event("the last line of the journal %s was incomplete: %s %s.torn (%jd bytes)", path, what,
              path, (intmax_t)bytes);
}

/* Moves the incomplete last line of a crash to FILE.torn. If that fails, ends the line with a line
 * feed; if that fails as well, cuts it. Returns why the file is not usable, or NULL. */
static const char *repair_end(struct journal_file *f, int fd, off_t size)
{
    off_t at = find_torn(fd, size, f->block);
    if (at == -1) return "cannot read its end";
    if (at == size) return NULL;
    bool saved = at >= 0 && save_torn(f, fd, at, size);
    bool stays = !saved && write(fd, "\n", 1) == 1;
    if (at < 0 && !stays) return strerror(errno);
    log_torn(f->path,
             saved   ? "moved it to"
             : stays ? JOURNAL_TORN_STAYS
                     : "deleted it, cannot move it to",
             size - (at > 0 ? at : 0));
    if (stays) return NULL;
    f->torn = (size_t)(size - at);
    cut_torn(f, fd);
    return NULL;
}

/* -- opening -- */

/* Notes the size. A file that has become smaller is no longer full. */
static void set_size(struct journal_file *f, off_t size)
{
    if (size < f->size) f->full = 0;
    f->size = size;
}

/* Warns about a file that others can open. Keeps its mode, because the administrator may have
 * chosen it for a group that reads the journal. */
static void warn_if_shared(const char *path, mode_t mode)
{
    if ((mode & (S_IRWXG | S_IRWXO)) == 0) return;
    log_event(JOURNAL_SHARED("%s", "%04o", "%s"), path, (unsigned)mode & 07777, path);
}

static const char *check_file(struct journal_file *f, int fd)
{
    struct stat st;
    if (sandbox_fstat(fd, &st) < 0) return strerror(errno);
    warn_if_shared(f->path, st.st_mode);
    const char *why = repair_end(f, fd, st.st_size);
    if (!why) f->full = 0;
    if (!why) f->size = st.st_size - (off_t)f->torn;
    return why;
}

/* Opens and locks the file. Returns why that failed, or NULL. */
static const char *open_file(struct journal_file *f, int *ret_fd)
{
    int fd = opener_open(f->opener, JOURNAL_FILE);
    if (fd < 0) return errno == EWOULDBLOCK ? JOURNAL_LOCKED : opener_strerror(errno);
    const char *why = check_file(f, fd);
    if (why)
        close(fd);
    else
        *ret_fd = fd;
    return why;
}

const char *journal_file_open(struct journal_file *f, const char *path, struct opener *opener)
{
    f->path = path;
    f->opener = opener;
    f->fd = -1;
    f->torn = 0;
    return open_file(f, &f->fd);
}

const char *journal_file_reopen(struct journal_file *f, int *ret_old)
{
    int fd = -1;
    size_t torn = f->torn;
    f->torn = 0;
    const char *why = open_file(f, &fd);
    if (why) {
        f->torn = torn;
        return why;
    }
    *ret_old = f->fd;
    f->fd = fd;
    return NULL;
}

bool journal_file_is_deleted(struct journal_file *f)
{
    struct stat st;
    if (sandbox_fstat(f->fd, &st) < 0) return false;
    set_size(f, st.st_size);
    return st.st_nlink == 0;
}

/* Whether the error says nothing about the path. */
static bool is_shortage(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOMEM || error == OPENER_ENDED;
}

enum journal_place journal_file_locate(struct journal_file *f)
{
    struct stat there, here;
    if (sandbox_fstat(f->fd, &here) < 0) return JOURNAL_IN_PLACE;
    set_size(f, here.st_size);
    if (here.st_nlink == 0) return JOURNAL_DELETED;
    int fd = opener_open(f->opener, JOURNAL_PLACE);
    if (fd < 0) return is_shortage(errno) ? JOURNAL_UNKNOWN : JOURNAL_MOVED;
    bool is_same = sandbox_fstat(fd, &there) == 0 && there.st_dev == here.st_dev &&
                   there.st_ino == here.st_ino;
    close(fd);
    return is_same ? JOURNAL_IN_PLACE : JOURNAL_MOVED;
}

/* -- writing -- */

/* Returns how many of the bytes are whole lines within the first `space` bytes. A file that is full
 * stays so, also for a shorter line: otherwise, each line could fail and succeed in turn. */
static size_t count_fitting(const char *lines, size_t n, off_t space)
{
    if (space <= 0) return 0;
    if ((off_t)n <= space) return n;
    const char *end = memrchr(lines, '\n', (size_t)space);
    return end ? (size_t)(end + 1 - lines) : 0;
}

/* Writes whole lines. Returns as journal_file_append does. */
static size_t write_all(struct journal_file *f, const char *lines, size_t n, int *ret_error)
{
    size_t done = 0;
    ssize_t now = cut_torn(f, f->fd) ? 1 : -1;
    while (now > 0 && done < n && (now = write(f->fd, lines + done, n - done)) > 0)
        done += (size_t)now;
    if (done == n) return n;
    *ret_error = now < 0 ? errno : EIO;
    const char *end = memrchr(lines, '\n', done);
    size_t whole = end ? (size_t)(end + 1 - lines) : 0;
    f->torn += done - whole;
    cut_torn(f, f->fd);
    return whole;
}

size_t journal_file_append(struct journal_file *f, const char *lines, size_t n, off_t max,
                           int *ret_error)
{
    size_t fitting = n;
    if (max > 0) fitting = f->full == max ? 0 : count_fitting(lines, n, max - f->size);
    if (n > 0) f->full = fitting < n ? max : 0;
    size_t written = write_all(f, lines, fitting, ret_error);
    if (fitting < n && written == fitting) *ret_error = 0;
    return written;
}
