#include "server/store/replay.h"

#include "common/record.h"
#include "server/store/journal_file.h"
#include "server/store/journal_paths.h"
#include "server/system/log.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    CHUNK = RECORD_ROOM + 1, /* the longest line, and the line feed before it */
    ROTATED_MAX = 100,       /* files */
    ZEROS_MAX = 100,         /* chunks */
};

/* The end of a file, or a part of it. */
static char buffer[CHUNK];

/* The line of a message. All lines are kept until the search ends, because it reads files from
 * their end. */
struct line {
    SLIST_ENTRY(line) next;
    size_t n;
    char text[];
};

struct replay {
    SLIST_HEAD(line_list, line) lines; /* the oldest first */
    size_t wanted;                     /* messages */
    size_t lines_left;                 /* bytes of lines that may still be read */
    size_t chunks_left;                /* chunks that may still be read, also if full of zeros */
    size_t loaded, invalid;            /* messages; lines */
    int64_t oldest; /* the time of the oldest message; INT64_MAX: there is none */
};

static bool decode(struct record *record, const char *line, size_t n)
{
    return !record_decode(record, (struct span){line, n}) && record->said.nick &&
           record->said.proto == PROTO_BROADCAST;
}

/* Keeps a message. Returns false if out of memory. */
static bool keep_line(struct replay *r, const char *text, size_t n, int64_t time)
{
    struct line *line = malloc(sizeof *line + n);
    if (!line) return false;
    line->n = n;
    memcpy(line->text, text, n);
    SLIST_INSERT_HEAD(&r->lines, line, next);
    r->oldest = time;
    r->wanted--;
    r->loaded++;
    return true;
}

/* Passes over who joined, left or had a new nickname: the history is what was said. */
static void add_line(struct replay *r, const char *text, size_t n)
{
    struct record record;
    if (!decode(&record, text, n))
        r->invalid++;
    else if (presence_is_notice(record.said.nick, record.said.msg))
        return;
    else if (!keep_line(r, text, n, record.unix_ms))
        r->wanted = 0;
}

/* Returns the start of the line that ends at `end`; NULL if it is before the chunk. A line starts
 * after a line feed, or after zeros, which a truncation can leave in a file that is being written.
 */
static const char *line_start(const char *chunk, const char *end, bool starts_line)
{
    if (end == chunk) return NULL;
    const char *feed = memrchr(chunk, '\n', (size_t)(end - chunk) - 1);
    const char *start = feed ? feed + 1 : chunk,
               *hole = memrchr(start, '\0', (size_t)(end - start));
    if (hole) return hole + 1;
    return feed || starts_line ? start : NULL;
}

static const char *skip_hole(const char *chunk, const char *end)
{
    while (end > chunk && end[-1] == '\0') end--;
    return end;
}

/* Adds a chunk's lines, the last one first, and returns where it stopped. A line that is longer
 * than the chunk is invalid. */
static size_t scan_back(struct replay *r, const char *chunk, size_t n, bool starts_line)
{
    const char *end = skip_hole(chunk, chunk + n), *start;
    while (r->wanted > 0 && r->lines_left > 0 && (start = line_start(chunk, end, starts_line))) {
        size_t len = (size_t)(end - start);
        r->lines_left -= len < r->lines_left ? len : r->lines_left;
        if (r->lines_left > 0) add_line(r, start, len);
        end = skip_hole(chunk, start);
    }
    return end < chunk + n ? (size_t)(end - chunk) : 0;
}

/* Whether the server was told to end: it has blocked these signals, and reads them later. */
static bool is_told_to_end(void)
{
    sigset_t pending;
    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGTERM) || sigismember(&pending, SIGINT));
}

static bool wants_more(const struct replay *r)
{
    return r->wanted > 0 && r->lines_left > 0 && r->chunks_left > 0 && !is_told_to_end();
}

/* Adds the messages of a file, from its end to its start. */
static void scan_file(struct replay *r, int fd)
{
    struct stat st;
    off_t end = fstat(fd, &st) == 0 ? st.st_size : 0;
    while (wants_more(r) && (end = journal_file_data_end(fd, end)) > 0) {
        size_t n = end < CHUNK ? (size_t)end : CHUNK;
        off_t from = end - (off_t)n;
        if (pread(fd, buffer, n, from) != (ssize_t)n) return;
        end = from + (off_t)scan_back(r, buffer, n, from == 0);
        r->chunks_left--;
    }
}

/* Whether the last line of a file is a message, and older than all messages found: a copy of the
 * journal is not older. */
static bool is_older(const struct replay *r, int fd)
{
    struct record record;
    struct stat st;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0) return false;
    size_t n = st.st_size < CHUNK ? (size_t)st.st_size : CHUNK;
    if (pread(fd, buffer, n, st.st_size - (off_t)n) != (ssize_t)n) return false;
    const char *start = line_start(buffer, buffer + n, n == (size_t)st.st_size);
    if (!start || !decode(&record, start, (size_t)(buffer + n - start))) return false;
    const struct line *first = SLIST_FIRST(&r->lines);
    size_t len = (size_t)(buffer + n - start);
    bool is_same = first && first->n == len && memcmp(first->text, start, len) == 0;
    return record.unix_ms <= r->oldest && !is_same;
}

static void scan_rotated(struct replay *r, struct opener *opener)
{
    int fd;
    for (int i = 0; wants_more(r) && i < ROTATED_MAX; i++) {
        if ((fd = opener_open(opener, JOURNAL_ROTATED)) < 0) return;
        if (is_older(r, fd)) scan_file(r, fd);
        close(fd);
    }
}

static void restore_lines(struct replay *r, struct room *room)
{
    struct line *line;
    struct record record;
    while ((line = SLIST_FIRST(&r->lines))) {
        SLIST_REMOVE_HEAD(&r->lines, next);
        if (decode(&record, line->text, line->n))
            room_restore(room, record.unix_ms, record.said.nick, record.said.msg);
        free(line);
    }
}

void replay_journal(int fd, struct opener *opener, struct room *room, size_t lines)
{
    struct replay r = {.wanted = lines, .lines_left = room->ring.size, .oldest = INT64_MAX};
    r.chunks_left = ZEROS_MAX + 4 * room->ring.size / CHUNK;
    if (lines == 0) return;
    scan_file(&r, fd);
    size_t current = r.loaded, invalid = r.invalid;
    scan_rotated(&r, opener);
    restore_lines(&r, room);
    log_event("loaded %zu messages from the journal, and %zu from rotated files", current,
              r.loaded - current);
    if (invalid > 0) log_event("skipped %zu invalid journal lines", invalid);
    if (is_told_to_end()) log_event(REPLAY_STOPPED);
}
