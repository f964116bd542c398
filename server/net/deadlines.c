#include "server/net/deadlines.h"

enum {
    FRAME = 30000,   /* milliseconds from the first byte of a packet to its last, */
    PACE = 10,       /* from one look at one who speaks too fast to the next, */
    LOOK = 10000,    /* until one that was sent something is looked at, at the most, */
    END = 2000,      /* and for an ending connection to take what it is owed */
    STALL_LOOKS = 4, /* at one that takes nothing, until it is cut off */
    NICK_WAITS = 10, /* for a nickname, one after the other, at the most */
};

void waits_init(struct waits *w, int nick_seconds, int stall_seconds)
{
    *w = (struct waits){.patience = {
                            [WAIT_FRAME] = FRAME,
                            [WAIT_PACE] = PACE,
                            [WAIT_PROBE] = CONN_PROBE,
                            [WAIT_END] = END,
                        }};
    for (int i = 0; i < WAIT_KINDS; i++) TAILQ_INIT(&w->lists[i]);
    waits_change(w, nick_seconds, stall_seconds);
}

void waits_change(struct waits *w, int nick_seconds, int stall_seconds)
{
    int64_t look = (int64_t)stall_seconds * 1000 / STALL_LOOKS;
    w->patience[WAIT_NICK] = (int64_t)nick_seconds * 1000;
    w->patience[WAIT_TAKE] = look > 0 && look < LOOK ? look : LOOK;
}

void waits_set(struct waits *w, struct conn *c, enum wait what, int64_t now)
{
    if (c->wait != WAIT_NOTHING) TAILQ_REMOVE(&w->lists[c->wait], c, waiting);
    c->wait = WAIT_NOTHING;
    if (w->patience[what] <= 0) return;
    c->wait = what;
    if (what == WAIT_NICK && c->nick_by == 0)
        c->nick_by = (uint32_t)(now + NICK_WAITS * w->patience[what]);
    c->deadline = now + w->patience[what];
    TAILQ_INSERT_TAIL(&w->lists[what], c, waiting);
}

struct conn *waits_due(const struct waits *w, enum wait what, int64_t now)
{
    struct conn *first = TAILQ_FIRST(&w->lists[what]);
    return first && first->deadline <= now ? first : NULL;
}

int64_t waits_next(const struct waits *w)
{
    int64_t next = 0;
    for (int i = 0; i < WAIT_KINDS; i++) {
        const struct conn *first = TAILQ_FIRST(&w->lists[i]);
        if (first && (next == 0 || first->deadline < next)) next = first->deadline;
    }
    return next;
}
