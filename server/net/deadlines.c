#include "server/net/deadlines.h"

enum {
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
    deadline->at = now + timeout;
    if (kind == TIMER_HANDSHAKE && deadline->handshake_by == 0)
        deadline->handshake_by = (uint32_t)(now + HANDSHAKE_WAITS * timeout);
    TAILQ_INSERT_TAIL(&d->lists[kind], deadline, link);
}

struct deadline *deadlines_expired(const struct deadlines *d, enum timer kind, int64_t now)
{
    struct deadline *first = TAILQ_FIRST(&d->lists[kind]);
    return first && first->at <= now ? first : NULL;
}

int64_t deadlines_next(const struct deadlines *d)
{
    int64_t next = 0;
    for (int i = 0; i < TIMERS; i++) {
        const struct deadline *first = TAILQ_FIRST(&d->lists[i]);
        if (first && (next == 0 || first->at < next)) next = first->at;
    }
    return next;
}

bool deadline_is_handshake_over(const struct deadline *deadline, int64_t now)
{
    if (deadline->handshake_by == 0) return false;
    return (int32_t)((uint32_t)now - deadline->handshake_by) >= 0;
}
