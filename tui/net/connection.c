#include "tui/net/connection.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

const char *connection_init(struct connection *c, const char *host, const char *port)
{
    *c = (struct connection){.fd = -1};
    return connector_init(&c->connector, host, port);
}

bool connection_start_dialer(struct connection *c)
{
    return dialer_start(&c->dialer, &c->connector);
}

static bool is_encrypted(const struct connection *c)
{
    return c->tls.context != NULL;
}

static void close_socket(struct connection *c)
{
    tls_channel_stop(&c->tls);
    if (c->fd >= 0) close(c->fd);
    c->fd = -1;
}

static void set_down(struct connection *c, const char *error)
{
    close_socket(c);
    c->state = CONNECTION_DOWN;
    c->error = error;
}

/* -- connecting -- */

/* Returns whether a socket is connected. */
static bool take_socket(struct connection *c, int64_t now)
{
    bool dials = c->dialer.is_running;
    enum connector_state state =
        dials ? dialer_process(&c->dialer) : connector_process(&c->connector, now);
    if (state == CONNECTOR_FAILED) set_down(c, dials ? c->dialer.error : c->connector.error);
    if (state != CONNECTOR_CONNECTED) return false;
    c->fd = dials ? dialer_take(&c->dialer) : connector_take(&c->connector);
    c->is_local = dials ? c->dialer.is_local : c->connector.is_local;
    return true;
}

static void continue_handshake(struct connection *c, int64_t now)
{
    switch (tls_channel_handshake(&c->tls)) {
    case TLS_UP: c->state = CONNECTION_UP; break;
    case TLS_DOWN: set_down(c, c->tls.error); break;
    case TLS_AGAIN:
        if (now >= c->handshake_until) set_down(c, CONNECTION_NO_HANDSHAKE);
        break;
    }
}

static void continue_connecting(struct connection *c, int64_t now)
{
    bool is_new = c->fd < 0;
    if (is_new && !take_socket(c, now)) return;
    if (!is_encrypted(c)) {
        c->state = CONNECTION_UP;
        return;
    }
    if (is_new) c->handshake_until = now + CONNECTION_HANDSHAKE_MS;
    if (is_new && !tls_channel_start(&c->tls, c->fd))
        set_down(c, strerror(ENOMEM));
    else
        continue_handshake(c, now);
}

void connection_start(struct connection *c, int64_t now)
{
    close_socket(c);
    c->state = CONNECTION_CONNECTING;
    c->tls.verdict = TLS_NO_VERDICT;
    c->out->from = c->out->to;
    if (c->dialer.is_running)
        dialer_dial(&c->dialer);
    else
        connector_start(&c->connector, now);
}

bool connection_is_resolved(const struct connection *c)
{
    return c->dialer.is_running ? c->dialer.is_resolved : connector_is_resolved(&c->connector);
}

/* -- sending and receiving -- */

/* Whether the call failed only because it would have blocked or was interrupted. */
static bool is_transient(int error)
{
    return error == EAGAIN || error == EINTR;
}

static void finish_sending(struct connection *c)
{
    bool ready = c->finishing && !c->finished && c->out->from == c->out->to;
    if (!ready || (is_encrypted(c) && !tls_channel_finish(&c->tls))) return;
    c->finished = true;
    shutdown(c->fd, SHUT_WR);
}

static ssize_t send_some(struct connection *c, const char *bytes, size_t n)
{
    return is_encrypted(c) ? tls_channel_write(&c->tls, bytes, n)
                           : send(c->fd, bytes, n, MSG_NOSIGNAL);
}

/* On a send error, drops the queue; receiving reports the error after the remaining input. */
void connection_flush(struct connection *c)
{
    struct byte_queue *out = c->out;
    if (c->state != CONNECTION_UP) return;
    if (out->from < out->to) {
        ssize_t n = send_some(c, out->p + out->from, out->to - out->from);
        if (n > 0) out->from += (size_t)n;
        if (n < 0 && !is_transient(errno)) out->from = out->to;
    }
    finish_sending(c);
}

/* Receives only whole records, so that no part of one stays where poll(2) does not see it. */
static ssize_t receive_records(struct connection *c)
{
    ssize_t n = 0, got = 0, most = (ssize_t)sizeof c->in - TLS_RECORD_MAX;
    while (n <= most && (got = tls_channel_read(&c->tls, c->in + n, sizeof c->in - (size_t)n)) > 0)
        n += got;
    return n > 0 ? n : got;
}

static struct span receive_once(struct connection *c)
{
    ssize_t n = is_encrypted(c) ? receive_records(c) : recv(c->fd, c->in, sizeof c->in, 0);
    if (n > 0) return (struct span){c->in, (size_t)n};
    if (n == 0 || !is_transient(errno))
        set_down(c, n == 0 ? NULL : is_encrypted(c) ? c->tls.error : strerror(errno));
    return (struct span){c->in, 0};
}

/* -- the connection -- */

static int awaited_fd(const struct connection *c)
{
    if (c->state != CONNECTION_CONNECTING || c->fd >= 0) return c->fd;
    return c->dialer.is_running ? c->dialer.fd : connector_fd(&c->connector);
}

struct pollfd connection_pollfd(const struct connection *c)
{
    bool unsent = c->out->from < c->out->to || (c->finishing && !c->finished);
    bool sending = (c->state != CONNECTION_CONNECTING && unsent) || c->tls.wants_write;
    return (struct pollfd){.fd = awaited_fd(c),
                           .events = (short)(POLLIN | (sending ? POLLOUT : 0))};
}

/* The end of a TLS connection may have been read with the bytes before it. */
static bool has_read_end(const struct connection *c)
{
    return c->state == CONNECTION_UP && is_encrypted(c) && c->tls.ended;
}

int64_t connection_deadline(const struct connection *c)
{
    if (has_read_end(c)) return 0;
    if (c->state != CONNECTION_CONNECTING) return -1;
    if (c->fd >= 0) return c->handshake_until;
    return c->dialer.is_running ? -1 : connector_deadline(&c->connector);
}

/* Does not receive in the call that connects, so that the caller sees CONNECTION_UP first. */
struct span connection_process(struct connection *c, short events, int64_t now)
{
    struct span received = {c->in, 0};
    if (c->state == CONNECTION_CONNECTING) {
        continue_connecting(c, now);
        return received;
    }
    bool is_due = events != 0 || has_read_end(c);
    if (c->state == CONNECTION_UP && is_due) received = receive_once(c);
    connection_flush(c);
    return received;
}

void connection_finish(struct connection *c)
{
    c->finishing = true;
    connection_flush(c);
}

void connection_free(struct connection *c)
{
    close_socket(c);
    tls_channel_close(&c->tls);
    connector_free(&c->connector);
    dialer_free(&c->dialer);
}
