#include "server/net/deadlines.h"

enum {
    FRAME = 30000,        /* milliseconds from the first byte of a packet to its last, */
    RATE_LIMIT = 10,      /* from one look at one who speaks too fast to the next, */
    WRITE_CHECK = 10000,  /* until one that was sent something is looked at, at the most, */
    CLOSE = 2000,         /* and for an ending connection to take what it is owed */
    STALL_CHECKS = 4,     /* at one that takes nothing, until it is cut off */
    HANDSHAKE_WAITS = 10, /* for a nickname, one after the other, at the most */
};

void deadlines_init(struct deadlines *d, int nick_seconds, int stall_seconds)
{
    *d = (struct deadlines){.timeouts = {
                                [TIMER_FRAME] = FRAME,
                                [TIMER_RATE_LIMIT] = RATE_LIMIT,
                                [TIMER_KEEPALIVE] = CONN_KEEPALIVE_MS,
                                [TIMER_CLOSE] = CLOSE,
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

void deadlines_set(struct deadlines *d, struct conn *c, enum timer kind, int64_t now)
{
    if (c->timer.kind != TIMER_NONE) TAILQ_REMOVE(&d->lists[c->timer.kind], c, timer.link);
    c->timer.kind = TIMER_NONE;
    if (d->timeouts[kind] <= 0) return;
    c->timer.kind = kind;
    if (kind == TIMER_HANDSHAKE && c->timer.handshake_by == 0)
        c->timer.handshake_by = (uint32_t)(now + HANDSHAKE_WAITS * d->timeouts[kind]);
    c->timer.deadline = now + d->timeouts[kind];
    TAILQ_INSERT_TAIL(&d->lists[kind], c, timer.link);
}

struct conn *deadlines_expired(const struct deadlines *d, enum timer kind, int64_t now)
{
    struct conn *first = TAILQ_FIRST(&d->lists[kind]);
    return first && first->timer.deadline <= now ? first : NULL;
}

int64_t deadlines_earliest(const struct deadlines *d)
{
    int64_t next = 0;
    for (int i = 0; i < TIMERS; i++) {
        const struct conn *first = TAILQ_FIRST(&d->lists[i]);
        if (first && (next == 0 || first->timer.deadline < next)) next = first->timer.deadline;
    }
    return next;
}
