#include "server/net/connection.h"

#include "server/net/ip.h"
#include "server/net/liveness.h"
#include "server/net/poller.h"
#include "server/net/socket.h"
#include "server/room/outbound.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    SILENT_MS = 50000,       /* without an answer for this time, the peer's system is gone */
    CLOCKS_DIFFER = 50,      /* milliseconds that the kernel's clock and ours may differ */
    LINGER_MAX = 256 * 1024, /* bytes of input that CONN_LINGERING reads and drops */
};

/* -- start and end -- */

struct conn *conn_new(int fd, struct room *room, const struct admission_grant *grant, int64_t now)
{
    struct conn *c = calloc(1, sizeof *c);
    if (c && session_init(&c->session, room)) {
        c->fd = fd;
        c->grant = *grant;
        c->connected_at = (uint32_t)(now / 1000);
        return c;
    }
    free(c);
    close(fd);
    return NULL;
}

/* Frees input that is not handled. */
static void drop_input(struct conn *c)
{
    frame_decoder_reset(&c->in.decoder);
    buffer_reset(&c->in.unread);
}

bool conn_start_tls(struct conn *c, struct ssl_ctx_st *context)
{
    c->tls = tls_new(context, c->fd);
    if (c->tls) c->state = CONN_HANDSHAKE;
    return c->tls != NULL;
}

void conn_free(struct conn *c)
{
    void *reason;
    if (!c) return;
    tls_free(c->tls);
    session_deinit(&c->session);
    drop_input(c);
    free(c->in.frame_timer);
    memcpy(&reason, &c->closing.reason, sizeof reason); /* drops const */
    if (c->closing.reason_owned) free(reason);
    close(c->fd);
    free(c);
}

void conn_abort(struct conn *c, const char *reason)
{
    if (!c->closing.reason) c->closing.reason = reason;
    c->state = CONN_CLOSED;
}

void conn_close(struct conn *c, const char *reason)
{
    if (c->state == CONN_HANDSHAKE) conn_abort(c, reason);
    if (c->state != CONN_OPEN) return;
    c->closing.reason = reason;
    c->state = CONN_FLUSHING;
    session_leave(&c->session);
}

static void count_rejected(struct conn *c, enum reject_reason reason)
{
    c->session.room->counters->rejected[reason]++;
}

void conn_disconnect(struct conn *c, enum reject_reason reason, const char *message)
{
    if (c->state != CONN_OPEN && c->state != CONN_HANDSHAKE) return;
    count_rejected(c, reason);
    c->closing.send_reason = true;
    conn_close(c, message);
}

void conn_kick(struct conn *c, const char *reason)
{
    char *message = NULL;
    if (c->state != CONN_OPEN && c->state != CONN_HANDSHAKE) return;
    if (*reason && asprintf(&message, CONN_KICKED ": %s", reason) < 0) message = NULL;
    conn_disconnect(c, REJECT_KICKED, message ? message : CONN_KICKED);
    c->closing.reason_owned = message != NULL;
}

/* Logs the end even if the start was not logged. */
void conn_abort_without_memory(struct conn *c)
{
    c->is_logged = true;
    count_rejected(c, REJECT_NO_MEMORY);
    conn_abort(c, CONN_NO_MEMORY);
}

/* -- the handshake of TLS -- */

static void open_session(struct conn *c)
{
    c->state = CONN_OPEN;
    c->in.readable = true; /* a first packet may have been received with the handshake */
}

static void disconnect_unlisted(struct conn *c)
{
    char *message = NULL;
    if (asprintf(&message, CONN_NOT_LISTED("%s"), c->session.key) < 0) message = NULL;
    bool has_key = message && *c->session.key;
    conn_disconnect(c, REJECT_NOT_LISTED, has_key ? message : CONN_NO_KEY);
    c->closing.reason_owned = has_key;
    if (!has_key) free(message);
}

void conn_check_key(struct conn *c)
{
    struct ip from;
    if (c->state != CONN_OPEN || !c->session.room->allowlist) return;
    bool is_local = !c->tls && ip_of_peer(c->fd, &from) && from.is_unix;
    if (!is_local && !session_is_admitted(&c->session))
        disconnect_unlisted(c);
    else if (!session_may_keep_nick(&c->session))
        conn_disconnect(c, REJECT_NICK_RESERVED, CONN_NICK_RESERVED);
}

/* Answers a client that does not speak TLS in plain text. */
static void refuse_plain(struct conn *c)
{
    tls_free(c->tls);
    c->tls = NULL;
    open_session(c);
    conn_disconnect(c, REJECT_OTHER_PROTOCOL, CONN_NEEDS_TLS);
}

/* Sends the alert, and nothing of the session. */
static void fail_handshake(struct conn *c, const char *why)
{
    char *reason = NULL;
    if (asprintf(&reason, CONN_NO_TLS("%s"), why) < 0) reason = NULL;
    count_rejected(c, REJECT_TLS);
    open_session(c);
    buffer_reset(&c->session.out);
    conn_close(c, reason ? reason : CONN_NO_MEMORY);
    c->closing.reason_owned = reason != NULL;
}

void conn_handshake(struct conn *c)
{
    switch (tls_handshake(c->tls)) {
    case TLS_READY:
        open_session(c);
        c->session.key = tls_fingerprint(c->tls);
        conn_check_key(c);
        break;
    case TLS_WAITS: break;
    case TLS_PLAIN: refuse_plain(c); break;
    case TLS_FAILED: fail_handshake(c, tls_error(c->tls)); break;
    }
}

/* A client that waits for HELLO does not speak TLS. */
void conn_tls_timeout(struct conn *c)
{
    if (tls_is_untouched(c->tls))
        refuse_plain(c);
    else
        fail_handshake(c, CONN_SLOW_TLS);
}

/* -- output -- */

static bool has_encrypted_output(const struct conn *c)
{
    return c->tls && !c->out.failed && tls_has_output(c->tls);
}

bool conn_has_output(const struct conn *c)
{
    return c->state != CONN_CLOSED && (outbound_has_data(&c->session) || has_encrypted_output(c));
}

/* After a failed send, reads until the end of the stream. */
static void mark_write_failed(struct conn *c)
{
    if (!c->closing.reason) c->closing.reason = strerror(errno);
    c->out.failed = c->in.readable = true;
    c->out.unacked = false;
}

/* Shortens what is sent at once, unless the socket has the largest share. */
static void limit_send(const struct conn *c, struct span *own, struct span *stream)
{
    size_t max = socket_send_max(c->out.share);
    if (own->n > max) own->n = max;
    if (stream->n > max - own->n) stream->n = max - own->n;
}

static ssize_t send_both(struct conn *c, struct span own, struct span stream)
{
    return c->tls ? tls_send(c->tls, own, stream) : socket_send(c->fd, own, stream);
}

/* Returns how many bytes were sent, or discarded after a failed send. A short send means that the
 * socket is full; an event says when it is not. */
static size_t send_or_discard(struct conn *c, struct span own, struct span stream)
{
    limit_send(c, &own, &stream);
    size_t all = own.n + stream.n;
    ssize_t n = c->out.failed ? 0 : send_both(c, own, stream);
    if (n < 0 && errno != EAGAIN) mark_write_failed(c);
    if (c->out.failed) return all;
    size_t sent = n > 0 ? (size_t)n : 0;
    c->session.room->counters->bytes_out += sent;
    c->out.blocked = sent < all || has_encrypted_output(c);
    c->out.unacked = c->out.unacked || sent > 0;
    return sent;
}

static bool may_send(const struct conn *c)
{
    return !c->out.blocked && (c->state == CONN_OPEN || c->state == CONN_FLUSHING);
}

bool conn_is_sending_list(const struct conn *c)
{
    return c->session.list && may_send(c);
}

/* Sends the encrypted bytes that the socket did not take before. */
static void flush_encrypted(struct conn *c)
{
    if (!may_send(c) || !has_encrypted_output(c)) return;
    if (!tls_flush(c->tls) && errno != EAGAIN) mark_write_failed(c);
    c->out.blocked = has_encrypted_output(c);
}

/* Loops a few times: before and after the end of a member list, and of the history. */
void conn_flush(struct conn *c)
{
    struct span own, stream;
    flush_encrypted(c);
    while (may_send(c) && outbound_has_data(&c->session)) {
        bool ok = outbound_peek(&c->session, &own, &stream);
        if (ok && own.n + stream.n == 0) return;
        if (ok) ok = outbound_consume(&c->session, send_or_discard(c, own, stream));
        if (!ok) conn_abort_without_memory(c);
        if (c->session.list) return;
    }
}

/* -- events -- */

void conn_handle_event(struct conn *c, unsigned what)
{
    if (what & POLLER_WRITE) c->out.blocked = false;
    if (what & POLLER_READ) c->in.readable = true;
}

/* -- timers -- */

static enum timer next_timer(const struct conn *c)
{
    if (c->state == CONN_CLOSED) return TIMER_CLOSED;
    if (c->state == CONN_HANDSHAKE) return TIMER_TLS;
    if (c->state != CONN_OPEN) return TIMER_CLOSE;
    if (c->in.paused) return TIMER_RATE_LIMIT;
    if (!session_is_member(&c->session)) return TIMER_HANDSHAKE;
    if (c->is_probing) return TIMER_KEEPALIVE;
    if (c->out.blocked) return TIMER_WRITE;
    return c->out.unacked ? TIMER_WRITE : TIMER_NONE;
}

void conn_restart_timer(struct conn *c, struct deadlines *d, int64_t now)
{
    enum timer kind = next_timer(c);
    if (kind == TIMER_HANDSHAKE && c->handshake_end == 0)
        c->handshake_end = deadlines_handshake_end(d, now);
    deadlines_set(d, &c->timer, kind, now);
}

static bool has_partial_frame(const struct conn *c)
{
    return c->state == CONN_OPEN && frame_missing(&c->in.decoder) > 0;
}

static void unset_frame_timer(struct conn *c, struct deadlines *d, int64_t now)
{
    if (!c->in.frame_timer) return;
    deadlines_set(d, &c->in.frame_timer->deadline, TIMER_NONE, now);
    free(c->in.frame_timer);
    c->in.frame_timer = NULL;
}

static bool create_frame_timer(struct conn *c)
{
    if (c->in.frame_timer) return true;
    c->in.frame_timer = calloc(1, sizeof *c->in.frame_timer);
    if (!c->in.frame_timer) return false;
    c->in.frame_timer->conn = c;
    return true;
}

void conn_restart_frame_timer(struct conn *c, struct deadlines *d, int64_t now)
{
    enum timer kind = session_is_member(&c->session) ? TIMER_FRAME : TIMER_STRANGER_FRAME;
    if (!has_partial_frame(c))
        unset_frame_timer(c, d, now);
    else if (create_frame_timer(c))
        deadlines_set(d, &c->in.frame_timer->deadline, kind, now);
    else
        conn_abort_without_memory(c);
}

void conn_unset_timers(struct conn *c, struct deadlines *d, int64_t now)
{
    deadlines_set(d, &c->timer, TIMER_NONE, now);
    unset_frame_timer(c, d, now);
}

/* A packet from the peer does not restart timers that check whether it reads. */
void conn_update_timers(struct conn *c, struct deadlines *d, int64_t now)
{
    if (has_partial_frame(c) != (c->in.frame_timer != NULL) || c->in.made_progress)
        conn_restart_frame_timer(c, d, now);
    enum timer kind = next_timer(c);
    bool is_for_input = kind != TIMER_WRITE && kind != TIMER_KEEPALIVE;
    if (kind == TIMER_WRITE && c->timer.kind != TIMER_WRITE) c->liveness.acked_at = (uint32_t)now;
    if (kind != c->timer.kind || (c->in.made_progress && is_for_input))
        conn_restart_timer(c, d, now);
    c->in.made_progress = false;
}

/* Fills the byte bucket as of now, because 0 would say that the client has never sent anything. */
void conn_reset_limits(struct conn *c, struct deadlines *d, int64_t now)
{
    c->in.packet_bucket = (struct token_bucket){0};
    if (c->in.byte_bucket.full_at > now * 1000) c->in.byte_bucket.full_at = now * 1000;
    c->lists_full_at = 0;
    if (c->state != CONN_OPEN) return;
    c->handshake_end = 0;
    deadlines_set(d, &c->timer, TIMER_NONE, now);
    conn_update_timers(c, d, now);
}

void conn_handshake_timeout(struct conn *c)
{
    conn_disconnect(c, REJECT_NICK_TIMEOUT, CONN_NO_NICK);
}

void conn_frame_timeout(struct conn *c)
{
    conn_disconnect(c, REJECT_PACKET_TIMEOUT, CONN_FRAME_TIMEOUT);
}

void conn_evict(struct conn *c)
{
    conn_disconnect(c, REJECT_PACKET_MEMORY, CONN_EVICTED);
    drop_input(c);
}

bool conn_is_handshake_over(const struct conn *c, int64_t now)
{
    return !session_is_member(&c->session) && deadlines_is_handshake_over(c->handshake_end, now);
}

/* Drops the unsent bytes, which the kernel would otherwise keep for minutes. */
static void reset(struct conn *c, enum reject_reason reason, const char *text)
{
    count_rejected(c, reason);
    socket_drop_unsent(c->fd);
    conn_abort(c, text);
}

void conn_check_liveness(struct conn *c, int64_t now, int64_t stall)
{
    struct liveness l = liveness_query(c->fd);
    if ((uint32_t)l.acked != c->liveness.acked) c->liveness.acked_at = (uint32_t)now;
    c->liveness.acked = (uint32_t)l.acked;
    c->out.unacked = l.unacked;
    int64_t since = (uint32_t)((uint32_t)now - c->liveness.acked_at);
    bool is_silent = l.silent_ms >= SILENT_MS && since >= SILENT_MS;
    if (l.unacked && l.expects_answer && is_silent)
        reset(c, REJECT_SILENT, CONN_SILENT);
    else if (c->out.blocked && stall > 0 && since >= stall)
        reset(c, REJECT_STALLED, CONN_STALLED);
}

void conn_keepalive_start(struct conn *c, const struct conn *other)
{
    struct ip a, b;
    if (c->is_probing || !ip_of_peer(c->fd, &a) || !ip_of_peer(other->fd, &b)) return;
    if (!ip_is_same_host(&a, &b)) return;
    c->is_probing = true;
    liveness_set_interval(c->fd, true);
}

/* The kernel probes the peer several times in that time. A peer whose network pauses for a few
 * seconds answers the next probe, and keeps its nickname. */
void conn_keepalive_finish(struct conn *c)
{
    struct liveness l = liveness_query(c->fd);
    c->is_probing = false;
    liveness_set_interval(c->fd, false);
    if (l.expects_answer && l.silent_ms >= DEADLINES_KEEPALIVE - CLOCKS_DIFFER)
        reset(c, REJECT_ABSENT, CONN_ABSENT);
}

/* Uses the bucket that counts reads, which is full when a client has long sent nothing. */
int64_t conn_idle_since(const struct conn *c)
{
    int64_t full_at = c->in.byte_bucket.full_at;
    return full_at > 0 ? full_at / 1000 : (int64_t)c->connected_at * 1000;
}

/* -- closing -- */

static void half_close(struct conn *c)
{
    if (shutdown(c->fd, SHUT_WR) < 0)
        conn_abort(c, strerror(errno));
    else
        c->state = CONN_LINGERING;
}

/* Reads and drops input, because unread input turns close(2) into a reset, which destroys the last
 * packets. Stops at LINGER_MAX; then TIMER_CLOSE ends the connection. */
static void linger_read(struct conn *c)
{
    char dropped[32 * 1024];
    ssize_t n = 1;
    while (c->closing.discarded < LINGER_MAX && (n = recv(c->fd, dropped, sizeof dropped, 0)) > 0)
        c->closing.discarded += (uint32_t)n;
    if (n == 0 || (n < 0 && errno != EAGAIN)) c->state = CONN_CLOSED;
}

void conn_displace(struct conn *c, struct admission *admission, int64_t now)
{
    conn_disconnect(c, REJECT_DISPLACED, CONN_DISPLACED);
    conn_close_step(c);
    conn_abort(c, CONN_DISPLACED);
    admission_release(admission, &c->grant, now);
}

bool conn_is_delivered(const struct conn *c)
{
    return c->state == CONN_LINGERING && socket_unsent(c->fd) == 0 && socket_unread(c->fd) == 0;
}

static void send_reason(struct conn *c)
{
    c->closing.send_reason = false;
    bool ok = c->closing.protocol_error
                  ? session_send_error(&c->session, PROTO_SHUTDOWN, c->closing.reason)
                  : session_send(&c->session, PROTO_SHUTDOWN, c->closing.reason);
    if (!ok) conn_abort_without_memory(c);
    conn_flush(c);
}

static bool is_flushed(const struct conn *c)
{
    return c->state == CONN_FLUSHING && outbound_is_complete(&c->session) &&
           !has_encrypted_output(c);
}

void conn_close_step(struct conn *c)
{
    drop_input(c);
    conn_flush(c);
    if (is_flushed(c) && c->closing.send_reason) send_reason(c);
    if (is_flushed(c) && c->tls) tls_say_end(c->tls);
    if (is_flushed(c)) half_close(c);
    if (c->state == CONN_LINGERING) linger_read(c);
}

/* -- for the connection table -- */

void conn_set_slot(struct conn *c, uint32_t slot, uint32_t number)
{
    c->slot = slot;
    c->number = number;
}

void conn_set_logged(struct conn *c)
{
    c->is_logged = true;
}

void conn_set_share(struct conn *c, int share)
{
    c->out.share = (uint8_t)share;
}

void conn_activate(struct conn *c, struct conn_queue *active)
{
    if (c->is_active) return;
    c->is_active = true;
    STAILQ_INSERT_TAIL(active, c, active);
}

struct conn *conn_take_active(struct conn_queue *active)
{
    struct conn *c = STAILQ_FIRST(active);
    STAILQ_REMOVE_HEAD(active, active);
    c->is_active = false;
    return c;
}
