#include "server/store/replay.h"

#include "common/record.h"
#include "server/system/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 4 * RECORD_ROOM };

static bool is_message(struct record *record, const char *line, size_t n)
{
    return !record_decode(record, (struct span){line, n}) && record->said.nick &&
           record->said.proto == PROTO_BROADCAST;
}

/* Returns the start of the line that ends at `end`; NULL if it is before the chunk. */
static const char *line_start(const char *chunk, const char *end, bool starts_line)
{
    const char *feed = end > chunk ? memrchr(chunk, '\n', (size_t)(end - chunk) - 1) : NULL;
    if (feed) return feed + 1;
    return starts_line && end > chunk ? chunk : NULL;
}

/* Scans a chunk's lines backwards until it has found *wanted messages, and returns where it
 * stopped. A line that is longer than the chunk is invalid. */
static size_t scan_back(const char *chunk, size_t n, bool starts_line, size_t *wanted)
{
    struct record record;
    const char *end = chunk + n, *start;
    while (*wanted > 0 && (start = line_start(chunk, end, starts_line))) {
        if (is_message(&record, start, (size_t)(end - start))) --*wanted;
        end = start;
    }
    return end < chunk + n ? (size_t)(end - chunk) : 0;
}

/* Returns where the last `wanted` messages start, or as many as there are from `min` to `size`. */
static off_t find_start(int fd, off_t size, off_t min, size_t wanted)
{
    static char chunk[CHUNK];
    off_t start = size;
    while (start > min && wanted > 0) {
        size_t n = start - min < CHUNK ? (size_t)(start - min) : CHUNK;
        off_t from = start - (off_t)n;
        if (pread(fd, chunk, n, from) != (ssize_t)n) return start;
        start = from + (off_t)scan_back(chunk, n, from == min, &wanted);
    }
    return start;
}

static bool replay_line(struct room *room, const char *line, size_t n)
{
    struct record record;
    bool valid = is_message(&record, line, n);
    if (valid) room_restore(room, record.said.nick, record.said.msg);
    return valid;
}

/* Counts an incomplete line, at either end, as invalid. */
static void replay_file(FILE *file, struct room *room)
{
    char *line = NULL;
    size_t cap = 0, replayed = 0, invalid = 0;
    ssize_t n;
    while ((n = getline(&line, &cap, file)) > 0)
        if (replay_line(room, line, (size_t)n))
            replayed++;
        else
            invalid++;
    free(line);
    log_event("loaded %zu messages from the journal", replayed);
    if (invalid > 0) log_event("skipped %zu invalid journal lines", invalid);
}

void replay_journal(int fd, struct room *room, size_t lines)
{
    struct stat st;
    if (lines == 0 || fstat(fd, &st) < 0) return;
    off_t max = (off_t)room->ring.size, min = st.st_size > max ? st.st_size - max : 0;
    off_t start = find_start(fd, st.st_size, min, lines);
    int copy = dup(fd);
    FILE *file = copy >= 0 ? fdopen(copy, "r") : NULL;
    if (!file) {
        log_event("cannot read the journal");
        if (copy >= 0) close(copy);
        return;
    }
    fseeko(file, start, SEEK_SET);
    replay_file(file, room);
    fclose(file);
}
