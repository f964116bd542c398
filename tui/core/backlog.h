/* backlog: PURE finds where the history from the server overlaps the lines already shown, so that
 * the client shows no line twice, and marks a gap only if lines may be missing. */
#ifndef TUI_CORE_BACKLOG_H
#define TUI_CORE_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BACKLOG_HASHES = 1024, /* lines remembered from before the gap */
    BACKLOG_LINES = 4096,  /* lines buffered after the gap */
    BACKLOG_BYTES = 4 << 20,
};

/* A line of the room. */
struct room_line {
    const char *nick, *msg;
    int64_t at, unix_ms; /* as in struct event */
    bool presence;       /* a notice of a join, leave or new nickname: some histories have none */
};

struct backlog_line {
    struct room_line line;
    uint64_t hash;
    char *text; /* the memory of its strings */
};

/* All zero is empty. */
struct backlog {
    uint64_t recent_hashes[BACKLOG_HASHES]; /* of the line number n at n % BACKLOG_HASHES */
    uint64_t count;                         /* lines noted since the start */
    struct backlog_line *pending;           /* lines buffered after the gap */
    size_t n, bytes;
};

/* Notes a line of the room when it is shown, unless it is about presence. */
void backlog_note(struct backlog *b, const struct room_line *line);

/* Buffers a copy of a line that comes after the gap. Returns false if it is full, or without
 * memory.
 */
bool backlog_buffer(struct backlog *b, const struct room_line *line);

/* Returns how many of the buffered lines, from the first on, were shown before the gap; 0 without
 * an overlap. Compares what was said, and neither the times nor lines about presence. */
size_t backlog_overlap(const struct backlog *b);

/* Drops the buffered lines. */
void backlog_clear(struct backlog *b);

#endif
