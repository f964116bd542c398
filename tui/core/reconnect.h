/* reconnect: PURE decides when to connect again after the connection is lost, and when to request
 * our nickname again, which the lost connection may still hold. Times are in milliseconds. */
#ifndef TUI_CORE_RECONNECT_H
#define TUI_CORE_RECONNECT_H

#include <stdbool.h>
#include <stdint.h>

enum { RECONNECT_NEVER = -1 };

/* Exponential backoff: no wait before the first attempt, then one second, doubled for each attempt,
 * minus a random part of up to a quarter, so that clients do not all return at the same moment. */
struct backoff {
    int64_t max_ms;
    uint32_t seed;
    unsigned tries;
};

/* Returns the milliseconds to wait before the next attempt: at most max_ms. */
int64_t backoff_next(struct backoff *b);

/* Returns a random number from 0 to `below` - 1. */
int64_t backoff_random(struct backoff *b, int64_t below);

/* Makes the next attempt a first one. */
void backoff_reset(struct backoff *b);

struct reconnect {
    struct backoff connect_backoff, nick_backoff;
    int64_t reconnect_at;     /* RECONNECT_NEVER: not before the user asks for it */
    int64_t nick_retry_at;    /* RECONNECT_NEVER: do not request the nickname again */
    int64_t stale_nick_until; /* until then, our lost connection may still hold the nickname */
    int64_t joined_at;        /* RECONNECT_NEVER: not in the room */
};

/* Starts with a seed for random numbers; each client needs its own. */
void reconnect_init(struct reconnect *r, uint32_t seed);

/* Notes that we joined the room. */
void reconnect_joined(struct reconnect *r, int64_t now);

/* Schedules the next attempt: the connection was lost or could not be made. If the server refused
 * us with a reason, waits until the user asks for a new connection. */
void reconnect_lost(struct reconnect *r, int64_t now, bool refused);

/* Makes the next attempt due now. */
void reconnect_retry_now(struct reconnect *r, int64_t now);

/* Handles a refusal of the nickname that we had. Returns whether to request it again; then that is
 * due at nick_retry_at. */
bool reconnect_nick_refused(struct reconnect *r, int64_t now);

#endif
