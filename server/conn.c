#include "server/conn.h"

#include "server/log.h"
#include "server/pulse.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct conn *conn_new(int fd, uint32_t number, struct room *room)
{
    struct conn *c = calloc(1, sizeof *c);
    if (c && session_open(&c->session, room, c)) {
        c->fd = fd;
        c->number = number;
        return c;
    }
    free(c);
    close(fd);
    return NULL;
}

void conn_free(struct conn *c)
{
    if (!c) return;
    session_close(&c->session);
    frame_drop(&c->in);
    close(c->fd);
    free(c);
}

void conn_kill(struct conn *c, const char *why)
{
    if (!c->why) c->why = why;
    c->state = CONN_DEAD;
    session_leave(&c->session);
}

void conn_end(struct conn *c, const char *why)
{
    if (c->state != CONN_OPEN) return;
    c->why = why;
    c->state = CONN_FAREWELL;
    const struct session *s = &c->session;
    c->until = session_is_member(s) ? s->room->ring.head.pos : s->member.at.pos;
    session_leave(&c->session);
}

void conn_cut(struct conn *c, const char *words)
{
    c->last_words = words;
    conn_end(c, words);
}

static void broken(struct conn *c, const char *why)
{
    c->is_broken = true;
    conn_cut(c, why);
}

enum wait conn_wait(const struct conn *c)
{
    if (c->state != CONN_OPEN) return WAIT_END;
    if (!session_is_member(&c->session)) return WAIT_NICK;
    if (c->wanted) return WAIT_PROBE;
    if (c->blocked) return WAIT_TAKE;
    if (c->in.len > 0) return WAIT_FRAME;
    return c->sent ? WAIT_TAKE : WAIT_NOTHING;
}

static void no_memory(struct conn *c)
{
    conn_kill(c, "no memory");
}

/* -- out -- */

/* The ring's offset up to which this peer is owed. */
static uint64_t stream_end(const struct conn *c)
{
    const struct session *s = &c->session;
    if (c->state == CONN_FAREWELL) return c->until;
    return session_is_member(s) ? s->room->ring.head.pos : s->member.at.pos;
}

static bool is_owed_stream(const struct conn *c)
{
    return c->session.member.at.pos < stream_end(c);
}

bool conn_is_behind(const struct conn *c)
{
    return pending_span(&c->session.out).n > 0 || is_owed_stream(c);
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

/* A socket that takes less than it is given is full: its edge will say when it is not. */
static size_t send_some(struct conn *c, struct span first, struct span second)
{
    ssize_t sent = send_both(c->fd, first, second);
    if (sent < 0 && errno != EAGAIN) {
        conn_kill(c, strerror(errno));
        return 0;
    }
    size_t took = sent > 0 ? (size_t)sent : 0;
    c->blocked = took < first.n + second.n;
    c->sent = c->sent || took > 0;
    return took;
}

/* A newcomer's own arrival, in the middle of what it is owed, is not for it. */
static void pass_arrival(struct conn *c)
{
    struct cursor *at = &c->session.member.at;
    if (at->pos == c->session.member.own) ring_step(&c->session.room->ring, at);
}

/* The cursor steps to the frame's end behind what was sent; the rest of that frame becomes pending.
 */
static bool advance(struct conn *c, size_t sent)
{
    struct ring *ring = &c->session.room->ring;
    struct cursor *at = &c->session.member.at;
    uint64_t reached = at->pos + sent;
    if (reached == ring->head.pos) {
        *at = ring->head;
        return true;
    }
    while (at->pos < reached) ring_step(ring, at);
    bool ok = pending_add(&c->session.out, ring_at(ring, reached), at->pos - reached);
    pass_arrival(c);
    return ok;
}

static bool tell_missed(struct conn *c, uint64_t missed)
{
    char text[96];
    if (missed == 0 || c->state != CONN_OPEN) return true;
    snprintf(text, sizeof text, "You fell behind and missed %ju messages.", (uintmax_t)missed);
    return session_tell(&c->session, PROTO_BROADCAST, text);
}

/* Whoever the ring has lapped goes on with its oldest frame, and is told. */
static bool catch_up(struct conn *c)
{
    struct member *m = &c->session.member;
    uint64_t from = m->at.pos;
    if (!is_owed_stream(c)) return true;
    uint64_t missed = ring_catch_up(&c->session.room->ring, &m->at);
    if (from <= m->own && m->own < m->at.pos) missed--;
    pass_arrival(c);
    return tell_missed(c, missed);
}

static struct span stream_span(const struct conn *c)
{
    const struct cursor *at = &c->session.member.at;
    uint64_t end = stream_end(c), own = c->session.member.own;
    if (!is_owed_stream(c)) return (struct span){0};
    if (at->pos < own && own < end) end = own;
    return (struct span){ring_at(&c->session.room->ring, at->pos), end - at->pos};
}

/* A peer whose send fails leaves the room at once, and the notice of that may take the place in the
 * ring where its cursor stands: nothing is read there any more. */
static void flush_once(struct conn *c)
{
    if (!catch_up(c)) {
        no_memory(c);
        return;
    }
    struct span own = pending_span(&c->session.out), stream = stream_span(c);
    if (own.n + stream.n == 0) return;
    size_t took = send_some(c, own, stream);
    pending_sent(&c->session.out, took < own.n ? took : own.n);
    if (took > own.n && !advance(c, took - own.n)) no_memory(c);
}

/* A second time only around a newcomer's own arrival. */
void conn_flush(struct conn *c)
{
    do {
        if (c->blocked || c->state == CONN_DEAD || c->state == CONN_DRAINING) return;
        flush_once(c);
    } while (is_owed_stream(c));
}

/* -- in -- */

bool conn_wants_read(const struct conn *c)
{
    const struct ring *ring = &c->session.room->ring;
    if (c->state != CONN_OPEN || !c->readable) return false;
    if (pending_span(&c->session.out).n > CONN_OWED) return false;
    return !c->blocked || !session_is_member(&c->session) ||
           ring_lag(ring, &c->session.member.at) <= ring->size / 2;
}

/* Whether the stream goes on after this packet. */
static bool take(struct conn *c, struct span payload)
{
    struct verdict v = session_take(&c->session, payload);
    c->progressed = true;
    if (v.bearer) c->rival = v.bearer->carrier;
    if (v.named) log_event("#%u is %s", c->number, c->session.member.name->nick);
    if (v.state == SESSION_BROKEN) broken(c, v.why);
    if (v.state == SESSION_BYE) conn_end(c, "said goodbye");
    if (v.state == SESSION_NOMEM) no_memory(c);
    return v.state == SESSION_GOES_ON;
}

static void take_all(struct conn *c, struct span in)
{
    struct span payload;
    enum frame_status status;
    while ((status = frame_next(&c->in, &in, &payload)) == FRAME_WHOLE)
        if (!take(c, payload)) return;
    if (status == FRAME_EMPTY) broken(c, "its length was 0");
    if (status == FRAME_NOMEM) no_memory(c);
}

/* Under edge triggering a short read is as good as EAGAIN, unless the end of the stream is near. */
static ssize_t receive(struct conn *c, char *scratch)
{
    ssize_t n = recv(c->fd, scratch, CONN_READ, 0);
    if (n < CONN_READ && !(n > 0 && c->hung_up)) c->readable = false;
    if (n < 0 && errno != EAGAIN) conn_kill(c, strerror(errno));
    return n;
}

size_t conn_read(struct conn *c, char scratch[CONN_READ])
{
    ssize_t n = receive(c, scratch);
    if (n > 0) take_all(c, (struct span){scratch, (size_t)n});
    if (n == 0) conn_end(c, "closed by the peer");
    return n > 0 ? (size_t)n : 0;
}

/* -- whether it is there -- */

/* What its system still has to send goes with it: else that would stay for minutes. */
static void drop(struct conn *c, const char *why)
{
    struct linger at_once = {.l_onoff = 1};
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    conn_kill(c, why);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

void conn_look(struct conn *c, int64_t now, int64_t stall)
{
    struct pulse p = pulse_feel(c->fd);
    if (p.taken != c->taken) c->took_at = now;
    c->taken = p.taken;
    c->sent = p.owed;
    if (p.owed && p.waiting && least(p.silent, now - c->sent_at) >= CONN_SILENCE)
        drop(c, "it does not answer any more");
    else if (c->blocked && stall > 0 && now - c->took_at >= stall)
        drop(c, "it took nothing for too long");
}

void conn_probe(struct conn *c, const struct conn *other)
{
    if (c->wanted || !pulse_one_host(c->fd, other->fd)) return;
    c->wanted = true;
    pulse_ask(c->fd, true);
}

void conn_probed(struct conn *c)
{
    struct pulse p = pulse_feel(c->fd);
    c->wanted = false;
    pulse_ask(c->fd, false);
    if (p.waiting && p.silent >= CONN_PROBE * 3 / 4)
        drop(c, "it is not there, its nickname is wanted");
}

/* -- the end -- */

static void shut(struct conn *c)
{
    if (shutdown(c->fd, SHUT_WR) < 0)
        conn_kill(c, strerror(errno));
    else
        c->state = CONN_DRAINING;
}

/* A close with unread input resets the connection and destroys the last words: so read it first.
 * One who has sent too much is read no more, and waits for its deadline. */
static void drain(struct conn *c)
{
    char dropped[4096];
    ssize_t n = 1;
    while (c->drained < CONN_DRAIN && (n = recv(c->fd, dropped, sizeof dropped, 0)) > 0)
        c->drained += (size_t)n;
    if (n == 0 || (n < 0 && errno != EAGAIN)) c->state = CONN_DEAD;
}

bool conn_is_delivered(const struct conn *c)
{
    int unsent, unread;
    if (c->state != CONN_DRAINING) return false;
    return ioctl(c->fd, SIOCOUTQ, &unsent) == 0 && unsent == 0 &&
           ioctl(c->fd, FIONREAD, &unread) == 0 && unread == 0;
}

static void say_last_words(struct conn *c)
{
    const char *why = c->last_words;
    c->last_words = NULL;
    bool told = c->is_broken ? session_cut(&c->session, why)
                             : session_tell(&c->session, PROTO_SHUTDOWN, why);
    if (!told) no_memory(c);
}

void conn_serve_end(struct conn *c)
{
    if (c->state == CONN_FAREWELL) conn_flush(c);
    if (c->state == CONN_FAREWELL && !conn_is_behind(c) && c->last_words) {
        say_last_words(c);
        conn_flush(c);
    }
    if (c->state == CONN_FAREWELL && !conn_is_behind(c)) shut(c);
    if (c->state == CONN_DRAINING) drain(c);
}
