#include "server/net/timeouts.h"

enum { LOOKS = 64 /* at peers that may be gone, of each kind in a turn */ };

/* One that we do not read, as it does not take what it is owed, is not to blame. */
static void end_waits(struct peers *p, enum timer what, void (*cut)(struct conn *), int64_t now)
{
    struct conn *c;
    while ((c = deadlines_expired(&p->waits, what, now))) {
        if (!conn_poll_input(c) || conn_handshake_is_over(c, now)) cut(c);
        peers_activate(p, c);
        deadlines_set(&p->waits, c, conn_timer(c), now);
    }
}

static void cut_unfinished(struct conn *c)
{
    conn_disconnect(c, REJECT_PACKET_TIMEOUT, "Your packet did not come whole in time.");
}

/* Those who spoke too fast are heard again. */
static void end_pauses(struct peers *p, int64_t now)
{
    struct conn *c;
    while ((c = deadlines_expired(&p->waits, TIMER_RATE_LIMIT, now))) {
        c->in.paused = false;
        peers_keep_waiting(p, c, now);
        peers_activate(p, c);
    }
}

/* Who is found gone is buried in this turn. */
static void look_at_some(struct peers *p, int64_t now, int64_t stall)
{
    struct conn *c;
    for (int i = 0; i < LOOKS && (c = deadlines_expired(&p->waits, TIMER_WRITE, now)); i++) {
        conn_check_liveness(c, now, stall);
        deadlines_set(&p->waits, c, conn_timer(c), now);
        if (c->state == CONN_CLOSED) peers_activate(p, c);
    }
}

static void end_probes(struct peers *p, int64_t now)
{
    struct conn *c;
    for (int i = 0; i < LOOKS && (c = deadlines_expired(&p->waits, TIMER_KEEPALIVE, now)); i++) {
        conn_keepalive_finish(c);
        peers_keep_waiting(p, c, now);
        if (c->state == CONN_CLOSED) peers_activate(p, c);
    }
}

void timeouts_end(struct peers *p, int64_t now, int64_t stall)
{
    end_waits(p, TIMER_HANDSHAKE, conn_handshake_timeout, now);
    end_waits(p, TIMER_FRAME, cut_unfinished, now);
    end_pauses(p, now);
    look_at_some(p, now, stall);
    end_probes(p, now);
}
