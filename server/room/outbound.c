#include "server/room/outbound.h"

#include <stdio.h>

/* The ring's place up to which this peer is owed: for one who has left, where it left. */
static struct cursor stream_limit(const struct session *s)
{
    return session_is_member(s) ? s->room->ring.head : s->stream_end;
}

static bool has_stream(const struct session *s)
{
    return s->member.cursor.pos < stream_limit(s).pos;
}

bool outbound_has_data(const struct session *s)
{
    return buffer_view(&s->out).n > 0 || has_stream(s);
}

static bool send_missed(struct session *s, uint64_t missed)
{
    char text[96];
    if (missed == 0) return true;
    snprintf(text, sizeof text, "You fell behind and missed %ju messages.", (uintmax_t)missed);
    return session_send(s, PROTO_BROADCAST, text);
}

/* A newcomer's own arrival, in the middle of what it is owed, is not for it. */
static void skip_own_join(struct session *s)
{
    if (s->member.cursor.pos == s->member.skip) ring_step(&s->room->ring, &s->member.cursor);
}

/* The oldest frame there is may lie behind the end of one who has left. */
static bool catch_up(struct session *s)
{
    struct cursor *at = &s->member.cursor, before = *at, end = stream_limit(s);
    if (!has_stream(s)) return true;
    ring_catch_up(&s->room->ring, at);
    if (at->pos > end.pos) *at = end;
    uint64_t missed = at->seq - before.seq, own = s->member.skip;
    if (before.pos <= own && own < at->pos) missed--;
    skip_own_join(s);
    return send_missed(s, missed);
}

static struct span stream_span(const struct session *s)
{
    uint64_t from = s->member.cursor.pos, to = stream_limit(s).pos, own = s->member.skip;
    if (!has_stream(s)) return (struct span){0};
    if (from < own && own < to) to = own;
    return (struct span){ring_at(&s->room->ring, from), to - from};
}

bool outbound_peek(struct session *s, struct span *own, struct span *stream)
{
    if (!catch_up(s)) return false;
    *own = buffer_view(&s->out);
    *stream = stream_span(s);
    return true;
}

static void step_to(const struct ring *ring, struct cursor *at, uint64_t reached)
{
    if (reached == ring->head.pos) *at = ring->head;
    while (at->pos < reached) ring_step(ring, at);
}

static bool advance(struct session *s, size_t sent)
{
    struct ring *ring = &s->room->ring;
    struct cursor *at = &s->member.cursor;
    uint64_t reached = at->pos + sent, before = at->seq;
    step_to(ring, at, reached);
    s->room->counters.deliveries += at->seq - before;
    bool ok = buffer_append(&s->out, ring_at(ring, reached), at->pos - reached);
    skip_own_join(s);
    return ok;
}

bool outbound_consume(struct session *s, size_t n)
{
    size_t owed = buffer_view(&s->out).n, own = n < owed ? n : owed;
    buffer_consume(&s->out, own);
    return n == own || advance(s, n - own);
}
