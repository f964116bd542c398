#include "server/net/connections.h"

#include "server/net/connection_input.h"

#include <stdlib.h>
#include <unistd.h>

enum {
    CHECKS = 64,              /* connections checked for liveness in an iteration, by timer */
    DISPLACED_CHECKED = 4096, /* slots searched for a connection that makes place */
};

void conn_table_init(struct conn_table *t, int nick_seconds, int stall_seconds, size_t input_memory)
{
    *t = (struct conn_table){.input_memory_max = (int64_t)input_memory};
    STAILQ_INIT(&t->active);
    STAILQ_INIT(&t->handshakes);
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
                            const struct admission_grant *grant, int64_t now)
{
    if (t->used == t->size && !grow(t)) {
        close(fd);
        return NULL;
    }
    struct conn *c = conn_new(fd, room, grant, now);
    if (!c) return NULL;
    uint32_t slot = t->unused[t->size - ++t->used];
    conn_set_slot(c, slot, next_number(t));
    t->slots[slot] = c;
    return c;
}

void conn_table_remove(struct conn_table *t, struct conn *c, int64_t now)
{
    conn_unset_timers(c, &t->deadlines, now);
    t->input_memory -= c->in.counted;
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

struct conn *conn_table_next(const struct conn_table *t, uint32_t *slot)
{
    while (*slot < t->size) {
        struct conn *c = t->slots[(*slot)++];
        if (c) return c;
    }
    return NULL;
}

/* Whether the connection may make place, and is better than the best one found before. */
static bool is_better_displaced(const struct conn *c, const struct conn *best, int64_t now)
{
    bool is_member = session_is_member(&c->session);
    if (is_member && now - conn_idle_since(c) < ADMISSION_IDLE_MS) return false;
    if (!best || is_member != session_is_member(&best->session)) return !best || !is_member;
    if (is_member) return conn_idle_since(c) < conn_idle_since(best);
    return c->connected_at < best->connected_at;
}

struct conn *conn_table_find_displaced(struct conn_table *t, const struct network *network,
                                       int64_t now)
{
    struct conn *best = NULL;
    for (uint32_t i = 0; i < DISPLACED_CHECKED && i < t->size; i++) {
        const uint32_t slot = t->displaced_slot++ % t->size;
        struct conn *c = t->slots[slot];
        if (!c || c->state > CONN_HANDSHAKE || !network_contains(network, c->grant.address))
            continue;
        if (is_better_displaced(c, best, now)) best = c;
    }
    return best;
}

void conn_table_activate(struct conn_table *t, struct conn *c)
{
    conn_activate(c, c->state == CONN_HANDSHAKE ? &t->handshakes : &t->active);
}

struct conn *conn_table_take_active(struct conn_table *t)
{
    return conn_take_active(&t->active);
}

/* -- timers -- */

static void update(struct conn_table *t, struct conn *c, int64_t now)
{
    conn_update_timers(c, &t->deadlines, now);
    t->input_memory += conn_count_memory(c);
}

/* Returns the connection with the oldest incomplete packet; NULL: there is none. */
static struct conn *find_evictable(const struct conn_table *t)
{
    struct deadline *stranger = TAILQ_FIRST(&t->deadlines.lists[TIMER_STRANGER_FRAME]);
    struct deadline *first = stranger ? stranger : TAILQ_FIRST(&t->deadlines.lists[TIMER_FRAME]);
    return first ? conn_of_frame_timer(first) : NULL;
}

void conn_table_update(struct conn_table *t, struct conn *c, int64_t now)
{
    update(t, c, now);
    while (t->input_memory > t->input_memory_max && (c = find_evictable(t))) {
        conn_evict(c);
        conn_table_activate(t, c);
        update(t, c, now);
    }
}

bool conn_table_is_half_full(const struct conn_table *t)
{
    return t->input_memory > t->input_memory_max / 2;
}

void conn_table_configure(struct conn_table *t, int nick_seconds, int stall_seconds,
                          size_t input_memory, int64_t now)
{
    struct conn *c;
    t->input_memory_max = (int64_t)input_memory;
    deadlines_configure(&t->deadlines, nick_seconds, stall_seconds);
    for (uint32_t slot = 0; (c = conn_table_next(t, &slot));)
        conn_reset_limits(c, &t->deadlines, now);
}

struct conn *conn_table_first_closing(const struct conn_table *t)
{
    struct deadline *first = TAILQ_FIRST(&t->deadlines.lists[TIMER_CLOSE]);
    return first ? conn_of_timer(first) : NULL;
}

struct conn *conn_table_next_closing(const struct conn *c)
{
    struct deadline *next = TAILQ_NEXT(&c->timer, link);
    return next ? conn_of_timer(next) : NULL;
}

static struct conn *first_expired(const struct conn_table *t, enum timer kind, int64_t now)
{
    struct deadline *d = deadlines_expired(&t->deadlines, kind, now);
    return d ? conn_of_timer(d) : NULL;
}

struct conn *conn_table_first_ended(const struct conn_table *t, int64_t now)
{
    struct deadline *closed = TAILQ_FIRST(&t->deadlines.lists[TIMER_CLOSED]);
    struct conn *c = closed ? conn_of_timer(closed) : first_expired(t, TIMER_CLOSE, now);
    return c && !c->is_active ? c : NULL;
}

void conn_table_close_delivered(struct conn_table *t, int64_t now)
{
    struct conn *c, *next;
    for (c = conn_table_first_closing(t); c; c = next) {
        next = conn_table_next_closing(c);
        if (!conn_is_delivered(c)) continue;
        conn_abort(c, NULL);
        conn_table_update(t, c, now);
    }
}

static bool is_banned(const struct conn_table *t, const struct conn *c)
{
    return c->state == CONN_OPEN && t->bans && bans_match_key(t->bans, c->session.key);
}

void conn_table_handshake(struct conn_table *t, int64_t now)
{
    bool is_done = false;
    while (!is_done && !STAILQ_EMPTY(&t->handshakes)) {
        struct conn *c = conn_take_active(&t->handshakes);
        is_done = c->state == CONN_HANDSHAKE; /* and not ended since */
        if (is_done) conn_handshake(c);
        if (is_banned(t, c)) conn_disconnect(c, REJECT_BANNED, BANS_KEY_MESSAGE);
        conn_table_update(t, c, now);
        if (c->state != CONN_HANDSHAKE) conn_table_activate(t, c);
    }
}

/* A client that waits for its turn is not late. */
static void expire_tls(struct conn_table *t, int64_t now)
{
    struct conn *c;
    while ((c = first_expired(t, TIMER_TLS, now))) {
        if (!c->is_active) conn_tls_timeout(c);
        if (c->state != CONN_HANDSHAKE) conn_table_activate(t, c);
        conn_restart_timer(c, &t->deadlines, now);
    }
}

/* Restarts the timer of a client whose input waits for its output: that client is not late. */
static void expire_handshakes(struct conn_table *t, int64_t now)
{
    struct conn *c;
    while ((c = first_expired(t, TIMER_HANDSHAKE, now))) {
        if (!conn_poll_input(c) || conn_is_handshake_over(c, now)) conn_handshake_timeout(c);
        conn_table_activate(t, c);
        conn_restart_timer(c, &t->deadlines, now);
    }
}

static void expire_frames(struct conn_table *t, enum timer kind, int64_t now)
{
    struct deadline *d;
    while ((d = deadlines_expired(&t->deadlines, kind, now))) {
        struct conn *c = conn_of_frame_timer(d);
        if (conn_is_frame_late(c)) conn_frame_timeout(c);
        conn_restart_frame_timer(c, &t->deadlines, now);
        conn_table_activate(t, c);
        conn_table_update(t, c, now);
    }
}

static void expire_rate_limits(struct conn_table *t, int64_t now)
{
    struct conn *c;
    while ((c = first_expired(t, TIMER_RATE_LIMIT, now))) {
        if (conn_resume(c, now)) {
            conn_table_update(t, c, now);
            conn_table_activate(t, c);
        } else {
            conn_restart_timer(c, &t->deadlines, now);
        }
    }
}

static void expire_writes(struct conn_table *t, int64_t now, int64_t stall)
{
    struct conn *c;
    for (int i = 0; i < CHECKS && (c = first_expired(t, TIMER_WRITE, now)); i++) {
        conn_check_liveness(c, now, stall);
        conn_restart_timer(c, &t->deadlines, now);
    }
}

static void expire_keepalives(struct conn_table *t, int64_t now)
{
    struct conn *c;
    for (int i = 0; i < CHECKS && (c = first_expired(t, TIMER_KEEPALIVE, now)); i++) {
        conn_keepalive_finish(c);
        conn_table_update(t, c, now);
    }
}

void conn_table_expire(struct conn_table *t, int64_t now, int64_t stall)
{
    expire_tls(t, now);
    expire_handshakes(t, now);
    expire_frames(t, TIMER_STRANGER_FRAME, now);
    expire_frames(t, TIMER_FRAME, now);
    expire_rate_limits(t, now);
    expire_writes(t, now, stall);
    expire_keepalives(t, now);
}
