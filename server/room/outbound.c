#include "server/room/outbound.h"

#include <stdio.h>

/* The ring's place up to which this peer is owed: for one who has left, where it left. */
static struct cursor stream_end(const struct session *s)
{
    return session_is_member(s) ? s->room->ring.head : s->end;
}

static bool is_owed_stream(const struct session *s)
{
    return s->member.at.pos < stream_end(s).pos;
}

bool delivery_is_owed(const struct session *s)
{
    return buffer_view(&s->out).n > 0 || is_owed_stream(s);
}

static bool tell_missed(struct session *s, uint64_t missed)
{
    char text[96];
    if (missed == 0) return true;
    snprintf(text, sizeof text, "You fell behind and missed %ju messages.", (uintmax_t)missed);
    return session_tell(s, PROTO_BROADCAST, text);
}

/* A newcomer's own arrival, in the middle of what it is owed, is not for it. */
static void pass_arrival(struct session *s)
{
    if (s->member.at.pos == s->member.own) ring_step(&s->room->ring, &s->member.at);
}

/* The oldest frame there is may lie behind the end of one who has left. */
static bool catch_up(struct session *s)
{
    struct cursor *at = &s->member.at, before = *at, end = stream_end(s);
    if (!is_owed_stream(s)) return true;
    ring_catch_up(&s->room->ring, at);
    if (at->pos > end.pos) *at = end;
    uint64_t missed = at->seq - before.seq, own = s->member.own;
    if (before.pos <= own && own < at->pos) missed--;
    pass_arrival(s);
    return tell_missed(s, missed);
}

static struct span stream_span(const struct session *s)
{
    uint64_t from = s->member.at.pos, to = stream_end(s).pos, own = s->member.own;
    if (!is_owed_stream(s)) return (struct span){0};
    if (from < own && own < to) to = own;
    return (struct span){ring_at(&s->room->ring, from), to - from};
}

bool delivery_next(struct session *s, struct span *own, struct span *stream)
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
    struct cursor *at = &s->member.at;
    uint64_t reached = at->pos + sent, before = at->seq;
    step_to(ring, at, reached);
    s->room->counters.deliveries += at->seq - before;
    bool ok = buffer_append(&s->out, ring_at(ring, reached), at->pos - reached);
    pass_arrival(s);
    return ok;
}

bool delivery_sent(struct session *s, size_t n)
{
    size_t owed = buffer_view(&s->out).n, own = n < owed ? n : owed;
    buffer_consume(&s->out, own);
    return n == own || advance(s, n - own);
}
