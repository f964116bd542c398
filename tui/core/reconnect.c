#include "tui/core/reconnect.h"

enum {
    BACKOFF_FIRST_MS = 1000,
    DOUBLINGS_MAX = 16,
    CONNECT_MAX_MS = 60000,
    NICK_MAX_MS = 10000,
    STALE_NICK_MS = 70000, /* the server notices a dead connection within a minute */
    STABLE_MS = 10000,     /* a shorter stay in the room does not reset the backoff */
};

/* Uses the generator of Numerical Recipes: good enough to spread the clients. */
int64_t backoff_random(struct backoff *b, int64_t below)
{
    b->seed = b->seed * 1664525 + 1013904223;
    return below * (b->seed >> 16) / 65536;
}

int64_t backoff_next(struct backoff *b)
{
    if (b->tries++ == 0) return 0;
    unsigned doublings = b->tries - 2;
    int64_t wait = doublings < DOUBLINGS_MAX ? (int64_t)BACKOFF_FIRST_MS << doublings : b->max_ms;
    if (wait > b->max_ms) wait = b->max_ms;
    return wait - backoff_random(b, wait / 4);
}

void backoff_reset(struct backoff *b)
{
    b->tries = 0;
}

void reconnect_init(struct reconnect *r, uint32_t seed)
{
    *r = (struct reconnect){
        .connect_backoff = {.max_ms = CONNECT_MAX_MS, .seed = seed},
        .nick_backoff = {.max_ms = NICK_MAX_MS, .seed = seed},
        .reconnect_at = RECONNECT_NEVER,
        .nick_retry_at = RECONNECT_NEVER,
        .stale_nick_until = RECONNECT_NEVER,
        .joined_at = RECONNECT_NEVER,
    };
}

void reconnect_joined(struct reconnect *r, int64_t now)
{
    r->joined_at = now;
    r->nick_retry_at = r->stale_nick_until = RECONNECT_NEVER;
    backoff_reset(&r->nick_backoff);
    backoff_next(&r->nick_backoff); /* the first request goes out with the server's greeting */
}

void reconnect_lost(struct reconnect *r, int64_t now, bool refused)
{
    bool stable = r->joined_at != RECONNECT_NEVER && now - r->joined_at >= STABLE_MS;
    if (stable) backoff_reset(&r->connect_backoff);
    r->joined_at = r->nick_retry_at = RECONNECT_NEVER;
    r->reconnect_at = refused ? RECONNECT_NEVER : now + backoff_next(&r->connect_backoff);
}

/* Does not count the attempt: it must not lengthen the next wait. */
void reconnect_retry_now(struct reconnect *r, int64_t now)
{
    if (r->reconnect_at > now) r->connect_backoff.tries--;
    r->reconnect_at = now;
}

bool reconnect_nick_refused(struct reconnect *r, int64_t now)
{
    if (r->stale_nick_until == RECONNECT_NEVER) r->stale_nick_until = now + STALE_NICK_MS;
    bool stale = now < r->stale_nick_until;
    r->nick_retry_at = stale ? now + backoff_next(&r->nick_backoff) : RECONNECT_NEVER;
    return stale;
}
