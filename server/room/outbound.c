#include "server/room/outbound.h"

#include <stdio.h>

/* Returns the present end of the client's stream: the end of the frames that may be sent, or where
 * it left the room. */
static struct cursor stream_end(const struct session *s)
{
    struct cursor end = ring_end(&s->room->ring);
    return session_is_member(s) || end.pos < s->stream_end.pos ? end : s->stream_end;
}

static bool has_stream(const struct session *s)
{
    return s->member.cursor.pos < stream_end(s).pos;
}

/* Whether there is history to send: it waits while the ring holds back what was said before. */
static bool has_history(const struct session *s)
{
    const struct history_reader *r = s->member.history;
    return r && r->ring_pos <= ring_end(&s->room->ring).pos;
}

/* Whether to send the member list now. It waits for the history, whose end it marks for the client.
 */
static bool is_sending_list(const struct session *s)
{
    return s->list && !s->member.history;
}

bool outbound_has_data(const struct session *s)
{
    if (buffer_view(&s->out).n > 0 || is_sending_list(s)) return true;
    return s->member.history ? has_history(s) : has_stream(s);
}

bool outbound_is_complete(const struct session *s)
{
    const struct cursor *end = session_is_member(s) ? &s->room->ring.head : &s->stream_end;
    return buffer_view(&s->out).n == 0 && !s->list && !s->member.history &&
           s->member.cursor.pos >= end->pos;
}

static bool send_missed(struct session *s, uint64_t missed)
{
    char text[96];
    if (missed == 0) return true;
    snprintf(text, sizeof text, OUTBOUND_MISSED("%ju"), (uintmax_t)missed);
    return session_send(s, PROTO_BROADCAST, text);
}

/* Moves the cursor over frames that the ring has overwritten. Returns how many it missed. */
static uint64_t catch_up(struct session *s)
{
    struct cursor *at = &s->member.cursor, before = *at, end = stream_end(s);
    if (!has_stream(s)) return 0;
    ring_catch_up(&s->room->ring, at);
    if (at->pos > end.pos) *at = end; /* the client left before the oldest frame */
    return at->seq - before.seq;
}

/* Does the same in the history, and ends it if nothing is left of it. */
static uint64_t catch_up_history(struct session *s)
{
    if (!s->member.history) return 0;
    uint64_t missed = history_reader_catch_up(&s->room->history, s->member.history);
    if (room_history_size(&s->member) == 0) room_skip_history(&s->member);
    return missed;
}

/* Returns the frames to send: of the history first, and then of the ring. */
static struct span stream_view(const struct session *s)
{
    uint64_t from = s->member.cursor.pos, to = stream_end(s).pos;
    if (has_history(s)) return history_reader_view(&s->room->history, s->member.history);
    if (s->member.history || !has_stream(s)) return (struct span){0};
    return (struct span){ring_at(&s->room->ring, from), (size_t)(to - from)};
}

/* Whether a packet of the list was sent in part: nothing may come before the rest of it. */
static bool is_in_packet(const struct session *s)
{
    return s->list && s->list->sent > 0;
}

/* Returns private packets between two packets of the list, or two packets of the list. */
static void peek_list(const struct session *s, struct span *first, struct span *second)
{
    struct span own = buffer_view(&s->out), packet, next;
    list_reader_peek(s->list, &packet, &next);
    *first = own.n > 0 && !is_in_packet(s) ? own : packet;
    *second = own.n == 0 ? next : is_in_packet(s) ? own : packet;
}

bool outbound_peek(struct session *s, struct span *first, struct span *second)
{
    uint64_t missed = catch_up_history(s);
    if (!s->member.history) missed += catch_up(s);
    if (!send_missed(s, missed)) return false;
    *first = buffer_view(&s->out);
    *second = stream_view(s);
    if (is_sending_list(s)) peek_list(s, first, second);
    return true;
}

static void step_to(const struct ring *ring, struct cursor *at, uint64_t pos)
{
    if (pos == ring->head.pos) *at = ring->head;
    while (at->pos < pos) ring_step(ring, at);
}

static bool advance_history(struct session *s, size_t n)
{
    uint64_t frames;
    struct span rest = history_reader_advance(&s->room->history, s->member.history, n, &frames);
    s->room->counters->deliveries += frames;
    bool ok = buffer_append(&s->out, rest.p, rest.n);
    if (room_history_size(&s->member) == 0) room_skip_history(&s->member);
    return ok;
}

static bool advance(struct session *s, size_t n)
{
    struct ring *ring = &s->room->ring;
    struct cursor *at = &s->member.cursor;
    uint64_t sent_to = at->pos + n, before = at->seq;
    step_to(ring, at, sent_to);
    s->room->counters->deliveries += at->seq - before;
    return buffer_append(&s->out, ring_at(ring, sent_to), (size_t)(at->pos - sent_to));
}

/* Both consume at most n bytes, and return how many of them are left. */
static size_t consume_own(struct session *s, size_t n)
{
    size_t pending = buffer_view(&s->out).n, own = n < pending ? n : pending;
    buffer_consume(&s->out, own);
    return n - own;
}

static size_t consume_rest(struct session *s, size_t n)
{
    size_t left = s->list->packet->size - s->list->sent, rest = n < left ? n : left;
    list_reader_consume(&s->room->list, s->list, rest);
    return n - rest;
}

static bool consume_list(struct session *s, size_t n)
{
    if (is_in_packet(s)) n = consume_rest(s, n);
    n = consume_own(s, n);
    bool is_left = list_reader_consume(&s->room->list, s->list, n);
    return is_left || session_finish_list(s);
}

bool outbound_consume(struct session *s, size_t n)
{
    if (is_sending_list(s)) return consume_list(s, n);
    n = consume_own(s, n);
    if (n == 0) return true;
    return s->member.history ? advance_history(s, n) : advance(s, n);
}
