#include "server/net/deadlines.h"

enum {
    TLS = 10000,          /* milliseconds for the handshake of TLS */
    FRAME = 30000,        /* milliseconds from the first byte of a packet to its last */
    RATE_LIMIT = 10,      /* milliseconds of a pause in reading */
    WRITE_CHECK = 10000,  /* maximum of milliseconds between two checks whether a client reads */
    CLOSE = 2000,         /* milliseconds for the client to read its last packets and close */
    STALL_CHECKS = 4,     /* checks in the stall timeout */
    HANDSHAKE_WAITS = 10, /* timeouts for a nickname in total; each packet starts another one */
};

void deadlines_init(struct deadlines *d, int nick_seconds, int stall_seconds)
{
    *d = (struct deadlines){.timeouts = {
                                [TIMER_TLS] = TLS,
                                [TIMER_FRAME] = FRAME,
                                [TIMER_STRANGER_FRAME] = FRAME,
                                [TIMER_RATE_LIMIT] = RATE_LIMIT,
                                [TIMER_KEEPALIVE] = DEADLINES_KEEPALIVE,
                                [TIMER_CLOSE] = CLOSE,
                                [TIMER_CLOSED] = 1,
                            }};
    for (int i = 0; i < TIMERS; i++) TAILQ_INIT(&d->lists[i]);
    deadlines_configure(d, nick_seconds, stall_seconds);
}

void deadlines_configure(struct deadlines *d, int nick_seconds, int stall_seconds)
{
    int64_t check = (int64_t)stall_seconds * 1000 / STALL_CHECKS;
    d->timeouts[TIMER_HANDSHAKE] = (int64_t)nick_seconds * 1000;
    d->timeouts[TIMER_WRITE] = check > 0 && check < WRITE_CHECK ? check : WRITE_CHECK;
}

void deadlines_set(struct deadlines *d, struct deadline *deadline, enum timer kind, int64_t now)
{
    int64_t timeout = d->timeouts[kind];
    if (deadline->kind != TIMER_NONE) TAILQ_REMOVE(&d->lists[deadline->kind], deadline, link);
    deadline->kind = TIMER_NONE;
    if (timeout <= 0) return;
    deadline->kind = kind;
    deadline->at = (uint32_t)(now + timeout);
    TAILQ_INSERT_TAIL(&d->lists[kind], deadline, link);
}

/* Returns the milliseconds from `now` to a time of which only the lower 32 bits are known. */
static int32_t until(uint32_t at, int64_t now)
{
    return (int32_t)(at - (uint32_t)now);
}

struct deadline *deadlines_expired(const struct deadlines *d, enum timer kind, int64_t now)
{
    struct deadline *first = TAILQ_FIRST(&d->lists[kind]);
    return first && until(first->at, now) <= 0 ? first : NULL;
}

int64_t deadlines_next(const struct deadlines *d, int64_t now)
{
    int64_t next = 0;
    for (int i = 0; i < TIMERS; i++) {
        const struct deadline *first = TAILQ_FIRST(&d->lists[i]);
        int64_t at = first ? now + until(first->at, now) : 0;
        if (first && (next == 0 || at < next)) next = at;
    }
    return next;
}

uint32_t deadlines_handshake_end(const struct deadlines *d, int64_t now)
{
    int64_t timeout = d->timeouts[TIMER_HANDSHAKE];
    if (timeout <= 0) return 0;
    uint32_t end = (uint32_t)(now + HANDSHAKE_WAITS * timeout);
    return end > 0 ? end : 1;
}

bool deadlines_is_handshake_over(uint32_t end, int64_t now)
{
    return end > 0 && until(end, now) <= 0;
}
