#include "tests/unit/support/simulation.h"

#include "common/nick.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OWED = 128 * 1024, SETTLED = 1000, SLICE = 3, HISTORY = 5 };

static void must(struct simulation *n, bool kept, const char *promise)
{
    if (!kept && !n->broken) n->broken = promise;
}

static uint64_t hash(const char *bytes, size_t size)
{
    uint64_t h = size, word = 0;
    for (; size > 0; bytes += sizeof word) {
        size_t n = size < sizeof word ? size : sizeof word;
        memcpy(&word, bytes, n);
        h = (h ^ word) * 0x9E3779B97F4A7C15U;
        h ^= h >> 29;
        size -= n;
    }
    return h;
}

static bool is_member(const struct simulated_peer *p)
{
    return p->state != PEER_ABSENT && session_is_member(&p->session);
}

void simulation_open(struct simulation *n, char *memory)
{
    memset(n, 0, sizeof *n);
    n->memory = memory;
    room_init(&n->room, &n->counters, memory, SIMULATION_RING);
    room_set_history(&n->room, HISTORY);
}

static void forget(struct simulated_peer *p)
{
    if (p->state == PEER_ABSENT) return;
    session_deinit(&p->session);
    frame_decoder_reset(&p->in);
    frame_decoder_reset(&p->heard);
    buffer_reset(&p->up);
    buffer_reset(&p->down);
    p->state = PEER_ABSENT;
}

void simulation_close(struct simulation *n)
{
    room_close(&n->room);
    for (int i = 0; i < SIMULATION_PEERS; i++) forget(&n->peers[i]);
    must(n, n->room.nicks.by_key == NULL, "a nickname outlives everybody");
    room_deinit(&n->room);
    free(n->log);
}

/* -- the reader that misses nothing -- */

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), size = strlen(end);
    return n > size && strcmp(text + n - size, end) == 0;
}

static bool is_notice(const char *msg)
{
    return ends_with(msg, " joined the chat") || ends_with(msg, " left the chat") ||
           strstr(msg, " is now known as ");
}

/* Whether it begins as what this author says does. */
static bool is_said_by(struct span payload, const char *author)
{
    static char frame[PACKET_ROOM];
    size_t after = strlen("\",\"proto\":\"broadcast\"}");
    size_t n = packet_encode(frame, PROTO_BROADCAST, author, "") - FRAME_HEADER - after;
    return payload.n > n && memcmp(payload.p, frame + FRAME_HEADER, n) == 0;
}

/* Only members are heard, each under its own nickname, and SERVER is nobody's. */
static void check_author(struct simulation *n, struct span payload, const char *author)
{
    struct packet packet;
    if (author && is_said_by(payload, author)) return;
    bool valid = packet_decode(&packet, payload) == NULL;
    must(n, valid && packet.proto == PROTO_BROADCAST && packet.nick, "the ring holds nonsense");
    if (!valid || !packet.nick) return;
    must(n, strcmp(packet.nick, PACKET_SERVER) == 0, "somebody speaks as another");
    must(n, is_notice(packet.msg), "somebody speaks as SERVER");
}

static void remember(struct simulation *n, uint64_t seq, uint64_t value)
{
    if (seq >= n->log_cap) {
        n->log_cap = n->log_cap ? 2 * n->log_cap : 256;
        n->log = realloc(n->log, n->log_cap * sizeof *n->log);
        if (!n->log) abort();
    }
    n->log[seq] = value;
}

static void read_room(struct simulation *n, const char *author)
{
    const struct ring *ring = &n->room.ring;
    while (n->read.pos < ring->head.pos) {
        const char *frame = ring_at(ring, n->read.pos);
        size_t size = frame_size(frame);
        check_author(n, (struct span){frame + FRAME_HEADER, size - FRAME_HEADER}, author);
        remember(n, n->read.seq, hash(frame, size));
        ring_step(ring, &n->read);
    }
}

/* -- the server's end -- */

void simulation_connect(struct simulation *n, int i, size_t window)
{
    struct simulated_peer *p = &n->peers[i];
    *p = (struct simulated_peer){.state = PEER_OPEN, .window = window, .active = true};
    must(n, session_init(&p->session, &n->room), "there is no memory");
}

void simulation_send(struct simulation *n, int i, const char *bytes, size_t size)
{
    must(n, buffer_append(&n->peers[i].up, bytes, size), "there is no memory");
}

static void check_name(struct simulation *n, const struct simulated_peer *p)
{
    const struct nick_entry *name = p->session.member.nick;
    must(n, nick_check(name->text) == NULL, "a nickname breaks the rule");
    for (int i = 0; i < SIMULATION_PEERS; i++) {
        const struct simulated_peer *other = &n->peers[i];
        if (other == p || !is_member(other)) continue;
        must(n, strcmp(nick_entry_key(other->session.member.nick), nick_entry_key(name)) != 0,
             "two have the same nickname");
    }
}

static void end(struct simulation *n, struct simulated_peer *p, const char *last_words)
{
    if (p->state != PEER_OPEN) return;
    p->state = PEER_ENDING;
    p->last_words = last_words;
    p->active = true;
    session_leave(&p->session);
    read_room(n, NULL);
}

/* What a member says is published at once, as it said it, unless it does not fit. */
static void check_said(struct simulation *n, struct span payload, const char *author,
                       uint64_t before)
{
    static char frame[PACKET_ROOM];
    struct packet p;
    if (packet_decode(&p, payload) != NULL) return;
    size_t size = packet_encode(frame, PROTO_BROADCAST, author, p.msg);
    if (p.proto == PROTO_BROADCAST && size > 0)
        must(n, n->read.seq > before && n->log[n->read.seq - 1] == hash(frame, size),
             "what a member said is lost");
}

static void arrive_as(struct simulated_peer *p, const char *nick)
{
    const struct history_reader *history = p->session.member.history;
    p->arriving = true;
    p->history = history ? history->end.seq - history->at.seq : 0;
    snprintf(p->came_as, sizeof p->came_as, "%s", nick);
}

/* Whether the stream goes on after this packet. */
static bool take(struct simulation *n, struct simulated_peer *p, struct span payload)
{
    char nick[NICK_BYTES + 1];
    bool was_member = is_member(p);
    uint64_t before = n->read.seq;
    snprintf(nick, sizeof nick, "%s", was_member ? p->session.member.nick->text : "");
    struct session_result v = session_handle(&p->session, payload);
    if (v.asks_list) must(n, session_send_list(&p->session) > 0, "there is no memory");
    must(n, v.state != SESSION_NOMEM, "there is no memory");
    must(n, !was_member || is_member(p), "a packet took the membership away");
    if (!was_member && is_member(p)) arrive_as(p, p->session.member.nick->text);
    if (v.nick_changed) check_name(n, p);
    read_room(n, was_member ? nick : NULL);
    if (was_member) check_said(n, payload, nick, before);
    if (v.state == SESSION_PROTOCOL_ERROR) end(n, p, v.error);
    if (v.state == SESSION_GOODBYE) end(n, p, NULL);
    return v.state == SESSION_CONTINUE;
}

void simulation_arrive(struct simulation *n, int i, size_t most)
{
    struct simulated_peer *p = &n->peers[i];
    if (p->state != PEER_OPEN || buffer_view(&p->session.out).n > OWED) return;
    struct span payload, in = buffer_view(&p->up);
    enum frame_status status;
    if (in.n > most) in.n = most;
    size_t came = in.n;
    p->active = true;
    while ((status = frame_next(&p->in, &in, &payload)) == FRAME_COMPLETE)
        if (!take(n, p, payload)) break;
    must(n, status != FRAME_NOMEM, "there is no memory");
    buffer_consume(&p->up, came);
}

void simulation_half_close(struct simulation *n, int i)
{
    end(n, &n->peers[i], NULL);
}

void simulation_vanish(struct simulation *n, int i)
{
    forget(&n->peers[i]);
    read_room(n, NULL);
}

/* Sends as much as there is room for on the way. */
static void send_once(struct simulation *n, struct simulated_peer *p)
{
    struct span own, stream;
    size_t room = p->window - buffer_view(&p->down).n;
    must(n, outbound_peek(&p->session, &own, &stream), "there is no memory");
    size_t first = own.n < room ? own.n : room;
    size_t second = stream.n < room - first ? stream.n : room - first;
    p->blocked = first + second < own.n + stream.n;
    bool sent = buffer_append(&p->down, own.p, first) &&
                buffer_append(&p->down, stream.p, second) &&
                outbound_consume(&p->session, first + second);
    must(n, sent, "there is no memory");
}

static void flush(struct simulation *n, struct simulated_peer *p)
{
    while (!p->blocked && !n->broken && outbound_has_data(&p->session)) send_once(n, p);
}

static void serve_end(struct simulation *n, struct simulated_peer *p)
{
    flush(n, p);
    if (!outbound_has_data(&p->session) && p->last_words) {
        must(n, session_send_error(&p->session, PROTO_SHUTDOWN, p->last_words),
             "there is no memory");
        p->last_words = NULL;
        flush(n, p);
    }
    if (!outbound_has_data(&p->session)) p->state = PEER_SHUT;
}

static struct simulated_peer *peer_of(struct member *m)
{
    char *session = (char *)m - offsetof(struct session, member);
    return (struct simulated_peer *)(void *)(session - offsetof(struct simulated_peer, session));
}

static void serve(struct simulation *n, struct simulated_peer *p)
{
    if (!p->blocked && outbound_has_data(&p->session)) flush(n, p);
}

/* A newcomer does not hear that it came, unless others came with it. */
static void check_arrival(struct simulation *n, const struct simulated_peer *p)
{
    const struct ring *ring = &n->room.ring;
    const struct member *m = &p->session.member;
    struct packet packet;
    if (m->cursor.pos == ring->head.pos || m->cursor.pos < ring->tail.pos) return;
    const char *frame = ring_at(ring, m->cursor.pos);
    struct span payload = {frame + FRAME_HEADER, frame_size(frame) - FRAME_HEADER};
    must(n, packet_decode(&packet, payload) == NULL, "the ring holds nonsense");
    size_t size = strlen(p->came_as);
    bool itself = strncmp(packet.msg, p->came_as, size) == 0;
    must(n, !itself || strcmp(packet.msg + size, " joined the chat") != 0,
         "a newcomer hears that it came");
}

/* From its first frame on a newcomer hears everything; where that is, the end of its turn says: for
 * one who has left again, at the latest where it left. */
static void settle_newcomers(struct simulation *n)
{
    for (int i = 0; i < SIMULATION_PEERS; i++) {
        struct simulated_peer *p = &n->peers[i];
        if (p->state == PEER_ABSENT || !p->arriving) continue;
        p->arriving = false;
        const struct member *m = &p->session.member;
        p->next = m->cursor.seq;
        if (!is_member(p) && p->next > p->session.stream_end.seq)
            p->next = p->session.stream_end.seq;
        check_arrival(n, p);
    }
}

static void serve_active(struct simulation *n)
{
    for (int i = 0; i < SIMULATION_PEERS; i++) {
        struct simulated_peer *p = &n->peers[i];
        if (p->state == PEER_ABSENT || !p->active) continue;
        p->active = false;
        flush(n, p);
        if (p->state == PEER_ENDING) serve_end(n, p);
    }
}

void simulation_iterate(struct simulation *n, int slice)
{
    room_tick(&n->room);
    read_room(n, NULL);
    settle_newcomers(n);
    serve_active(n);
    for (size_t i = n->room.speakers; i > 0; i--) serve(n, peer_of(n->room.members[i - 1]));
    struct member *next;
    for (int i = 0; i < slice && (next = send_pass_next(&n->round, &n->room, n->room.count)); i++)
        serve(n, peer_of(next));
}

/* -- the peer's end -- */

/* What the server says to one member alone. */
static bool is_private(struct simulation *n, struct simulated_peer *p, const char *msg)
{
    uintmax_t missed;
    int size = 0;
    if (sscanf(msg, OUTBOUND_MISSED("%ju") "%n", &missed, &size) == 1 && size > 0 &&
        msg[size] == '\0') {
        p->missed += missed;
        n->missed += missed;
        return true;
    }
    return strcmp(msg, SESSION_UNEXPECTED) == 0 || strcmp(msg, SESSION_TOO_LONG) == 0 ||
           strcmp(msg, SESSION_LIST_UNDER_WAY) == 0;
}

/* Returns the number of the frame that it hears next of the room's, if the history is at its end:
 * then what it missed was the rest of that first. */
static uint64_t next_of_room(const struct simulated_peer *p)
{
    return p->missed < p->history ? UINT64_MAX : p->next + p->missed - p->history;
}

/* The history is what was said before a newcomer joined, and it hears nothing new before. */
static void hear_history(struct simulation *n, struct simulated_peer *p,
                         const struct packet *packet)
{
    static char frame[PACKET_ROOM];
    uint64_t at = p->next;
    size_t size = packet_encode(frame, PROTO_BROADCAST, packet->nick, packet->msg);
    while (at > 0 && n->log[at - 1] != hash(frame, size)) at--;
    must(n, at > 0, "a newcomer hears what was not said before");
    must(n, p->member && p->history > p->missed, "a newcomer hears more than the history");
    p->history -= p->missed + 1;
    p->missed = 0;
    must(n, packet->proto == PROTO_BROADCAST, "what was not said has a time");
    must(n, strcmp(packet->nick, PACKET_SERVER) != 0, "a notice is in the history");
}

static void hear_packet(struct simulation *n, struct simulated_peer *p, const struct packet *packet)
{
    bool early = !p->member;
    switch (packet->proto) {
    case PROTO_CONNECT:
        must(n, !p->greeted && strcmp(packet->msg, "HELLO") == 0, "HELLO comes once");
        p->greeted = true;
        break;
    case PROTO_READY: p->member = true; break;
    case PROTO_RETRY: break;
    case PROTO_SHUTDOWN: p->finished = true; break;
    case PROTO_WHO: must(n, !early, "a stranger hears who is here"); break;
    case PROTO_BROADCAST:
        must(n, !early, "a stranger hears the room");
        must(n, is_private(n, p, packet->msg), "a member hears what was not said");
        break;
    case PROTO_VERIFY:
    case PROTO_GOODBYE:
    case PROTO_UNKNOWN: must(n, false, "the server says what only clients say");
    }
    must(n, packet->nick && strcmp(packet->nick, PACKET_SERVER) == 0, "a reply is not SERVER's");
    must(n, p->greeted, "something comes before HELLO");
}

static void hear_frame(struct simulation *n, struct simulated_peer *p, struct span payload)
{
    char header[FRAME_HEADER];
    frame_header(header, payload.n);
    n->heard++;
    must(n, !p->finished, "something comes after the last words");
    uint64_t next = next_of_room(p);
    if (p->member && next < n->read.seq &&
        hash(payload.p - FRAME_HEADER, payload.n + FRAME_HEADER) == n->log[next]) {
        p->next = next + 1;
        p->missed = p->history = 0;
        return;
    }
    struct packet packet;
    bool valid = packet_decode(&packet, payload) == NULL;
    must(n, valid, "the server sends what is no packet");
    if (valid && packet.time)
        hear_history(n, p, &packet);
    else if (valid)
        hear_packet(n, p, &packet);
}

/* Who was a member has heard all that was said until it left. */
static void check_end(struct simulation *n, struct simulated_peer *p)
{
    must(n, p->heard.len == 0, "the stream ends inside a frame");
    uint64_t next = next_of_room(p), end = p->session.stream_end.seq;
    must(n, !p->member || next >= end, "the end of the stream is missing");
    must(n, !p->member || next <= end, "the stream goes on after the end");
    forget(p);
}

void simulation_receive(struct simulation *n, int i, size_t most)
{
    struct simulated_peer *p = &n->peers[i];
    if (p->state == PEER_ABSENT) return;
    struct span payload, in = buffer_view(&p->down);
    enum frame_status status;
    if (in.n > most) in.n = most;
    size_t came = in.n;
    while ((status = frame_next(&p->heard, &in, &payload)) == FRAME_COMPLETE)
        hear_frame(n, p, payload);
    must(n, status == FRAME_PARTIAL, "the server's stream is lost");
    buffer_consume(&p->down, came);
    if (came > 0 && p->blocked) p->active = true;
    if (came > 0) p->blocked = false;
    if (p->state == PEER_SHUT && buffer_view(&p->down).n == 0) check_end(n, p);
}

static bool is_idle(const struct simulated_peer *p)
{
    if (p->state == PEER_ABSENT) return true;
    return p->state == PEER_OPEN && buffer_view(&p->up).n == 0 && buffer_view(&p->down).n == 0 &&
           !outbound_has_data(&p->session);
}

void simulation_settle(struct simulation *n)
{
    bool idle = false;
    for (int turn = 0; turn < SETTLED && !idle && !n->broken; turn++) {
        idle = true;
        for (int i = 0; i < SIMULATION_PEERS; i++) simulation_arrive(n, i, SIZE_MAX);
        simulation_iterate(n, SLICE);
        for (int i = 0; i < SIMULATION_PEERS; i++) {
            simulation_receive(n, i, SIZE_MAX);
            idle = idle && is_idle(&n->peers[i]);
        }
    }
    must(n, idle, "somebody is never served");
    for (int i = 0; i < SIMULATION_PEERS; i++)
        must(n, !is_member(&n->peers[i]) || next_of_room(&n->peers[i]) == n->read.seq,
             "a member lacks the newest");
}
