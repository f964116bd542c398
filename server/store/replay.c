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

/* Where the chunk's line begins that ends at `end`; NULL where that is before the chunk. */
static const char *line_start(const char *chunk, const char *end, bool begins_a_line)
{
    const char *feed = end > chunk ? memrchr(chunk, '\n', (size_t)(end - chunk) - 1) : NULL;
    if (feed) return feed + 1;
    return begins_a_line && end > chunk ? chunk : NULL;
}

/* Looks at a chunk's lines from the last one back until it has seen as many records as are wanted,
 * and returns where it stopped. A line that is longer than the chunk is no record. */
static size_t scan_back(const char *chunk, size_t n, bool begins_a_line, size_t *wanted)
{
    struct record record;
    const char *end = chunk + n, *start;
    while (*wanted > 0 && (start = line_start(chunk, end, begins_a_line))) {
        if (is_message(&record, start, (size_t)(end - start))) --*wanted;
        end = start;
    }
    return end < chunk + n ? (size_t)(end - chunk) : 0;
}

/* Where the last `wanted` records before `size` start, or as many as start behind `least`. */
static off_t find_start(int fd, off_t size, off_t least, size_t wanted)
{
    static char chunk[CHUNK];
    off_t start = size;
    while (start > least && wanted > 0) {
        size_t n = start - least < CHUNK ? (size_t)(start - least) : CHUNK;
        off_t from = start - (off_t)n;
        if (pread(fd, chunk, n, from) != (ssize_t)n) return start;
        start = from + (off_t)scan_back(chunk, n, from == least, &wanted);
    }
    return start;
}

static bool replay_line(struct room *room, const char *line, size_t n)
{
    struct record record;
    bool said = is_message(&record, line, n);
    if (said) room_restore(room, record.said.nick, record.said.msg);
    return said;
}

/* Half a line, at either end, is no record. */
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
    log_event("%zu lines of the journal are history", replayed);
    if (invalid > 0) log_event("%zu lines of the journal are no records of a room", invalid);
}

void replay_journal(int fd, struct room *room, size_t lines)
{
    struct stat st;
    if (lines == 0 || fstat(fd, &st) < 0) return;
    off_t most = (off_t)room->ring.size, least = st.st_size > most ? st.st_size - most : 0;
    off_t start = find_start(fd, st.st_size, least, lines);
    int copy = dup(fd);
    FILE *file = copy >= 0 ? fdopen(copy, "r") : NULL;
    if (!file) {
        log_event("the journal cannot be read back");
        if (copy >= 0) close(copy);
        return;
    }
    fseeko(file, start, SEEK_SET);
    replay_file(file, room);
    fclose(file);
}
