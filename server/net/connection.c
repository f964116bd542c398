#include "server/net/connection.h"

#include "server/net/ip.h"
#include "server/net/liveness.h"
#include "server/net/sniff.h"
#include "server/room/outbound.h"
#include "server/system/clock.h"
#include "server/system/log.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct conn *conn_new(int fd, uint32_t number, struct room *room,
                      const struct admission_grant *guest)
{
    struct conn *c = calloc(1, sizeof *c);
    if (c && session_init(&c->session, room)) {
        c->fd = fd;
        c->number = number;
        c->grant = *guest;
        return c;
    }
    free(c);
    close(fd);
    return NULL;
}

void conn_free(struct conn *c)
{
    if (!c) return;
    session_deinit(&c->session);
    frame_decoder_reset(&c->in.decoder);
    buffer_reset(&c->in.unread);
    if (c->closing.reason_owned) free((void *)(uintptr_t)c->closing.reason);
    close(c->fd);
    free(c);
}

void conn_abort(struct conn *c, const char *why)
{
    if (!c->closing.reason) c->closing.reason = why;
    c->state = CONN_CLOSED;
    session_leave(&c->session);
}

void conn_close(struct conn *c, const char *why)
{
    if (c->state != CONN_OPEN) return;
    c->closing.reason = why;
    c->state = CONN_FLUSHING;
    session_leave(&c->session);
}

static void count_rejected(struct conn *c, enum reject_reason why)
{
    c->session.room->counters.rejected[why]++;
}

void conn_disconnect(struct conn *c, enum reject_reason why, const char *words)
{
    if (c->state != CONN_OPEN) return;
    count_rejected(c, why);
    c->closing.send_reason = true;
    conn_close(c, words);
}

void conn_kick(struct conn *c, const char *reason)
{
    static const char plain[] = "You were removed by the operator";
    char *words = NULL;
    if (c->state != CONN_OPEN) return;
    if (*reason && asprintf(&words, "%s: %s", plain, reason) < 0) words = NULL;
    conn_disconnect(c, REJECT_KICKED, words ? words : plain);
    c->closing.reason_owned = words != NULL;
}

void conn_handshake_timeout(struct conn *c)
{
    conn_disconnect(c, REJECT_NICK_TIMEOUT,
                    "You chose no nickname in time. Connect again when you have one.");
}

bool conn_handshake_is_over(const struct conn *c, int64_t now)
{
    if (session_is_member(&c->session) || c->timer.handshake_by == 0) return false;
    return (int32_t)((uint32_t)now - c->timer.handshake_by) >= 0;
}

static void reject_packet(struct conn *c, const char *why)
{
    c->closing.protocol_error = true;
    conn_disconnect(c, REJECT_PACKET_BROKEN, why);
}

enum timer conn_timer(const struct conn *c)
{
    if (c->state != CONN_OPEN) return TIMER_CLOSE;
    if (c->in.paused) return TIMER_RATE_LIMIT;
    if (!session_is_member(&c->session)) return TIMER_HANDSHAKE;
    if (c->liveness.probing) return TIMER_KEEPALIVE;
    if (c->out.blocked) return TIMER_WRITE;
    if (c->in.decoder.len > 0) return TIMER_FRAME;
    return c->out.unacked ? TIMER_WRITE : TIMER_NONE;
}

/* What we lack is always logged. */
static void no_memory(struct conn *c)
{
    c->is_logged = true;
    count_rejected(c, REJECT_NO_MEMORY);
    conn_abort(c, "no memory");
}

/* -- out -- */

bool conn_has_output(const struct conn *c)
{
    return outbound_has_data(&c->session);
}

/* iovec holds plain pointers, and sending only reads them. */
static struct iovec vector(struct span s)
{
    union {
        const char *theirs;
        char *plain;
    } pointer = {s.p};
    return (struct iovec){.iov_base = pointer.plain, .iov_len = s.n};
}

/* One call for both; sendmsg(2) only where there are two. */
static ssize_t send_both(int fd, struct span first, struct span second)
{
    struct iovec v[] = {vector(first), vector(second)};
    struct msghdr both = {.msg_iov = v, .msg_iovlen = 2};
    if (second.n == 0) return send(fd, first.p, first.n, MSG_NOSIGNAL);
    if (first.n == 0) return send(fd, second.p, second.n, MSG_NOSIGNAL);
    return sendmsg(fd, &both, MSG_NOSIGNAL);
}

/* One whose send fails takes nothing any more, but what it has said is heard to the end. */
static void mark_write_failed(struct conn *c)
{
    if (!c->closing.reason) c->closing.reason = strerror(errno);
    c->out.failed = c->in.readable = c->in.peer_closed = true;
    c->out.unacked = false;
}

/* A socket that takes less than it is given is full: its edge will say when it is not. What is for
 * the deaf goes nowhere, so that they are never behind. */
static size_t send_some(struct conn *c, struct span first, struct span second)
{
    size_t all = first.n + second.n;
    ssize_t sent = c->out.failed ? 0 : send_both(c->fd, first, second);
    if (sent < 0 && errno != EAGAIN) mark_write_failed(c);
    if (c->out.failed) return all;
    size_t took = sent > 0 ? (size_t)sent : 0;
    c->session.room->counters.bytes_out += took;
    c->out.blocked = took < all;
    c->out.unacked = c->out.unacked || took > 0;
    return took;
}

static void flush_once(struct conn *c)
{
    struct span own, stream;
    if (!outbound_peek(&c->session, &own, &stream)) {
        no_memory(c);
        return;
    }
    if (own.n + stream.n == 0) return;
    if (!outbound_consume(&c->session, send_some(c, own, stream))) no_memory(c);
}

/* A second time only around a newcomer's own arrival. */
void conn_flush(struct conn *c)
{
    do {
        if (c->out.blocked || c->state == CONN_CLOSED || c->state == CONN_LINGERING) return;
        flush_once(c);
    } while (outbound_has_data(&c->session));
}

/* -- in -- */

bool conn_has_input(const struct conn *c)
{
    return c->in.readable || buffer_view(&c->in.unread).n > 0;
}

/* Its edge may be among those that the kernel has not told yet. */
bool conn_poll_input(struct conn *c)
{
    int unread = 0;
    if (ioctl(c->fd, FIONREAD, &unread) == 0 && unread > 0) c->in.readable = true;
    return conn_has_input(c);
}

bool conn_wants_read(const struct conn *c)
{
    const struct ring *ring = &c->session.room->ring;
    if (c->state != CONN_OPEN || c->in.paused || !conn_has_input(c)) return false;
    if (buffer_view(&c->session.out).n > CONN_OUT_MAX) return false;
    return !c->out.blocked || !session_is_member(&c->session) ||
           ring_lag(ring, &c->session.member.cursor) <= ring->size / 2;
}

/* Of a member everything is logged, and of strangers as much as the door says. */
static void log_name(struct conn *c)
{
    char from[IP_SOCKADDR_TEXT];
    if (!c->is_logged) {
        ip_format_peer(c->fd, from);
        log_event("#%u connected from %s", c->number, from);
        c->is_logged = true;
    }
    log_event("#%u is %s", c->number, c->session.member.nick->text);
}

/* Whether the stream goes on after this packet. */
static bool handle_packet(struct conn *c, struct span payload, struct read_budget *budget)
{
    token_bucket_take(&c->in.packet_bucket, &c->grant.limits->packets, 1, budget->now);
    struct session_result result = session_handle(&c->session, payload);
    c->in.made_progress = true;
    if (result.nick_holder) budget->nick_holder = conn_of(result.nick_holder);
    if (result.nick_changed) log_name(c);
    if (result.state == SESSION_PROTOCOL_ERROR) reject_packet(c, result.error);
    if (result.state == SESSION_GOODBYE) conn_close(c, "said goodbye");
    if (result.state == SESSION_NOMEM) no_memory(c);
    if (conn_handshake_is_over(c, budget->now)) conn_handshake_timeout(c);
    return c->state == CONN_OPEN;
}

static bool may_handle(struct conn *c, const struct read_budget *budget)
{
    c->in.paused =
        !token_bucket_allows(&c->in.packet_bucket, &c->grant.limits->packets, budget->now);
    return !c->in.paused && clock_us() < budget->until;
}

/* A stranger who speaks something else is told so at once, not when its time is over. */
static void reject_other_protocol(struct conn *c)
{
    if (session_is_member(&c->session)) return;
    const char *words = sniff_protocol((struct span){c->in.decoder.held, c->in.decoder.len});
    if (words) conn_disconnect(c, REJECT_OTHER_PROTOCOL, words);
}

/* Advances *in past what was taken. */
static void handle_frames(struct conn *c, struct span *in, struct read_budget *budget)
{
    struct span payload;
    while (may_handle(c, budget)) {
        enum frame_status status = frame_next(&c->in.decoder, in, &payload);
        if (status == FRAME_ZERO_LENGTH) reject_packet(c, "its length was 0");
        if (status == FRAME_NOMEM) no_memory(c);
        if (status == FRAME_PARTIAL) reject_other_protocol(c);
        if (status != FRAME_COMPLETE || !handle_packet(c, payload, budget)) return;
    }
}

/* Limits of KiB plus reads: 128 per second. A flood is more after a burst that allows to paste a
 * long text; a person types less than a quarter of that burst. */
static const struct token_rate flood_rate = {.step = 1000000 / 128, .slack = 1000000},
                               typing_rate = {.step = 1000000 / 128, .slack = 250000};

void conn_count_input(struct conn *c, size_t bytes, int64_t now)
{
    token_bucket_take(&c->in.byte_bucket, &flood_rate, 1 + (int)(bytes / 1024), now);
}

bool conn_is_flooding(const struct conn *c, int64_t now)
{
    return !token_bucket_allows(&c->in.byte_bucket, &flood_rate, now);
}

bool conn_is_typing(const struct conn *c, int64_t now)
{
    return token_bucket_allows(&c->in.byte_bucket, &typing_rate, now);
}

/* Under edge triggering a short read is as good as EAGAIN, unless the end of the stream is near;
 * the deaf have no more to come. */
static struct span receive(struct conn *c, char *buf, size_t size)
{
    ssize_t n = recv(c->fd, buf, size, 0);
    if (n < (ssize_t)size && !(n > 0 && c->in.peer_closed)) c->in.readable = false;
    if (n < 0 && (errno != EAGAIN || c->out.failed)) conn_abort(c, strerror(errno));
    if (n == 0) conn_close(c, "closed by the peer");
    if (n > 0) c->session.room->counters.bytes_in += (uint64_t)n;
    return (struct span){buf, n > 0 ? (size_t)n : 0};
}

size_t conn_read(struct conn *c, char buf[CONN_READ], struct read_budget *budget)
{
    struct span unread = buffer_view(&c->in.unread);
    struct span in = unread.n > 0 ? unread : receive(c, buf, budget->bytes);
    size_t came = in.n;
    conn_count_input(c, came, budget->now);
    handle_frames(c, &in, budget);
    if (unread.n > 0)
        buffer_consume(&c->in.unread, came - in.n);
    else if (c->state == CONN_OPEN && !buffer_append(&c->in.unread, in.p, in.n))
        no_memory(c);
    return came - in.n;
}

/* -- whether it is there -- */

/* What its system still has to send goes with it: else that would stay for minutes. */
static void reset(struct conn *c, enum reject_reason reason, const char *why)
{
    count_rejected(c, reason);
    struct linger at_once = {.l_onoff = 1};
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    conn_abort(c, why);
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

void conn_check_liveness(struct conn *c, int64_t now, int64_t stall)
{
    struct liveness l = liveness_query(c->fd);
    if ((uint32_t)l.acked != c->liveness.acked) c->liveness.acked_at = (uint32_t)now;
    c->liveness.acked = (uint32_t)l.acked;
    c->out.unacked = l.unacked;
    int64_t since = (uint32_t)((uint32_t)now - c->liveness.acked_at);
    if (l.unacked && l.expects_answer && smaller(l.silent_ms, since) >= CONN_SILENT_MS)
        reset(c, REJECT_SILENT, "it does not answer any more");
    else if (c->out.blocked && stall > 0 && since >= stall)
        reset(c, REJECT_STALLED, "it took nothing for too long");
}

static bool has_same_host(const struct conn *c, const struct conn *other)
{
    struct ip a, b;
    return ip_of_peer(c->fd, &a) && ip_of_peer(other->fd, &b) && ip_is_same_host(&a, &b);
}

void conn_keepalive_start(struct conn *c, const struct conn *other)
{
    if (c->liveness.probing || !has_same_host(c, other)) return;
    c->liveness.probing = true;
    liveness_set_interval(c->fd, true);
}

/* Asked every second, one who is there was heard in the last of them. */
void conn_keepalive_finish(struct conn *c)
{
    struct liveness l = liveness_query(c->fd);
    c->liveness.probing = false;
    liveness_set_interval(c->fd, false);
    if (l.expects_answer && l.silent_ms >= CONN_KEEPALIVE_MS * 3 / 4)
        reset(c, REJECT_ABSENT, "it is not there, its nickname is wanted");
}

/* -- the end -- */

static void half_close(struct conn *c)
{
    if (shutdown(c->fd, SHUT_WR) < 0)
        conn_abort(c, strerror(errno));
    else
        c->state = CONN_LINGERING;
    c->closing.discarded = 0;
}

/* A close with unread input resets the connection and destroys the last words: so read it first.
 * One who has sent too much is read no more, and waits for its deadline. */
static void linger_read(struct conn *c)
{
    char dropped[4096];
    ssize_t n = 1;
    while (c->closing.discarded < CONN_LINGER_MAX &&
           (n = recv(c->fd, dropped, sizeof dropped, 0)) > 0)
        c->closing.discarded += (uint32_t)n;
    if (n == 0 || (n < 0 && errno != EAGAIN)) c->state = CONN_CLOSED;
}

bool conn_is_delivered(const struct conn *c)
{
    int unsent, unread;
    if (c->state != CONN_LINGERING) return false;
    return ioctl(c->fd, SIOCOUTQ, &unsent) == 0 && unsent == 0 &&
           ioctl(c->fd, FIONREAD, &unread) == 0 && unread == 0;
}

static void send_reason_packet(struct conn *c)
{
    c->closing.send_reason = false;
    bool told = c->closing.protocol_error
                    ? session_send_error(&c->session, c->closing.reason)
                    : session_send(&c->session, PROTO_SHUTDOWN, c->closing.reason);
    if (!told) no_memory(c);
}

void conn_close_step(struct conn *c)
{
    if (c->state == CONN_FLUSHING) conn_flush(c);
    if (c->state == CONN_FLUSHING && !conn_has_output(c) && c->closing.send_reason) {
        send_reason_packet(c);
        conn_flush(c);
    }
    if (c->state == CONN_FLUSHING && !conn_has_output(c)) half_close(c);
    if (c->state == CONN_LINGERING) linger_read(c);
}
