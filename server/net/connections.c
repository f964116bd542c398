#include "server/net/connections.h"

#include <stdlib.h>
#include <unistd.h>

enum { CHECKS = 64 /* at peers that may be gone, of each kind in a turn */ };

void conn_table_init(struct conn_table *t, int nick_seconds, int stall_seconds)
{
    *t = (struct conn_table){0};
    TAILQ_INIT(&t->active);
    deadlines_init(&t->deadlines, nick_seconds, stall_seconds);
}

void conn_table_deinit(struct conn_table *t)
{
    for (uint32_t slot = 0; slot < t->size; slot++) conn_free(t->slots[slot]);
    free(t->slots);
    free(t->unused);
    *t = (struct conn_table){0};
}

static bool grow(struct conn_table *t)
{
    uint32_t size = t->size ? 2 * t->size : 64;
    if (size > POLLER_INDEX_MAX) return false;
    struct conn **slots = realloc(t->slots, size * sizeof *slots);
    if (slots) t->slots = slots;
    uint32_t *unused = realloc(t->unused, size * sizeof *unused);
    if (unused) t->unused = unused;
    if (!slots || !unused) return false;
    for (uint32_t slot = size; slot-- > t->size;) {
        t->slots[slot] = NULL;
        t->unused[size - 1 - slot] = slot;
    }
    t->size = size;
    return true;
}

/* Numbers start at 1 and skip 0 when they wrap, so that 0 is never a connection. */
static uint32_t next_number(struct conn_table *t)
{
    if (++t->last_number == 0) t->last_number = 1;
    return t->last_number;
}

struct conn *conn_table_add(struct conn_table *t, int fd, struct room *room,
                            const struct admission_grant *guest)
{
    if (t->used == t->size && !grow(t)) {
        close(fd);
        return NULL;
    }
    struct conn *c = conn_new(fd, next_number(t), room, guest);
    if (!c) return NULL;
    c->slot = t->unused[t->size - ++t->used];
    t->slots[c->slot] = c;
    return c;
}

void conn_table_remove(struct conn_table *t, struct conn *c, int64_t now)
{
    conn_table_deactivate(t, c);
    deadlines_set(&t->deadlines, c, TIMER_NONE, now);
    t->slots[c->slot] = NULL;
    t->unused[t->size - t->used--] = c->slot;
    conn_free(c);
}

struct poller_token conn_token(const struct conn *c)
{
    return (struct poller_token){.kind = POLLER_CONN, .index = c->slot, .number = c->number};
}

struct conn *conn_table_find(const struct conn_table *t, struct poller_token token)
{
    if (token.kind != POLLER_CONN || token.index >= t->size) return NULL;
    struct conn *c = t->slots[token.index];
    return c && c->number == token.number ? c : NULL;
}

void conn_table_activate(struct conn_table *t, struct conn *c)
{
    if (c->is_active) return;
    c->is_active = true;
    TAILQ_INSERT_TAIL(&t->active, c, active);
}

void conn_table_deactivate(struct conn_table *t, struct conn *c)
{
    if (!c->is_active) return;
    c->is_active = false;
    TAILQ_REMOVE(&t->active, c, active);
}

/* Every packet that comes whole is worth another wait for the next; bytes alone are not. What it
 * sends is nothing to what it takes. */
void conn_table_update_timer(struct conn_table *t, struct conn *c, int64_t now)
{
    enum timer what = conn_timer(c);
    bool takes = what == TIMER_WRITE || what == TIMER_KEEPALIVE;
    if (what == TIMER_WRITE && c->timer.kind != TIMER_WRITE) c->liveness.acked_at = (uint32_t)now;
    if (what != c->timer.kind || (c->in.made_progress && !takes))
        deadlines_set(&t->deadlines, c, what, now);
    c->in.made_progress = false;
}

/* A stranger's last wait is over when its first one says so. */
static void restart(struct conn_table *t, struct conn *c, int64_t now)
{
    c->in.packet_bucket = (struct token_bucket){0};
    if (c->state != CONN_OPEN) return;
    if (!session_is_member(&c->session)) c->timer.handshake_by = 0;
    deadlines_set(&t->deadlines, c, TIMER_NONE, now);
    conn_table_update_timer(t, c, now);
}

void conn_table_configure(struct conn_table *t, int nick_seconds, int stall_seconds, int64_t now)
{
    deadlines_configure(&t->deadlines, nick_seconds, stall_seconds);
    for (uint32_t i = 0; i < t->size; i++)
        if (t->slots[i]) restart(t, t->slots[i], now);
}

/* -- expired timers -- */

/* One that we do not read, as it does not take kind it is owed, is not to blame. */
static void expire_input(struct conn_table *t, enum timer kind, void (*cut)(struct conn *),
                         int64_t now)
{
    struct conn *c;
    while ((c = deadlines_expired(&t->deadlines, kind, now))) {
        if (!conn_poll_input(c) || conn_handshake_is_over(c, now)) cut(c);
        conn_table_activate(t, c);
        deadlines_set(&t->deadlines, c, conn_timer(c), now);
    }
}

static void frame_timeout(struct conn *c)
{
    conn_disconnect(c, REJECT_PACKET_TIMEOUT, "Your packet did not come whole in time.");
}

/* Those who spoke too fast are heard again. */
static void expire_rate_limits(struct conn_table *t, int64_t now)
{
    struct conn *c;
    while ((c = deadlines_expired(&t->deadlines, TIMER_RATE_LIMIT, now))) {
        c->in.paused = false;
        conn_table_update_timer(t, c, now);
        conn_table_activate(t, c);
    }
}

/* Who is found gone is buried in this turn. */
static void expire_writes(struct conn_table *t, int64_t now, int64_t stall)
{
    struct conn *c;
    for (int i = 0; i < CHECKS && (c = deadlines_expired(&t->deadlines, TIMER_WRITE, now)); i++) {
        conn_check_liveness(c, now, stall);
        deadlines_set(&t->deadlines, c, conn_timer(c), now);
        if (c->state == CONN_CLOSED) conn_table_activate(t, c);
    }
}

static void expire_keepalives(struct conn_table *t, int64_t now)
{
    struct conn *c;
    for (int i = 0; i < CHECKS && (c = deadlines_expired(&t->deadlines, TIMER_KEEPALIVE, now));
         i++) {
        conn_keepalive_finish(c);
        conn_table_update_timer(t, c, now);
        if (c->state == CONN_CLOSED) conn_table_activate(t, c);
    }
}

void conn_table_expire(struct conn_table *t, int64_t now, int64_t stall)
{
    expire_input(t, TIMER_HANDSHAKE, conn_handshake_timeout, now);
    expire_input(t, TIMER_FRAME, frame_timeout, now);
    expire_rate_limits(t, now);
    expire_writes(t, now, stall);
    expire_keepalives(t, now);
}
