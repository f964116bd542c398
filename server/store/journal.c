#include "server/store/journal.h"

#include "server/system/clock.h"
#include "server/system/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    CALM = 200,        /* milliseconds after a slow write in which messages wait for no write */
    SLOW = 1000,       /* milliseconds until it logs a slow write */
    CHECK = 450,       /* milliseconds between checks whether the file was moved */
    ROTATION = 400,    /* milliseconds to wait for a HUP after a rename */
    TELL = 100,        /* milliseconds that messages wait for the log */
    SYNC_AFTER = 1000, /* milliseconds from a write to its sync */
};

/* -- the worker's side -- */

/* Opens the path again because the file was deleted or moved. Logs each reason once. */
static bool replace_file(struct journal *j, struct journal_batch *b, const char *what)
{
    const char *why = journal_file_reopen(&j->file, &b->old);
    bool is_new = why && (!j->trouble || strcmp(j->trouble, why) != 0);
    j->trouble = why;
    if (!why) j->moved_at = 0;
    if (!why) log_event("%s: " JOURNAL_REOPENED " %s", what, j->path);
    if (is_new) log_event("%s: %s: %s", what, j->path, why);
    return !why;
}

/* Logs once that the opener has ended. */
static void note_blind(struct journal *j)
{
    if (!j->opener.has_ended || j->is_blind) return;
    j->is_blind = true;
    log_event(JOURNAL_NOT_WATCHED ": %s: %s", j->path, OPENER_ENDED_TEXT);
}

/* Checks whether the path names the open file, and replaces the file if not. Returns false if there
 * is no file to write to. */
static bool check_place(struct journal *j, struct journal_batch *b)
{
    enum journal_place place = journal_file_locate(&j->file);
    bool may_replace = b->old < 0;
    int64_t now = clock_us() / 1000;
    if (place == JOURNAL_DELETED) return may_replace && replace_file(j, b, JOURNAL_WAS_DELETED);
    if (place == JOURNAL_UNKNOWN) note_blind(j);
    if (place == JOURNAL_IN_PLACE) j->trouble = NULL;
    if (place == JOURNAL_IN_PLACE) j->moved_at = 0;
    if (place == JOURNAL_MOVED && j->moved_at == 0) j->moved_at = now;
    if (place == JOURNAL_MOVED && now >= j->moved_at + ROTATION && may_replace)
        replace_file(j, b, JOURNAL_WAS_MOVED);
    return true;
}

/* Opens the path again for HUP. */
static void reopen(struct journal *j, struct journal_batch *b)
{
    enum journal_place place = journal_file_locate(&j->file);
    if (place == JOURNAL_IN_PLACE) {
        log_event(JOURNAL_SAME_FILE ": %s", j->path);
        return;
    }
    j->trouble = journal_file_reopen(&j->file, &b->old);
    if (!j->trouble) {
        j->moved_at = 0;
        log_event(JOURNAL_REOPENED " %s", j->path);
        return;
    }
    log_event(JOURNAL_REOPEN_FAILED ", %s: %s: %s",
              place == JOURNAL_DELETED ? "the old one is deleted" : "still writing to the old file",
              j->path, j->trouble);
}

/* Writes the lines again to a new file if the file is deleted meanwhile. */
static void write_lines(struct journal *j, struct journal_batch *b)
{
    bool checks = b->checks || j->trouble;
    for (int tries = 0; tries < 2; tries++, checks = true) {
        if (checks && !check_place(j, b)) break;
        b->written = journal_file_append(&j->file, b->text, b->len, b->max, &b->error);
        if (b->len == 0 || !journal_file_is_deleted(&j->file)) return;
    }
    b->written = 0;
    b->error = ENOENT;
}

/* Logs a large file before it fills the disk or reaches its maximum. */
static void warn_if_large(struct journal *j, const struct journal_batch *b)
{
    off_t first = b->max > 0 ? b->max / 2 : JOURNAL_WARNING, size = j->file.size;
    if (size < first) j->warn_at = first;
    if (size < first || size < j->warn_at) return;
    log_event(JOURNAL_LARGE("%jd MB") ": %s", (intmax_t)(size >> 20), j->path);
    j->warn_at = 2 * size;
}

static void run_write(void *journal)
{
    struct journal *j = journal;
    struct journal_batch *b = &j->batches[j->writing];
    b->old = -1;
    b->sync_error = 0;
    if (b->reopens) reopen(j, b);
    write_lines(j, b);
    warn_if_large(j, b);
    if (j->mode == JOURNAL_SYNC_ALWAYS && b->written > 0 && fdatasync(j->file.fd) < 0)
        b->sync_error = errno;
    b->fd = j->file.fd;
}

static void run_sync(void *sync)
{
    struct journal_sync *s = sync;
    s->error = s->syncs && fdatasync(s->fd) < 0 ? errno : 0;
}

static void run_retire(void *sync)
{
    struct journal_sync *s = sync;
    run_sync(s);
    close(s->fd);
}

/* -- failures, each logged once -- */

static size_t count_lines(const char *p, size_t n)
{
    size_t lines = 0;
    for (const char *end = p + n; (p = memchr(p, '\n', (size_t)(end - p))); p++) lines++;
    return lines;
}

/* Writes the log. With JOURNAL_SYNC_ALWAYS, waits until a failure is in the log, before anybody
 * receives the lines, unless nobody reads the log. */
static void tell_first(struct journal *j)
{
    log_flush();
    if (j->mode == JOURNAL_SYNC_ALWAYS) j->told_at = clock_us() / 1000 + TELL;
}

static void note_missing(struct journal *j, uint64_t lines, const char *why)
{
    bool is_first = j->missing == 0;
    j->missing += lines;
    if (lines == 0 || !is_first) return;
    log_event(JOURNAL_WRITE_FAILED " %s: %s", j->path, why);
    tell_first(j);
}

/* Logs a recovery, but not while the writer is far behind: then more lines will be missing soon. */
static void note_recovery(struct journal *j, const struct ring *ring)
{
    bool is_behind = ring_lag(ring, &j->at) > ring->size / 2;
    if (j->missing == 0 || !j->has_recovered || is_behind) return;
    log_event(JOURNAL_RESUMED ", %ju lines are missing: %s", (uintmax_t)j->missing, j->path);
    j->lost += j->missing;
    j->missing = 0;
}

/* Counts and logs a failed sync, before anybody may receive the lines. All lines since the last
 * sync may be lost: the kernel may drop them and report no error next time. */
static void note_sync(struct journal *j, int why, uint64_t lines)
{
    if (why) j->unsafe += lines;
    if (why == j->sync_error) return;
    j->sync_error = why;
    if (why)
        log_event(JOURNAL_SYNC_FAILED " %s: %s; the last %ju lines may be lost", j->path,
                  strerror(why), (uintmax_t)lines);
    else
        log_event(JOURNAL_SYNC_RESUMED ", %ju lines may be lost so far: %s", (uintmax_t)j->unsafe,
                  j->path);
    tell_first(j);
}

static void note_slow(struct journal *j, int64_t now)
{
    if (j->is_slow || !j->write.is_pending || now < j->submitted_at + SLOW) return;
    log_event(JOURNAL_SLOW ", messages %s: %s",
              j->mode == JOURNAL_SYNC_ALWAYS ? "wait for it" : "are sent before they are written",
              j->path);
    j->is_slow = true;
}

/* -- the worker's results -- */

static void sync_done(void *sync)
{
    struct journal_sync *s = sync;
    if (s->syncs) note_sync(s->journal, s->error, s->lines);
}

static void retire_done(void *sync)
{
    sync_done(sync);
    free(sync);
}

/* Lets the server's worker sync and close the old file, which has the lines up to this batch.
 * Without memory, closes it at once, without a sync. */
static void retire_file(struct journal *j, int fd)
{
    struct journal_sync *s = malloc(sizeof *s);
    if (s) {
        *s = (struct journal_sync){.journal = j, .fd = fd, .lines = j->unsynced};
        s->job = (struct job){.run = run_retire, .done = retire_done, .context = s};
        s->syncs = j->mode == JOURNAL_SYNC_SECOND;
        worker_submit(j->worker, &s->job);
    } else {
        close(fd);
        if (j->mode == JOURNAL_SYNC_SECOND) note_sync(j, ENOMEM, j->unsynced);
    }
    j->unsynced = 0;
}

static void write_done(void *journal)
{
    struct journal *j = journal;
    struct journal_batch *b = &j->batches[j->writing];
    uint64_t missing = count_lines(b->text + b->written, b->len - b->written);
    if (b->old >= 0) retire_file(j, b->old);
    j->fd = b->fd;
    j->written = b->end;
    if (j->is_slow) log_event(JOURNAL_CAUGHT_UP ": %s", j->path);
    j->is_slow = false;
    if (b->len > 0) j->has_recovered = missing == 0;
    note_missing(j, missing, b->error ? strerror(b->error) : JOURNAL_FULL);
    if (j->mode == JOURNAL_SYNC_ALWAYS && b->written > 0)
        note_sync(j, b->sync_error, b->lines - missing);
    if (j->mode == JOURNAL_SYNC_SECOND) j->unsynced += b->lines - missing;
    b->len = b->lines = 0;
}

/* -- lines -- */

static void stamp_now(char stamp[RECORD_STAMP])
{
    if (!record_format_time(stamp, clock_unix_ms())) record_format_time(stamp, 0);
}

/* Makes lines of the new frames, as many as fit into the loop's batch, with the current time. */
static void fill_batch(struct journal *j, const struct ring *ring)
{
    char stamp[RECORD_STAMP];
    struct journal_batch *b = &j->batches[!j->writing];
    note_missing(j, ring_catch_up(ring, &j->at), JOURNAL_OVERRUN);
    if (j->at.pos == ring->head.pos || b->len + RECORD_VISIBLE > sizeof b->text) return;
    stamp_now(stamp);
    while (j->at.pos < ring->head.pos && b->len + RECORD_VISIBLE <= sizeof b->text) {
        struct span payload = frame_payload(ring_at(ring, j->at.pos));
        size_t n = record_wrap(b->text + b->len, sizeof b->text - b->len, stamp, payload);
        if (n == 0) return;
        b->len += n;
        b->lines++;
        ring_step(ring, &j->at);
    }
}

/* Whether the worker has something to do at this time. */
static bool has_work(const struct journal *j, int64_t now)
{
    return j->batches[!j->writing].len > 0 || j->reopens || now >= j->check_at;
}

static void submit_batch(struct journal *j, int64_t now)
{
    struct journal_batch *b = &j->batches[!j->writing];
    if (j->write.is_pending || !has_work(j, now)) return;
    b->end = j->at;
    b->max = j->max;
    b->reopens = j->reopens;
    b->checks = now >= j->check_at;
    j->reopens = false;
    if (b->checks) j->check_at = now + CHECK;
    j->writing = !j->writing;
    j->submitted_at = now;
    worker_submit(&j->writer, &j->write);
}

static void submit_sync(struct journal *j, int64_t now)
{
    if (j->unsynced > 0 && j->sync_at == 0) j->sync_at = now + SYNC_AFTER;
    if (j->sync_at == 0 || now < j->sync_at || j->sync.job.is_pending) return;
    j->sync_at = 0;
    if (j->unsynced == 0) return;
    j->sync.fd = j->fd;
    j->sync.lines = j->unsynced;
    j->unsynced = 0;
    worker_submit(j->worker, &j->sync.job);
}

/* -- the loop's side -- */

/* Counts the frames that members may receive before they are in the file. */
static void count_late(struct journal *j, const struct ring *ring)
{
    if (j->late_seq < j->written.seq) j->late_seq = j->written.seq;
    j->late += ring->head.seq - j->late_seq;
    j->late_seq = ring->head.seq;
}

static void hold_frames(struct journal *j, struct ring *ring, int64_t now)
{
    bool is_late = j->write.is_pending && now >= j->submitted_at + JOURNAL_PATIENCE;
    if (j->mode != JOURNAL_SYNC_ALWAYS && is_late) j->prompt_at = now + CALM;
    if (now < j->told_at && !log_is_written()) return;
    j->told_at = 0;
    if (j->mode == JOURNAL_SYNC_ALWAYS || now >= j->prompt_at) {
        ring_hold(ring, &j->written);
        return;
    }
    count_late(j, ring);
    ring_release(ring);
}

void journal_write(struct journal *j, struct ring *ring, int64_t now)
{
    if (!j->path) return;
    worker_collect(&j->writer);
    fill_batch(j, ring);
    submit_batch(j, now);
    fill_batch(j, ring);
    note_recovery(j, ring);
    submit_sync(j, now);
    note_slow(j, now);
    hold_frames(j, ring, now);
}

int64_t journal_deadline(const struct journal *j, const struct ring *ring)
{
    int64_t due = j->sync.job.is_pending ? 0 : j->sync_at, next;
    if (!j->path) return 0;
    if (!j->write.is_pending)
        next = j->at.pos < ring->head.pos || has_work(j, 0) ? 1 : j->check_at;
    else if (ring->holds && j->mode != JOURNAL_SYNC_ALWAYS)
        next = j->submitted_at + JOURNAL_PATIENCE;
    else
        next = j->is_slow ? 0 : j->submitted_at + SLOW;
    if (due == 0 || (next > 0 && next < due)) due = next;
    return j->told_at > 0 && (due == 0 || j->told_at < due) ? j->told_at : due;
}

void journal_reopen(struct journal *j)
{
    if (j->path) j->reopens = true;
}

bool journal_is_reopening(const struct journal *j)
{
    return j->reopens || (j->write.is_pending && j->batches[j->writing].reopens);
}

/* -- start and end -- */

void journal_prepare(struct journal *j, const char *path)
{
    j->paths = (struct journal_paths){.path = path};
    j->opener = (struct opener){.open = journal_paths_open, .context = &j->paths};
}

bool journal_open(struct journal *j, const char *path, enum journal_sync_mode mode,
                  struct worker *worker)
{
    j->mode = mode;
    j->worker = worker;
    if (!j->opener.open) journal_prepare(j, path);
    const char *why = journal_file_open(&j->file, path, &j->opener);
    if (!why && !worker_start(&j->writer)) why = strerror(errno);
    if (why) {
        fprintf(stderr, "klatchd: cannot open the journal %s: %s\n", path, why);
        return false;
    }
    j->fd = j->file.fd;
    j->write = (struct job){.run = run_write, .done = write_done, .context = j};
    const struct job sync = {.run = run_sync, .done = sync_done, .context = &j->sync};
    j->sync = (struct journal_sync){.job = sync, .journal = j, .syncs = true};
    j->path = path;
    return true;
}

void journal_drain(struct journal *j, struct ring *ring, int64_t now)
{
    if (!j->path) return;
    do {
        journal_write(j, ring, now);
        worker_drain(&j->writer);
    } while (j->at.pos < ring->head.pos || has_work(j, 0));
    journal_write(j, ring, now);
}

void journal_close(struct journal *j, struct ring *ring)
{
    if (!j->path) return;
    journal_drain(j, ring, clock_us() / 1000);
    worker_stop(&j->writer);
    worker_drain(j->worker);
    ring_release(ring);
    if (j->mode != JOURNAL_SYNC_NEVER) note_sync(j, fdatasync(j->fd) < 0 ? errno : 0, j->unsynced);
    close(j->fd);
    j->path = NULL;
}
