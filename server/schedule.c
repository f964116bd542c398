#include "server/schedule.h"

#include "server/system/clock.h"

enum {
    SPEAKING_MS = 500,          /* after sending, a connection counts as speaking */
    CONSIDERED = 64,            /* active connections in an iteration */
    READ_MAX = 64 * 1024,       /* bytes handled in an iteration */
    READ_US = 1000,             /* time to handle them; the last packet may take longer */
    READ_SHARE = 4096,          /* bytes read from one connection while others speak */
    SEND = 16,                  /* cost of a send; a member without output costs 1 */
    SPEAKERS_SLICE = 32 * SEND, /* cost of sends to recent speakers in an iteration */
    ALL_SLICE = 16 * SEND,      /* cost of sends to all members in an iteration */
};

/* -- speakers -- */

void speakers_note(struct speakers *s, uint32_t number, bool is_typing, int64_t now)
{
    struct speaker *kept = s->kept;
    struct speaker new = {number, is_typing ? now + SPEAKING_MS : 0};
    if (kept[0].number == number)
        kept[0] = new;
    else if (kept[1].number == number)
        kept[1] = new;
    else if (new.until > 0)
        kept[kept[0].until > kept[1].until] = new;
}

bool speakers_others_active(const struct speakers *s, uint32_t number, int64_t now)
{
    for (int i = 0; i < SPEAKERS_KEPT; i++)
        if (s->kept[i].number != number && now < s->kept[i].until) return true;
    return false;
}

/* -- passes -- */

bool send_pass_is_due(const struct send_pass *p, const struct room *room, size_t count)
{
    return p->index < count || p->end != ring_end(&room->ring).pos ||
           p->generation != room->generation;
}

void send_pass_repeat(struct send_pass *p)
{
    p->generation--;
}

struct member *send_pass_next(struct send_pass *p, const struct room *room, size_t count)
{
    if (!send_pass_is_due(p, room, count)) return NULL;
    if (p->index >= count) *p = (struct send_pass){0, ring_end(&room->ring).pos, room->generation};
    return p->index < count ? room->members[p->index++] : NULL;
}

bool schedule_has_sends(const struct schedule *s, const struct room *room)
{
    return send_pass_is_due(&s->speakers_pass, room, room->speakers) ||
           send_pass_is_due(&s->all_pass, room, room->count);
}

/* -- reading -- */

bool schedule_may_read(const struct schedule *s, const struct ring *ring)
{
    return ring->head.pos - s->all_pass.end <= ring->size / 2;
}

/* Checks whether the connection that holds a requested nickname is dead. */
static void probe_nick_holder(struct conn_table *conns, struct conn *holder, const struct conn *c,
                              int64_t now)
{
    if (!holder || holder->state != CONN_OPEN) return;
    conn_keepalive_start(holder, c);
    conn_table_update(conns, holder, now);
}

static void activate_replaced(struct conn_table *conns, struct conn *replaced, int64_t now)
{
    if (!replaced) return;
    conn_table_activate(conns, replaced);
    conn_table_update(conns, replaced, now);
}

/* While others speak, reads little at a time, and pauses a connection that floods. */
static size_t read_conn(struct schedule *s, struct conn_table *conns, struct conn *c,
                        struct read_budget budget)
{
    bool others = speakers_others_active(&s->speakers, c->number, budget.now);
    if (others || conn_table_is_half_full(conns)) budget.bytes = READ_SHARE;
    size_t taken = conn_read(c, s->read_buf, &budget);
    probe_nick_holder(conns, budget.nick_holder, c, budget.now);
    activate_replaced(conns, budget.replaced, budget.now);
    if (taken > 0)
        speakers_note(&s->speakers, c->number, conn_is_typing(c, budget.now), budget.now);
    if (others && conn_is_flooding(c, budget.now)) conn_pause(c);
    return taken;
}

void schedule_read(struct schedule *s, struct conn_table *conns, const struct room *room,
                   int64_t began_us)
{
    const struct read_budget budget = {CONN_READ, began_us / 1000, began_us + READ_US, NULL, NULL};
    struct conn *c = STAILQ_FIRST(&conns->active);
    size_t taken = 0;
    int n = 0;
    for (; c && n < CONSIDERED && taken < READ_MAX; c = STAILQ_NEXT(c, active), n++) {
        if (clock_us() >= budget.until) break;
        if (conn_wants_read(c) && schedule_may_read(s, &room->ring))
            taken += read_conn(s, conns, c, budget);
    }
    s->considered = n;
}

/* -- sending -- */

/* Sends to a connection that schedule_read considered, and puts it behind the others if it has
 * input left. Leaves member lists to the passes, so that nobody waits for a long one. */
static void send_to_active(struct schedule *s, struct conn_table *conns, int64_t now)
{
    struct conn *c = conn_table_take_active(conns);
    if (c->state != CONN_OPEN)
        conn_close_step(c);
    else if (conn_is_sending_list(c))
        send_pass_repeat(&s->all_pass);
    else
        conn_flush(c);
    conn_table_update(conns, c, now);
    bool is_closing = c->state != CONN_OPEN && conn_is_sending_list(c);
    if (is_closing || conn_wants_read(c)) conn_table_activate(conns, c);
}

/* Returns the cost. */
static int send_to_member(struct send_pass *pass, struct conn_table *conns, struct member *m,
                          int64_t now)
{
    struct conn *c = conn_of(m);
    if (c->out.blocked || !conn_has_output(c)) return 1;
    conn_flush(c);
    if (conn_is_sending_list(c)) send_pass_repeat(pass);
    conn_table_update(conns, c, now);
    if (conn_wants_read(c)) conn_table_activate(conns, c);
    return SEND;
}

static void send_some(struct send_pass *pass, struct conn_table *conns, const struct room *room,
                      size_t count, int slice, int64_t now)
{
    struct member *m;
    while (slice > 0 && (m = send_pass_next(pass, room, count)))
        slice -= send_to_member(pass, conns, m, now);
}

void schedule_send(struct schedule *s, struct conn_table *conns, const struct room *room,
                   int64_t now)
{
    for (; s->considered > 0; s->considered--) send_to_active(s, conns, now);
    send_some(&s->speakers_pass, conns, room, room->speakers, SPEAKERS_SLICE, now);
    send_some(&s->all_pass, conns, room, room->count, ALL_SLICE, now);
}
