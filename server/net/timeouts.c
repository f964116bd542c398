#include "server/net/timeouts.h"

enum { LOOKS = 64 /* at peers that may be gone, of each kind in a turn */ };

/* One that we do not read, as it does not take what it is owed, is not to blame. */
static void end_waits(struct peers *p, enum wait what, void (*cut)(struct conn *), int64_t now)
{
    struct conn *c;
    while ((c = waits_due(&p->waits, what, now))) {
        if (!conn_sent_in_time(c) || conn_is_overdue(c, now)) cut(c);
        peers_activate(p, c);
        waits_set(&p->waits, c, conn_wait(c), now);
    }
}

static void cut_unfinished(struct conn *c)
{
    conn_cut(c, REJECT_PACKET_TIMEOUT, "Your packet did not come whole in time.");
}

/* Those who spoke too fast are heard again. */
static void end_pauses(struct peers *p, int64_t now)
{
    struct conn *c;
    while ((c = waits_due(&p->waits, WAIT_PACE, now))) {
        c->is_paced = false;
        peers_keep_waiting(p, c, now);
        peers_activate(p, c);
    }
}

/* Who is found gone is buried in this turn. */
static void look_at_some(struct peers *p, int64_t now, int64_t stall)
{
    struct conn *c;
    for (int i = 0; i < LOOKS && (c = waits_due(&p->waits, WAIT_TAKE, now)); i++) {
        conn_look(c, now, stall);
        waits_set(&p->waits, c, conn_wait(c), now);
        if (c->state == CONN_DEAD) peers_activate(p, c);
    }
}

static void end_probes(struct peers *p, int64_t now)
{
    struct conn *c;
    for (int i = 0; i < LOOKS && (c = waits_due(&p->waits, WAIT_PROBE, now)); i++) {
        conn_probed(c);
        peers_keep_waiting(p, c, now);
        if (c->state == CONN_DEAD) peers_activate(p, c);
    }
}

void timeouts_end(struct peers *p, int64_t now, int64_t stall)
{
    end_waits(p, WAIT_NICK, conn_cut_nameless, now);
    end_waits(p, WAIT_FRAME, cut_unfinished, now);
    end_pauses(p, now);
    look_at_some(p, now, stall);
    end_probes(p, now);
}
