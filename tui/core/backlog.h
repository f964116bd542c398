/* seam: PURE whether what the room says after a break goes on from what it said before. A server
 * with a history begins with lines that may be known already: then nothing is missing, and nothing
 * need be shown twice. */
#ifndef TUI_CORE_BACKLOG_H
#define TUI_CORE_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SEAM_SEEN = 1024, /* lines remembered from before the break */
    SEAM_HELD = 4096, /* lines held after it, and bytes of them, at most */
    SEAM_BYTES = 4 << 20,
};

struct seam_line {
    char *nick, *msg;
};

/* All zero is empty. */
struct seam {
    uint64_t seen[SEAM_SEEN]; /* their hashes, the n-th ever at n % SEAM_SEEN */
    uint64_t count;
    struct seam_line *held;
    size_t n, bytes;
};

/* The room said this, and it was shown. */
void seam_note(struct seam *s, const char *nick, const char *msg);

/* Keeps a line that comes after the break, as a copy. False when it cannot. */
bool seam_hold(struct seam *s, const char *nick, const char *msg);

/* How many of the held lines, from the first on, lead up to the last line that was seen; 0 when
 * they do not. Of our own coming, under this nickname, the server tells the others only. */
size_t seam_overlap(const struct seam *s, const char *nick);

/* Forgets the held lines. */
void seam_drop(struct seam *s);

#endif
