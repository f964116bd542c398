#include "tui/core/backoff.h"

enum { FIRST = 1000, DOUBLINGS_MAX = 16 };

/* Numerical Recipes' generator: good enough to keep people apart. */
static int64_t less(struct backoff *b, int64_t wait)
{
    b->chance = b->chance * 1664525 + 1013904223;
    return wait / 4 * (b->chance >> 16) / 65536;
}

int64_t backoff_next(struct backoff *b)
{
    if (b->tries++ == 0) return 0;
    unsigned doublings = b->tries - 2;
    int64_t wait = doublings < DOUBLINGS_MAX ? (int64_t)FIRST << doublings : b->most;
    if (wait > b->most) wait = b->most;
    return wait - less(b, wait);
}

void backoff_reset(struct backoff *b)
{
    b->tries = 0;
}
