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

struct backlog_line {
    char *nick, *msg;
};

/* All zero is empty. */
struct backlog {
    uint64_t recent_hashes[BACKLOG_HASHES]; /* of the line number n at n % BACKLOG_HASHES */
    uint64_t count;                         /* lines noted since the start */
    struct backlog_line *pending;           /* lines buffered after the gap */
    size_t n, bytes;
};

/* Notes a line of the room when it is shown. */
void backlog_note(struct backlog *b, const char *nick, const char *msg);

/* Buffers a copy of a line that comes after the gap. Returns false if it is full, or without
 * memory.
 */
bool backlog_buffer(struct backlog *b, const char *nick, const char *msg);

/* Returns how many of the buffered lines, from the first on, were noted before the gap; 0 without
 * an overlap. Skips notices of our own join: the server sends them to other members only. */
size_t backlog_overlap(const struct backlog *b, const char *own_nick);

/* Drops the buffered lines. */
void backlog_clear(struct backlog *b);

#endif
