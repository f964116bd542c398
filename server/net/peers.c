#include "server/net/peers.h"

void peers_init(struct peers *p, int nick_seconds, int stall_seconds)
{
    *p = (struct peers){0};
    TAILQ_INIT(&p->active);
    deadlines_init(&p->waits, nick_seconds, stall_seconds);
}

void peers_activate(struct peers *p, struct conn *c)
{
    if (c->is_active) return;
    c->is_active = true;
    TAILQ_INSERT_TAIL(&p->active, c, active);
}

void peers_rest(struct peers *p, struct conn *c)
{
    if (!c->is_active) return;
    c->is_active = false;
    TAILQ_REMOVE(&p->active, c, active);
}

/* Every packet that comes whole is worth another wait for the next; bytes alone are not. What it
 * sends is nothing to what it takes. */
void peers_keep_waiting(struct peers *p, struct conn *c, int64_t now)
{
    enum timer what = conn_timer(c);
    bool takes = what == TIMER_WRITE || what == TIMER_KEEPALIVE;
    if (what == TIMER_WRITE && c->timer.kind != TIMER_WRITE) c->liveness.acked_at = (uint32_t)now;
    if (what != c->timer.kind || (c->in.made_progress && !takes))
        deadlines_set(&p->waits, c, what, now);
    c->in.made_progress = false;
}

/* A stranger's last wait is over when its first one says so. */
static void begin_anew(struct peers *p, struct conn *c, int64_t now)
{
    c->in.packet_bucket = (struct token_bucket){0};
    if (c->state != CONN_OPEN) return;
    if (!session_is_member(&c->session)) c->timer.handshake_by = 0;
    deadlines_set(&p->waits, c, TIMER_NONE, now);
    peers_keep_waiting(p, c, now);
}

void peers_change(struct peers *p, int nick_seconds, int stall_seconds, int64_t now)
{
    deadlines_configure(&p->waits, nick_seconds, stall_seconds);
    for (uint32_t i = 0; i < p->slots.size; i++)
        if (p->slots.conns[i]) begin_anew(p, p->slots.conns[i], now);
}

void peers_remove(struct peers *p, struct conn *c, int64_t now)
{
    peers_rest(p, c);
    deadlines_set(&p->waits, c, TIMER_NONE, now);
    slots_remove(&p->slots, c);
}

void peers_free(struct peers *p)
{
    slots_free(&p->slots);
}
