/* backoff: PURE how long to wait before each try: not at all before the first, then a second, twice
 * that, and so on; a little less than that by chance, so that not everybody comes at once. */
#ifndef TUI_CORE_BACKOFF_H
#define TUI_CORE_BACKOFF_H

#include <stdint.h>

struct backoff {
    int64_t most;    /* milliseconds */
    uint32_t chance; /* any number; from one on, all waits follow */
    unsigned tries;
};

/* Milliseconds to wait before the next try: at most `most`, and at least three quarters of what it
 * is without chance. */
int64_t backoff_next(struct backoff *b);

/* The next try is a first one again. */
void backoff_reset(struct backoff *b);

#endif
