#include "server/conn.h"

#include "server/delivery.h"
#include "server/log.h"

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
    return c->in.len > 0 ? WAIT_FRAME : WAIT_NOTHING;
}

static void no_memory(struct conn *c)
{
    conn_kill(c, "no memory");
}

/* -- out -- */

bool conn_is_behind(const struct conn *c)
{
    return delivery_is_owed(&c->session);
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
    return took;
}

/* A peer whose send fails leaves the room at once, and the notice of that may take the place in the
 * ring where its cursor stands: nothing is read there any more. */
void conn_flush(struct conn *c)
{
    if (c->blocked || c->state == CONN_DEAD || c->state == CONN_DRAINING) return;
    struct span own, stream;
    if (!delivery_next(&c->session, &own, &stream)) {
        no_memory(c);
        return;
    }
    if (own.n + stream.n == 0) return;
    if (!delivery_sent(&c->session, send_some(c, own, stream))) no_memory(c);
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
