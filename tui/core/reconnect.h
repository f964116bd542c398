/* reconnect: PURE when to connect again after a loss, and when to request a refused nickname again
 * that our own lost connection may still hold. Times are milliseconds. */
#ifndef TUI_CORE_RECONNECT_H
#define TUI_CORE_RECONNECT_H

#include <stdbool.h>
#include <stdint.h>

enum { RECONNECT_NEVER = -1 };

/* Exponential backoff: no wait before the first try, then a second, doubled for each try, less a
 * random part of up to a quarter, so that clients do not all return at the same moment. */
struct backoff {
    int64_t max_ms;
    uint32_t seed;
    unsigned tries;
};

/* Returns the milliseconds to wait before the next try: at most max_ms. */
int64_t backoff_next(struct backoff *b);

/* Makes the next try a first one. */
void backoff_reset(struct backoff *b);

struct reconnect {
    struct backoff connect_backoff, nick_backoff;
    int64_t reconnect_at;     /* RECONNECT_NEVER: not before the user asks for it */
    int64_t nick_retry_at;    /* RECONNECT_NEVER: the nickname is not requested again */
    int64_t stale_nick_until; /* a refusal before then is put down to our lost connection */
    int64_t joined_at;        /* RECONNECT_NEVER: not in the room */
};

/* `seed` is any number, best a different one in each client. */
void reconnect_init(struct reconnect *r, uint32_t seed);

/* We joined the room. */
void reconnect_joined(struct reconnect *r, int64_t now);

/* The connection was lost or could not be made. After a refusal with a reason no new connection is
 * made before the user asks for it. */
void reconnect_lost(struct reconnect *r, int64_t now, bool refused);

/* Connects again now. */
void reconnect_retry_now(struct reconnect *r, int64_t now);

/* Takes a refusal of the nickname that was ours. Returns whether to request it again, which is then
 * due at nick_retry_at. */
bool reconnect_nick_refused(struct reconnect *r, int64_t now);

#endif
