#include "server/net/peers.h"

void peers_init(struct peers *p, int nick_seconds, int stall_seconds)
{
    *p = (struct peers){0};
    TAILQ_INIT(&p->active);
    waits_init(&p->waits, nick_seconds, stall_seconds);
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
    enum wait what = conn_wait(c);
    bool takes = what == WAIT_TAKE || what == WAIT_PROBE;
    if (what == WAIT_TAKE && c->wait != WAIT_TAKE) c->took_at = (uint32_t)now;
    if (what != c->wait || (c->progressed && !takes)) waits_set(&p->waits, c, what, now);
    c->progressed = false;
}

/* A stranger's last wait is over when its first one says so. */
static void begin_anew(struct peers *p, struct conn *c, int64_t now)
{
    c->pace = (struct token_bucket){0};
    if (c->state != CONN_OPEN) return;
    if (!session_is_member(&c->session)) c->nick_by = 0;
    waits_set(&p->waits, c, WAIT_NOTHING, now);
    peers_keep_waiting(p, c, now);
}

void peers_change(struct peers *p, int nick_seconds, int stall_seconds, int64_t now)
{
    waits_change(&p->waits, nick_seconds, stall_seconds);
    for (uint32_t i = 0; i < p->slots.size; i++)
        if (p->slots.conns[i]) begin_anew(p, p->slots.conns[i], now);
}

void peers_remove(struct peers *p, struct conn *c, int64_t now)
{
    peers_rest(p, c);
    waits_set(&p->waits, c, WAIT_NOTHING, now);
    slots_remove(&p->slots, c);
}

void peers_free(struct peers *p)
{
    slots_free(&p->slots);
}
