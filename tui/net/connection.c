#include "tui/net/connection.h"

#include "common/address.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *resolve_path(struct connection *c, const char *path)
{
    if (path[0] == '\0') return "there is no path after unix:";
    if (strlen(path) >= sizeof c->path.sun_path) return "that path is too long for a socket";
    c->path.sun_family = AF_UNIX;
    memcpy(c->path.sun_path, path, strlen(path));
    c->local = (struct addrinfo){.ai_family = AF_UNIX,
                                 .ai_socktype = SOCK_STREAM,
                                 .ai_addr = (struct sockaddr *)&c->path,
                                 .ai_addrlen = sizeof c->path};
    c->addresses = &c->local;
    return NULL;
}

const char *connection_resolve(struct connection *c, const char *host, const char *port)
{
    static const struct addrinfo want = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    *c = (struct connection){.fd = -1};
    const char *path = address_path(host);
    if (path != NULL) return resolve_path(c, path);
    int error = getaddrinfo(host, port, &want, &c->resolved);
    if (error != 0) return error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error);
    c->addresses = c->resolved;
    return NULL;
}

static void close_socket(struct connection *c)
{
    if (c->fd >= 0) close(c->fd);
    c->fd = -1;
}

static void set_down(struct connection *c, int error)
{
    close_socket(c);
    c->state = CONNECTION_DOWN;
    c->error = error;
}

/* Sets socket options (tcp(7)): the kernel detects a vanished server within a minute, with or
 * without traffic. */
static void set_options(int fd)
{
    static const struct {
        int level, name, value;
    } options[] = {
        {SOL_SOCKET, SO_KEEPALIVE, 1},          {IPPROTO_TCP, TCP_NODELAY, 1},
        {IPPROTO_TCP, TCP_KEEPIDLE, 20},        {IPPROTO_TCP, TCP_KEEPINTVL, 10},
        {IPPROTO_TCP, TCP_USER_TIMEOUT, 40000},
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        setsockopt(fd, options[i].level, options[i].name, &options[i].value, sizeof(int));
}

/* Opens a socket and starts to connect it. Returns false with errno set on failure. */
static bool connect_to(struct connection *c, const struct addrinfo *to)
{
    c->fd = socket(to->ai_family, to->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, to->ai_protocol);
    if (c->fd < 0) return false;
    set_options(c->fd);
    return connect(c->fd, to->ai_addr, to->ai_addrlen) == 0 || errno == EINPROGRESS;
}

/* Tries the next address that does not fail at once. If none is left, the connection is down with
 * the last error. */
static void try_next_address(struct connection *c, int error, int64_t now)
{
    close_socket(c);
    c->deadline = now + CONNECTION_TIMEOUT_MS;
    while (c->next != NULL) {
        const struct addrinfo *to = c->next;
        c->next = to->ai_next;
        if (connect_to(c, to)) return;
        error = errno;
        close_socket(c);
    }
    set_down(c, error);
}

void connection_start(struct connection *c, int64_t now)
{
    c->state = CONNECTION_CONNECTING;
    c->next = c->addresses;
    c->from = c->to = 0;
    try_next_address(c, EADDRNOTAVAIL, now);
}

static void continue_connecting(struct connection *c, short events, int64_t now)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (events == 0 && now < c->deadline) return;
    if (events == 0) error = ETIMEDOUT;
    if (events != 0) getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0)
        try_next_address(c, error, now);
    else
        c->state = CONNECTION_UP;
}

/* Whether the call failed only because it would have blocked or was interrupted. */
static bool is_transient(int error)
{
    return error == EAGAIN || error == EINTR;
}

/* On a send error, drops the queue; recv reports the error after the remaining input. */
static void flush_queue(struct connection *c)
{
    if (c->from == c->to) return;
    ssize_t n = send(c->fd, c->out + c->from, c->to - c->from, MSG_NOSIGNAL);
    if (n > 0) c->from += (size_t)n;
    if (n < 0 && !is_transient(errno)) c->from = c->to;
    if (c->finishing && c->from == c->to) shutdown(c->fd, SHUT_WR);
}

static struct span receive_once(struct connection *c)
{
    ssize_t n = recv(c->fd, c->in, sizeof c->in, 0);
    if (n > 0) return (struct span){c->in, (size_t)n};
    if (n == 0 || !is_transient(errno)) set_down(c, n == 0 ? 0 : errno);
    return (struct span){c->in, 0};
}

struct pollfd connection_pollfd(const struct connection *c)
{
    bool sending = c->state == CONNECTION_CONNECTING || c->from < c->to;
    return (struct pollfd){.fd = c->fd, .events = (short)(POLLIN | (sending ? POLLOUT : 0))};
}

/* Input that arrives with the connection waits for the next call, so that the caller sees
 * CONNECTION_UP first. */
struct span connection_process(struct connection *c, short events, int64_t now)
{
    struct span received = {c->in, 0};
    if (c->state == CONNECTION_CONNECTING) {
        continue_connecting(c, events, now);
        return received;
    }
    if (c->state == CONNECTION_UP && events != 0) received = receive_once(c);
    if (c->state == CONNECTION_UP) flush_queue(c);
    return received;
}

bool connection_send(struct connection *c, const char *bytes, size_t n)
{
    memmove(c->out, c->out + c->from, c->to - c->from);
    c->to -= c->from;
    c->from = 0;
    if (n > sizeof c->out - c->to) return false;
    memcpy(c->out + c->to, bytes, n);
    c->to += n;
    return true;
}

void connection_finish(struct connection *c)
{
    c->finishing = true;
    if (c->state != CONNECTION_UP) return;
    if (c->from == c->to)
        shutdown(c->fd, SHUT_WR);
    else
        flush_queue(c);
}

void connection_free(struct connection *c)
{
    close_socket(c);
    if (c->resolved != NULL) freeaddrinfo(c->resolved);
    c->resolved = c->addresses = c->next = NULL;
}
