#include "server/net/connection_input.h"

#include "server/net/ip.h"
#include "server/net/sniff.h"
#include "server/net/socket.h"
#include "server/system/clock.h"
#include "server/system/log.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Counts the input of a connection without a limit, to detect a flood: 128 KiB per second. Its
 * burst is enough for a person who pastes a long text. */
static const struct token_rate flood_rate = {.step = 1000000 / 256, .slack = 1000000};

enum {
    RENAME_PACKETS = 10, /* packets that a new nickname of a member counts as: all members see it */
    TYPING_SHARE = 4,    /* a person who types uses less than this part of a burst */
    FULL_SOCKET = 2048,  /* bytes that a full socket holds at least */
};

/* Returns the bytes that are received and not read; -1 if the kernel does not tell. */
static int count_unread(const struct conn *c)
{
    int n = socket_unread(c->fd);
    return c->tls && n >= 0 ? n + (int)tls_unread(c->tls) : n;
}

bool conn_has_input(const struct conn *c)
{
    return c->in.readable || buffer_view(&c->in.unread).n > 0;
}

/* Asks the kernel, because epoll may not have returned the event yet. */
bool conn_poll_input(struct conn *c)
{
    if (count_unread(c) > 0) c->in.readable = true;
    return conn_has_input(c);
}

/* Whether the peer reads its output. If not, its input waits. */
static bool reads_output(const struct conn *c)
{
    const struct ring *ring = &c->session.room->ring;
    if (buffer_view(&c->session.out).n > CONN_OUT_MAX) return false;
    return !c->out.blocked || !session_is_member(&c->session) ||
           ring_lag(ring, &c->session.member.cursor) <= ring->size / 2;
}

bool conn_wants_read(const struct conn *c)
{
    return c->state == CONN_OPEN && !c->in.paused && conn_has_input(c) && reads_output(c);
}

/* A connection that a limit pauses is not late while as much waits as a full socket holds at least:
 * the client cannot send the rest. */
bool conn_is_frame_late(const struct conn *c)
{
    int unread = count_unread(c);
    size_t waiting = buffer_view(&c->in.unread).n + (unread > 0 ? (size_t)unread : 0);
    if (waiting >= frame_missing(&c->in.decoder)) return false;
    if (c->in.paused && waiting >= FULL_SOCKET) return false;
    return waiting == 0 || reads_output(c);
}

int64_t conn_count_memory(struct conn *c)
{
    uint32_t before = c->in.counted;
    c->in.counted = c->in.decoder.cap + (uint32_t)buffer_memory(&c->in.unread);
    return (int64_t)c->in.counted - before;
}

static bool has_input_limit(const struct conn *c)
{
    return c->grant.limits->input.step > 0;
}

static const struct token_rate *input_rate(const struct conn *c)
{
    return has_input_limit(c) ? &c->grant.limits->input : &flood_rate;
}

void conn_count_input(struct conn *c, size_t bytes, int64_t now)
{
    int units = 1 + (int)(bytes / INPUT_UNIT);
    token_bucket_take(&c->in.byte_bucket, input_rate(c), units, now);
    network_charge(c->grant.address, CHARGE_INPUT, units, now);
}

/* Counts a new nickname of a member, whose packet is counted already. */
static void count_rename(struct conn *c, int64_t now)
{
    const int more = RENAME_PACKETS - 1;
    token_bucket_take(&c->in.packet_bucket, &c->grant.limits->packets, more, now);
    token_bucket_take(&c->in.byte_bucket, input_rate(c), more, now);
    network_charge(c->grant.address, CHARGE_INPUT, more, now);
}

bool conn_is_flooding(const struct conn *c, int64_t now)
{
    return !token_bucket_allows(&c->in.byte_bucket, input_rate(c), now);
}

bool conn_is_typing(const struct conn *c, int64_t now)
{
    struct token_rate rate = *input_rate(c);
    rate.slack /= TYPING_SHARE;
    return token_bucket_allows(&c->in.byte_bucket, &rate, now);
}

/* Whether its own limits allow one more packet. */
static bool has_tokens(const struct conn *c, int64_t now)
{
    return token_bucket_allows(&c->in.packet_bucket, &c->grant.limits->packets, now) &&
           (!has_input_limit(c) || !conn_is_flooding(c, now));
}

void conn_pause(struct conn *c)
{
    c->in.paused = true;
}

bool conn_resume(struct conn *c, int64_t now)
{
    if (!has_tokens(c, now)) return false;
    if (!network_take_turn(c->grant.address, CHARGE_INPUT, now)) return false;
    c->in.paused = false;
    return true;
}

/* Logs a nickname. Logs the connection's start first if the rate limit of these lines left it out.
 */
static void log_nick(struct conn *c)
{
    char from[IP_SOCKADDR_TEXT];
    if (!c->is_logged) {
        ip_format_peer(c->fd, from);
        log_event(CONN_LOG_CONNECTED("%u", "%s"), c->number, from);
        c->is_logged = true;
    }
    log_event(CONN_LOG_NICK("%u", "%s"), c->number, c->session.member.nick->text);
}

/* Counts an invalid packet. Returns whether a member may send it. */
static bool count_invalid(struct conn *c, int64_t now)
{
    uint16_t minute = (uint16_t)(now / 60000);
    if (minute != c->in.invalid_minute) c->in.invalid_count = 0;
    c->in.invalid_minute = minute;
    c->in.invalid_count++;
    c->in.invalid_row++;
    return c->in.invalid_row < CONN_INVALID_ROW && c->in.invalid_count <= CONN_INVALID_MINUTE;
}

/* Refuses an invalid packet. Disconnects a member only after too many, but a client without a
 * nickname at once: it probably speaks another protocol. */
static void refuse_packet(struct conn *c, const char *error, int64_t now)
{
    if (session_is_member(&c->session) && count_invalid(c, now)) {
        c->session.room->counters->rejected[REJECT_PACKET_BROKEN]++;
        if (!session_send_error(&c->session, PROTO_BROADCAST, error)) conn_abort_without_memory(c);
        return;
    }
    c->closing.protocol_error = true;
    conn_disconnect(c, REJECT_PACKET_BROKEN, error);
}

/* -- answers -- */

static int kib(size_t bytes)
{
    return (int)((bytes + 1023) / 1024);
}

static bool has_answers_left(const struct conn *c, int64_t now)
{
    return network_allows(c->grant.address, CHARGE_ANSWERS, now);
}

/* Sends the member list, or refuses it if the client or its address has received too much. Returns
 * false if out of memory. */
static bool answer_who(struct conn *c, int64_t now)
{
    const struct token_rate *rate = &c->grant.limits->lists;
    struct token_bucket bucket = token_bucket_unpack(c->lists_full_at, rate, now);
    if (!token_bucket_allows(&bucket, rate, now) || !has_answers_left(c, now))
        return session_refuse_list(&c->session);
    size_t size = session_send_list(&c->session);
    token_bucket_take(&bucket, rate, kib(size), now);
    c->lists_full_at = token_bucket_pack(&bucket);
    network_charge(c->grant.address, CHARGE_ANSWERS, kib(size), now);
    return size > 0;
}

/* Leaves out the history of a client that has just joined, if its address has received too much.
 * Returns false if out of memory. */
static bool limit_history(struct conn *c, int64_t now)
{
    size_t size = room_history_size(&c->session.member);
    if (size == 0) return true;
    if (!has_answers_left(c, now)) return session_skip_history(&c->session);
    network_charge(c->grant.address, CHARGE_ANSWERS, kib(size), now);
    return true;
}

/* -- packets -- */

static bool is_too_long(const struct conn *c, size_t payload)
{
    return payload > CONN_STRANGER_PACKET && !session_is_member(&c->session);
}

static struct session_result handle_payload(struct conn *c, struct span payload)
{
    if (!is_too_long(c, payload.n)) return session_handle(&c->session, payload);
    return (struct session_result){.state = SESSION_PROTOCOL_ERROR, .error = CONN_TOO_LONG};
}

/* Disconnects the connection that a client lost before it came back. */
static void replace(struct conn *c, struct read_budget *budget)
{
    conn_disconnect(c, REJECT_REPLACED, CONN_REPLACED);
    budget->replaced = c;
}

static void handle_packet(struct conn *c, struct span payload, struct read_budget *budget)
{
    token_bucket_take(&c->in.packet_bucket, &c->grant.limits->packets, 1, budget->now);
    conn_count_input(c, FRAME_HEADER + payload.n, budget->now);
    c->in.made_progress = true;
    bool was_member = session_is_member(&c->session);
    struct session_result result = handle_payload(c, payload);
    if (result.nick_holder) budget->nick_holder = conn_of(result.nick_holder);
    if (result.replaced) replace(conn_of(result.replaced), budget);
    if (result.nick_changed && was_member) count_rename(c, budget->now);
    if (result.nick_changed) log_nick(c);
    if (result.asks_list && !answer_who(c, budget->now)) result.state = SESSION_NOMEM;
    if (result.joined && !limit_history(c, budget->now)) result.state = SESSION_NOMEM;
    if (result.state != SESSION_PROTOCOL_ERROR) c->in.invalid_row = 0;
    switch (result.state) {
    case SESSION_CONTINUE: break;
    case SESSION_GOODBYE: conn_close(c, CONN_GOODBYE); break;
    case SESSION_PROTOCOL_ERROR: refuse_packet(c, result.error, budget->now); break;
    case SESSION_NOMEM: conn_abort_without_memory(c); break;
    }
    if (conn_is_handshake_over(c, budget->now)) conn_handshake_timeout(c);
}

/* Rejects a client of another protocol, or with a packet that is too long, before the whole packet
 * has come. */
static void check_partial(struct conn *c, int64_t now)
{
    struct span held = {c->in.decoder.held, c->in.decoder.len};
    if (session_is_member(&c->session) || held.n < FRAME_HEADER || sniff_needs_more(held)) return;
    const char *message = sniff_protocol(held);
    if (message)
        conn_disconnect(c, REJECT_OTHER_PROTOCOL, message);
    else if (is_too_long(c, frame_size(held.p) - FRAME_HEADER))
        refuse_packet(c, CONN_TOO_LONG, now);
}

/* Stops when the client has replaced another connection, because the budget returns only one. */
static bool may_handle(struct conn *c, const struct read_budget *budget)
{
    c->in.paused =
        !has_tokens(c, budget->now) || !network_allows(c->grant.address, CHARGE_INPUT, budget->now);
    return !c->in.paused && !budget->replaced && clock_us() < budget->until;
}

/* Handles the packets in *in, and moves *in past them. Returns their number. */
static int handle_frames(struct conn *c, struct span *in, struct read_budget *budget)
{
    struct span payload;
    int n = 0;
    while (c->state == CONN_OPEN && may_handle(c, budget)) {
        switch (frame_next(&c->in.decoder, in, &payload)) {
        case FRAME_COMPLETE:
            handle_packet(c, payload, budget);
            n++;
            break;
        case FRAME_PARTIAL: check_partial(c, budget->now); return n;
        case FRAME_NOMEM: conn_abort_without_memory(c); return n;
        }
    }
    return n;
}

/* Returns how many bytes to read: few from a client without a nickname, whose packets are short, so
 * that the server holds little of its input. */
static size_t read_size(const struct conn *c, const struct read_budget *budget)
{
    const size_t of_stranger = FRAME_HEADER + CONN_STRANGER_PACKET;
    bool is_less = budget->bytes > of_stranger && !session_is_member(&c->session);
    return is_less ? of_stranger : budget->bytes;
}

/* Treats only EAGAIN as the end of input: a read also ends early at an urgent byte, a descriptor or
 * another sender, and epoll returns no further event for the rest. After a failed send, there is no
 * more input. */
static struct span receive(struct conn *c, char *buf, size_t size)
{
    ssize_t n = c->tls ? tls_receive(c->tls, buf, size) : recv(c->fd, buf, size, 0);
    if (n < 0 && errno == EAGAIN) c->in.readable = false;
    if (n < 0 && errno != EINTR && (errno != EAGAIN || c->out.failed))
        conn_abort(c, strerror(errno));
    if (n == 0) conn_close(c, CONN_CLOSED_BY_PEER);
    if (n > 0) c->session.room->counters->bytes_in += (uint64_t)n;
    return (struct span){buf, n > 0 ? (size_t)n : 0};
}

/* Returns the bytes to count for a read of TLS that brought no data, but left more to read: a
 * client may send records that only change keys. */
static size_t count_records(const struct conn *c, size_t came)
{
    return came == 0 && c->tls && c->in.readable ? TLS_RECEIVE_MAX : 0;
}

/* Counts a read that completes no packet as a packet, because it costs as much. */
size_t conn_read(struct conn *c, char buf[CONN_READ], struct read_budget *budget)
{
    if (!may_handle(c, budget)) return 0;
    struct span unread = buffer_view(&c->in.unread);
    struct span in = unread.n > 0 ? unread : receive(c, buf, read_size(c, budget));
    size_t came = in.n;
    size_t records = count_records(c, came);
    if (handle_frames(c, &in, budget) == 0 && came + records > 0)
        conn_count_input(c, records, budget->now);
    if (frame_missing(&c->in.decoder) == 0) frame_decoder_reset(&c->in.decoder);
    if (unread.n > 0)
        buffer_consume(&c->in.unread, came - in.n);
    else if (c->state == CONN_OPEN && !buffer_append(&c->in.unread, in.p, in.n))
        conn_abort_without_memory(c);
    return came - in.n;
}
