#include "server/recall.h"

#include "common/record.h"
#include "server/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

/* Where the last `lines` lines before `size` start, or as many as start behind `least`. */
static off_t find_start(int fd, off_t size, off_t least, size_t lines)
{
    static char chunk[CHUNK];
    off_t from = size, start = size;
    size_t seen = 0;
    while (from > least) {
        size_t n = from - least < CHUNK ? (size_t)(from - least) : CHUNK;
        from -= (off_t)n;
        if (pread(fd, chunk, n, from) != (ssize_t)n) return start;
        const char *p = chunk + n;
        while ((p = memrchr(chunk, '\n', (size_t)(p - chunk)))) {
            start = from + (p + 1 - chunk);
            if (seen++ == lines) return start;
        }
    }
    return least > 0 ? start : 0;
}

static bool recall_line(struct room *room, const char *line, size_t n)
{
    struct record record;
    if (record_decode(&record, (struct span){line, n})) return false;
    bool said = record.said.nick && record.said.proto == PROTO_BROADCAST;
    if (said) room_recall(room, record.said.nick, record.said.msg);
    return said;
}

/* Half a line, at either end, is no record. */
static void recall_from(FILE *file, struct room *room)
{
    char *line = NULL;
    size_t cap = 0, recalled = 0, others = 0;
    ssize_t n;
    while ((n = getline(&line, &cap, file)) > 0)
        if (recall_line(room, line, (size_t)n))
            recalled++;
        else
            others++;
    free(line);
    log_event("%zu lines of the journal are history", recalled);
    if (others > 0) log_event("%zu lines of the journal are no records of a room", others);
}

void recall_read(int fd, struct room *room, size_t lines)
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
    recall_from(file, room);
    fclose(file);
}
