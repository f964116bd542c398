#include "tui/net/connection.h"

#include "common/address.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *find_path(struct link *l, const char *path)
{
    if (path[0] == '\0') return "there is no path after unix:";
    if (strlen(path) >= sizeof l->path.sun_path) return "that path is too long for a socket";
    l->path.sun_family = AF_UNIX;
    memcpy(l->path.sun_path, path, strlen(path));
    l->local = (struct addrinfo){.ai_family = AF_UNIX,
                                 .ai_socktype = SOCK_STREAM,
                                 .ai_addr = (struct sockaddr *)&l->path,
                                 .ai_addrlen = sizeof l->path};
    l->first = &l->local;
    return NULL;
}

const char *link_find(struct link *l, const char *host, const char *port)
{
    static const struct addrinfo want = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    *l = (struct link){.fd = -1};
    const char *path = address_path(host);
    if (path != NULL) return find_path(l, path);
    int error = getaddrinfo(host, port, &want, &l->found);
    if (error != 0) return error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error);
    l->first = l->found;
    return NULL;
}

static void hang_up(struct link *l)
{
    if (l->fd >= 0) close(l->fd);
    l->fd = -1;
}

static void fail(struct link *l, int error)
{
    hang_up(l);
    l->state = LINK_DOWN;
    l->error = error;
}

/* A server that vanished is noticed within a minute, whether we speak or not (tcp(7)). */
static void watch_peer(int fd)
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

/* The socket is connecting when this succeeds. */
static bool try_address(struct link *l, const struct addrinfo *to)
{
    l->fd = socket(to->ai_family, to->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, to->ai_protocol);
    if (l->fd < 0) return false;
    watch_peer(l->fd);
    return connect(l->fd, to->ai_addr, to->ai_addrlen) == 0 || errno == EINPROGRESS;
}

/* Goes on with the next address that is worth waiting for; the last one's error is the one told. */
static void try_next(struct link *l, int error, int64_t now)
{
    hang_up(l);
    l->deadline = now + LINK_PATIENCE;
    while (l->next != NULL) {
        const struct addrinfo *to = l->next;
        l->next = to->ai_next;
        if (try_address(l, to)) return;
        error = errno;
        hang_up(l);
    }
    fail(l, error);
}

void link_start(struct link *l, int64_t now)
{
    l->state = LINK_CONNECTING;
    l->next = l->first;
    l->from = l->to = 0;
    try_next(l, EADDRNOTAVAIL, now);
}

static void connecting(struct link *l, short events, int64_t now)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (events == 0 && now < l->deadline) return;
    if (events == 0) error = ETIMEDOUT;
    if (events != 0) getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0)
        try_next(l, error, now);
    else
        l->state = LINK_UP;
}

/* Whether it is no failure: there is nothing to receive now, or no room to send. */
static bool is_transient(int error)
{
    return error == EAGAIN || error == EINTR;
}

/* What cannot be sent any more is forgotten: receiving tells why, after all that was still said. */
static void flush(struct link *l)
{
    if (l->from == l->to) return;
    ssize_t n = send(l->fd, l->out + l->from, l->to - l->from, MSG_NOSIGNAL);
    if (n > 0) l->from += (size_t)n;
    if (n < 0 && !is_transient(errno)) l->from = l->to;
    if (l->closing && l->from == l->to) shutdown(l->fd, SHUT_WR);
}

static struct span receive(struct link *l)
{
    ssize_t n = recv(l->fd, l->in, sizeof l->in, 0);
    if (n > 0) return (struct span){l->in, (size_t)n};
    if (n == 0 || !is_transient(errno)) fail(l, n == 0 ? 0 : errno);
    return (struct span){l->in, 0};
}

struct pollfd link_poll(const struct link *l)
{
    bool writes = l->state == LINK_CONNECTING || l->from < l->to;
    return (struct pollfd){.fd = l->fd, .events = (short)(POLLIN | (writes ? POLLOUT : 0))};
}

/* What came together with the connection waits for the next turn: first it is told to be up. */
struct span link_turn(struct link *l, short events, int64_t now)
{
    struct span heard = {l->in, 0};
    if (l->state == LINK_CONNECTING) {
        connecting(l, events, now);
        return heard;
    }
    if (l->state == LINK_UP && events != 0) heard = receive(l);
    if (l->state == LINK_UP) flush(l);
    return heard;
}

bool link_send(struct link *l, const char *bytes, size_t n)
{
    memmove(l->out, l->out + l->from, l->to - l->from);
    l->to -= l->from;
    l->from = 0;
    if (n > sizeof l->out - l->to) return false;
    memcpy(l->out + l->to, bytes, n);
    l->to += n;
    return true;
}

void link_finish(struct link *l)
{
    l->closing = true;
    if (l->state != LINK_UP) return;
    if (l->from == l->to)
        shutdown(l->fd, SHUT_WR);
    else
        flush(l);
}

void link_free(struct link *l)
{
    hang_up(l);
    if (l->found != NULL) freeaddrinfo(l->found);
    l->found = l->first = l->next = NULL;
}
