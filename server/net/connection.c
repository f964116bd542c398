#include "server/net/connection.h"

#include "server/base/clock.h"
#include "server/fairness.h"
#include "server/net/listener.h"
#include "server/net/liveness.h"
#include "server/net/sniff.h"
#include "server/room/outbound.h"
#include "server/system/log.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct conn *conn_new(int fd, uint32_t number, struct room *room, const struct guest *guest)
{
    struct conn *c = calloc(1, sizeof *c);
    if (c && session_init(&c->session, room)) {
        c->fd = fd;
        c->number = number;
        c->guest = *guest;
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
    frame_decoder_reset(&c->in);
    buffer_reset(&c->unread);
    free(c->own_words);
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
    session_leave(&c->session);
}

static void count(struct conn *c, enum reject_reason why)
{
    c->session.room->counters.rejected[why]++;
}

void conn_cut(struct conn *c, enum reject_reason why, const char *words)
{
    if (c->state != CONN_OPEN) return;
    count(c, why);
    c->has_last_words = true;
    conn_end(c, words);
}

void conn_remove(struct conn *c, const char *reason)
{
    static const char plain[] = "You were removed by the operator";
    if (c->state != CONN_OPEN) return;
    if (*reason && asprintf(&c->own_words, "%s: %s", plain, reason) < 0) c->own_words = NULL;
    conn_cut(c, REJECT_KICKED, c->own_words ? c->own_words : plain);
}

void conn_cut_nameless(struct conn *c)
{
    conn_cut(c, REJECT_NICK_TIMEOUT,
             "You chose no nickname in time. Connect again when you have one.");
}

bool conn_is_overdue(const struct conn *c, int64_t now)
{
    if (session_is_member(&c->session) || c->nick_by == 0) return false;
    return (int32_t)((uint32_t)now - c->nick_by) >= 0;
}

static void broken(struct conn *c, const char *why)
{
    c->is_broken = true;
    conn_cut(c, REJECT_PACKET_BROKEN, why);
}

enum wait conn_wait(const struct conn *c)
{
    if (c->state != CONN_OPEN) return WAIT_END;
    if (c->is_paced) return WAIT_PACE;
    if (!session_is_member(&c->session)) return WAIT_NICK;
    if (c->wanted) return WAIT_PROBE;
    if (c->blocked) return WAIT_TAKE;
    if (c->in.len > 0) return WAIT_FRAME;
    return c->sent ? WAIT_TAKE : WAIT_NOTHING;
}

/* What we lack is always logged. */
static void no_memory(struct conn *c)
{
    c->is_logged = true;
    count(c, REJECT_NO_MEMORY);
    conn_kill(c, "no memory");
}

/* -- out -- */

bool conn_is_behind(const struct conn *c)
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
static void go_deaf(struct conn *c)
{
    if (!c->why) c->why = strerror(errno);
    c->is_deaf = c->readable = c->hung_up = true;
    c->sent = false;
}

/* A socket that takes less than it is given is full: its edge will say when it is not. What is for
 * the deaf goes nowhere, so that they are never behind. */
static size_t send_some(struct conn *c, struct span first, struct span second)
{
    size_t all = first.n + second.n;
    ssize_t sent = c->is_deaf ? 0 : send_both(c->fd, first, second);
    if (sent < 0 && errno != EAGAIN) go_deaf(c);
    if (c->is_deaf) return all;
    size_t took = sent > 0 ? (size_t)sent : 0;
    c->session.room->counters.bytes_out += took;
    c->blocked = took < all;
    c->sent = c->sent || took > 0;
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
        if (c->blocked || c->state == CONN_DEAD || c->state == CONN_DRAINING) return;
        flush_once(c);
    } while (outbound_has_data(&c->session));
}

/* -- in -- */

bool conn_has_unread(const struct conn *c)
{
    return c->readable || buffer_view(&c->unread).n > 0;
}

/* Its edge may be among those that the kernel has not told yet. */
bool conn_sent_in_time(struct conn *c)
{
    int unread = 0;
    if (ioctl(c->fd, FIONREAD, &unread) == 0 && unread > 0) c->readable = true;
    return conn_has_unread(c);
}

bool conn_wants_read(const struct conn *c)
{
    const struct ring *ring = &c->session.room->ring;
    if (c->state != CONN_OPEN || c->is_paced || !conn_has_unread(c)) return false;
    if (buffer_view(&c->session.out).n > CONN_OWED) return false;
    return !c->blocked || !session_is_member(&c->session) ||
           ring_lag(ring, &c->session.member.cursor) <= ring->size / 2;
}

/* Of a member everything is logged, and of strangers as much as the door says. */
static void log_name(struct conn *c)
{
    char from[LISTENER_NAME];
    if (!c->is_logged) {
        listener_name(c->fd, from);
        log_event("#%u connected from %s", c->number, from);
        c->is_logged = true;
    }
    log_event("#%u is %s", c->number, c->session.member.nick->text);
}

/* Whether the stream goes on after this packet. */
static bool take(struct conn *c, struct span payload, struct budget *budget)
{
    token_bucket_take(&c->pace, &c->guest.policy->packets, 1, budget->now);
    struct session_result v = session_handle(&c->session, payload);
    c->progressed = true;
    if (v.nick_holder) budget->rival = conn_of(v.nick_holder);
    if (v.nick_changed) log_name(c);
    if (v.state == SESSION_PROTOCOL_ERROR) broken(c, v.error);
    if (v.state == SESSION_GOODBYE) conn_end(c, "said goodbye");
    if (v.state == SESSION_NOMEM) no_memory(c);
    if (conn_is_overdue(c, budget->now)) conn_cut_nameless(c);
    return c->state == CONN_OPEN;
}

static bool may_take(struct conn *c, const struct budget *budget)
{
    c->is_paced = !token_bucket_allows(&c->pace, &c->guest.policy->packets, budget->now);
    return !c->is_paced && clock_us() < budget->until;
}

/* A stranger who speaks something else is told so at once, not when its time is over. */
static void suspect(struct conn *c)
{
    if (session_is_member(&c->session)) return;
    const char *words = guess_protocol((struct span){c->in.held, c->in.len});
    if (words) conn_cut(c, REJECT_OTHER_PROTOCOL, words);
}

/* Advances *in past what was taken. */
static void take_all(struct conn *c, struct span *in, struct budget *budget)
{
    struct span payload;
    while (may_take(c, budget)) {
        enum frame_status status = frame_next(&c->in, in, &payload);
        if (status == FRAME_ZERO_LENGTH) broken(c, "its length was 0");
        if (status == FRAME_NOMEM) no_memory(c);
        if (status == FRAME_PARTIAL) suspect(c);
        if (status != FRAME_COMPLETE || !take(c, payload, budget)) return;
    }
}

/* Under edge triggering a short read is as good as EAGAIN, unless the end of the stream is near;
 * the deaf have no more to come. */
static struct span receive(struct conn *c, char *scratch, size_t size)
{
    ssize_t n = recv(c->fd, scratch, size, 0);
    if (n < (ssize_t)size && !(n > 0 && c->hung_up)) c->readable = false;
    if (n < 0 && (errno != EAGAIN || c->is_deaf)) conn_kill(c, strerror(errno));
    if (n == 0) conn_end(c, "closed by the peer");
    if (n > 0) c->session.room->counters.bytes_in += (uint64_t)n;
    return (struct span){scratch, n > 0 ? (size_t)n : 0};
}

size_t conn_read(struct conn *c, char scratch[CONN_READ], struct budget *budget)
{
    struct span unread = buffer_view(&c->unread);
    struct span in = unread.n > 0 ? unread : receive(c, scratch, budget->bytes);
    size_t came = in.n;
    fairness_count(&c->volume, came, budget->now);
    take_all(c, &in, budget);
    if (unread.n > 0)
        buffer_consume(&c->unread, came - in.n);
    else if (c->state == CONN_OPEN && !buffer_append(&c->unread, in.p, in.n))
        no_memory(c);
    return came - in.n;
}

/* -- whether it is there -- */

/* What its system still has to send goes with it: else that would stay for minutes. */
static void drop(struct conn *c, enum reject_reason reason, const char *why)
{
    count(c, reason);
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
    if ((uint32_t)p.taken != c->taken) c->took_at = (uint32_t)now;
    c->taken = (uint32_t)p.taken;
    c->sent = p.owed;
    int64_t since = (uint32_t)((uint32_t)now - c->took_at);
    if (p.owed && p.waiting && least(p.silent, since) >= CONN_SILENCE)
        drop(c, REJECT_SILENT, "it does not answer any more");
    else if (c->blocked && stall > 0 && since >= stall)
        drop(c, REJECT_STALLED, "it took nothing for too long");
}

void conn_probe(struct conn *c, const struct conn *other)
{
    if (c->wanted || !pulse_one_host(c->fd, other->fd)) return;
    c->wanted = true;
    pulse_ask(c->fd, true);
}

/* Asked every second, one who is there was heard in the last of them. */
void conn_probed(struct conn *c)
{
    struct pulse p = pulse_feel(c->fd);
    c->wanted = false;
    pulse_ask(c->fd, false);
    if (p.waiting && p.silent >= CONN_PROBE * 3 / 4)
        drop(c, REJECT_ABSENT, "it is not there, its nickname is wanted");
}

/* -- the end -- */

static void shut(struct conn *c)
{
    if (shutdown(c->fd, SHUT_WR) < 0)
        conn_kill(c, strerror(errno));
    else
        c->state = CONN_DRAINING;
    c->drained = 0;
}

/* A close with unread input resets the connection and destroys the last words: so read it first.
 * One who has sent too much is read no more, and waits for its deadline. */
static void drain(struct conn *c)
{
    char dropped[4096];
    ssize_t n = 1;
    while (c->drained < CONN_DRAIN && (n = recv(c->fd, dropped, sizeof dropped, 0)) > 0)
        c->drained += (uint32_t)n;
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
    c->has_last_words = false;
    bool told = c->is_broken ? session_send_error(&c->session, c->why)
                             : session_send(&c->session, PROTO_SHUTDOWN, c->why);
    if (!told) no_memory(c);
}

void conn_serve_end(struct conn *c)
{
    if (c->state == CONN_FAREWELL) conn_flush(c);
    if (c->state == CONN_FAREWELL && !conn_is_behind(c) && c->has_last_words) {
        say_last_words(c);
        conn_flush(c);
    }
    if (c->state == CONN_FAREWELL && !conn_is_behind(c)) shut(c);
    if (c->state == CONN_DRAINING) drain(c);
}
