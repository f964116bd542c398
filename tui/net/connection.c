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

static void close_socket(struct connection *c)
{
    if (c->fd >= 0) close(c->fd);
    c->fd = -1;
}

static void set_down(struct connection *c, const char *error)
{
    close_socket(c);
    c->state = CONNECTION_DOWN;
    c->error = error;
}

static void continue_connecting(struct connection *c, int64_t now)
{
    bool dials = c->dialer.is_running;
    enum connector_state state =
        dials ? dialer_process(&c->dialer) : connector_process(&c->connector, now);
    if (state == CONNECTOR_FAILED) set_down(c, dials ? c->dialer.error : c->connector.error);
    if (state != CONNECTOR_CONNECTED) return;
    c->fd = dials ? dialer_take(&c->dialer) : connector_take(&c->connector);
    c->state = CONNECTION_UP;
}

void connection_start(struct connection *c, int64_t now)
{
    close_socket(c);
    c->state = CONNECTION_CONNECTING;
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

/* Whether the call failed only because it would have blocked or was interrupted. */
static bool is_transient(int error)
{
    return error == EAGAIN || error == EINTR;
}

/* On a send error, drops the queue; recv reports the error after the remaining input. */
void connection_flush(struct connection *c)
{
    struct byte_queue *out = c->out;
    if (c->state != CONNECTION_UP || out->from == out->to) return;
    ssize_t n = send(c->fd, out->p + out->from, out->to - out->from, MSG_NOSIGNAL);
    if (n > 0) out->from += (size_t)n;
    if (n < 0 && !is_transient(errno)) out->from = out->to;
    if (c->finishing && out->from == out->to) shutdown(c->fd, SHUT_WR);
}

static struct span receive_once(struct connection *c)
{
    ssize_t n = recv(c->fd, c->in, sizeof c->in, 0);
    if (n > 0) return (struct span){c->in, (size_t)n};
    if (n == 0 || !is_transient(errno)) set_down(c, n == 0 ? NULL : strerror(errno));
    return (struct span){c->in, 0};
}

struct pollfd connection_pollfd(const struct connection *c)
{
    bool connecting = c->state == CONNECTION_CONNECTING;
    bool sending = !connecting && c->out->from < c->out->to;
    int fd = c->dialer.is_running ? c->dialer.fd : connector_fd(&c->connector);
    return (struct pollfd){.fd = connecting ? fd : c->fd,
                           .events = (short)(POLLIN | (sending ? POLLOUT : 0))};
}

int64_t connection_deadline(const struct connection *c)
{
    bool waits = c->state == CONNECTION_CONNECTING && !c->dialer.is_running;
    return waits ? connector_deadline(&c->connector) : -1;
}

/* Does not receive in the call that connects, so that the caller sees CONNECTION_UP first. */
struct span connection_process(struct connection *c, short events, int64_t now)
{
    struct span received = {c->in, 0};
    if (c->state == CONNECTION_CONNECTING) {
        continue_connecting(c, now);
        return received;
    }
    if (c->state == CONNECTION_UP && events != 0) received = receive_once(c);
    connection_flush(c);
    return received;
}

void connection_finish(struct connection *c)
{
    c->finishing = true;
    if (c->state != CONNECTION_UP) return;
    if (c->out->from == c->out->to)
        shutdown(c->fd, SHUT_WR);
    else
        connection_flush(c);
}

void connection_free(struct connection *c)
{
    close_socket(c);
    connector_free(&c->connector);
    dialer_free(&c->dialer);
}
