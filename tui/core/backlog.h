/* backlog: PURE finds where the history that the server replays overlaps the lines already shown,
 * so that none is shown twice and no gap is marked where nothing is missing. */
#ifndef TUI_CORE_BACKLOG_H
#define TUI_CORE_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BACKLOG_HASHES = 1024, /* lines remembered from before the gap */
    BACKLOG_LINES = 4096,  /* lines buffered after it, */
    BACKLOG_BYTES = 4 << 20,
};

struct backlog_line {
    char *nick, *msg;
};

/* All zero is empty. */
struct backlog {
    uint64_t recent_hashes[BACKLOG_HASHES]; /* the n-th line ever at n % BACKLOG_HASHES */
    uint64_t count;                         /* lines ever noted */
    struct backlog_line *pending;           /* lines buffered after the gap */
    size_t n, bytes;
};

/* Notes a line of the room that is shown. */
void backlog_note(struct backlog *b, const char *nick, const char *msg);

/* Buffers a copy of a line that comes after the gap. Returns false when it is full or without
 * memory. */
bool backlog_buffer(struct backlog *b, const char *nick, const char *msg);

/* Returns how many of the buffered lines, from the first on, were noted before the gap; 0 when the
 * two do not overlap. The server announces our own join, under this nickname, to others only. */
size_t backlog_overlap(const struct backlog *b, const char *own_nick);

/* Drops the buffered lines. */
void backlog_clear(struct backlog *b);

#endif
