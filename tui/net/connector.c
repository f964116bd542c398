#include "tui/net/connector.h"

#include "common/address.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void set_fixed(struct connector *c, int family, const void *addr, size_t size)
{
    memcpy(&c->fixed_addr, addr, size);
    c->fixed = (struct addrinfo){.ai_family = family,
                                 .ai_socktype = SOCK_STREAM,
                                 .ai_addr = (struct sockaddr *)&c->fixed_addr,
                                 .ai_addrlen = (socklen_t)size};
}

static const char *set_path(struct connector *c, const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    const char *error = address_check_path(path);
    if (error != NULL) return error;
    memcpy(at.sun_path, path, strlen(path));
    set_fixed(c, AF_UNIX, &at, sizeof at);
    return NULL;
}

const char *connector_init(struct connector *c, const char *host, const char *port)
{
    static const struct addrinfo numeric = {.ai_family = AF_UNSPEC,
                                            .ai_socktype = SOCK_STREAM,
                                            .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *ip;
    *c = (struct connector){.host = host, .port = port, .epoll = -1, .fd = -1};
    const char *path = address_path(host);
    if (path != NULL) return set_path(c, path);
    if (getaddrinfo(host, port, &numeric, &ip) != 0) return NULL;
    set_fixed(c, ip->ai_family, ip->ai_addr, ip->ai_addrlen);
    freeaddrinfo(ip);
    return NULL;
}

/* -- the order of the addresses -- */

static const struct addrinfo *next_of_family(const struct addrinfo *a, int family, bool same)
{
    while (a != NULL && (a->ai_family == family) != same) a = a->ai_next;
    return a;
}

/* Alternates between the family of the first address and the others; each keeps the resolver's
 * order. */
static void order_addresses(struct connector *c, const struct addrinfo *list)
{
    int family = list->ai_family;
    const struct addrinfo *next[] = {list, next_of_family(list, family, false)};
    c->count = 0;
    for (bool other = false; c->count < CONNECTOR_ADDRESSES_MAX; other = !other) {
        if (next[0] == NULL && next[1] == NULL) return;
        const struct addrinfo *a = next[other];
        if (a == NULL) continue;
        c->attempts[c->count++] = (struct connector_attempt){.address = a, .fd = -1};
        next[other] = next_of_family(a->ai_next, family, !other);
    }
}

/* -- attempts -- */

static void close_fd(int *fd)
{
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

static void close_attempts(struct connector *c)
{
    for (size_t i = 0; i < c->started; i++) close_fd(&c->attempts[i].fd);
    close_fd(&c->epoll);
    c->count = c->started = 0;
}

static void set_failed(struct connector *c, const char *error)
{
    close_attempts(c);
    c->error = error;
    c->state = CONNECTOR_FAILED;
}

/* Sets socket options (tcp(7)), so that the kernel detects a vanished server within a minute, with
 * or without traffic. */
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

/* Opens a socket and starts to connect it. Returns 0, or an errno value. */
static int connect_attempt(struct connector *c, struct connector_attempt *a)
{
    const struct addrinfo *to = a->address;
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = a};
    a->fd = socket(to->ai_family, to->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, to->ai_protocol);
    if (a->fd < 0) return errno;
    set_options(a->fd);
    if (connect(a->fd, to->ai_addr, to->ai_addrlen) < 0 && errno != EINPROGRESS) return errno;
    return epoll_ctl(c->epoll, EPOLL_CTL_ADD, a->fd, &event) < 0 ? errno : 0;
}

/* Makes the next attempt due. Keeps the error of another address if this machine lacks the address
 * family, because that says nothing about the server. */
static void fail_attempt(struct connector *c, struct connector_attempt *a, int error, int64_t now)
{
    bool unusable = error == ENETUNREACH || error == EAFNOSUPPORT || error == EADDRNOTAVAIL;
    close_fd(&a->fd);
    c->next_at = now;
    if (!unusable || c->error == NULL) c->error = strerror(error);
}

static void start_attempts(struct connector *c, int64_t now)
{
    while (c->started < c->count && now >= c->next_at) {
        struct connector_attempt *a = &c->attempts[c->started++];
        a->deadline = now + CONNECTOR_TIMEOUT_MS;
        c->next_at = now + CONNECTOR_DELAY_MS;
        int error = connect_attempt(c, a);
        if (error != 0) fail_attempt(c, a, error, now);
    }
}

static void start_connecting(struct connector *c, const struct addrinfo *addresses, int64_t now)
{
    order_addresses(c, addresses);
    c->state = CONNECTOR_CONNECTING;
    c->next_at = now;
    c->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (c->epoll < 0) set_failed(c, strerror(errno));
}

/* Whether what is sent to the address does not leave this machine. */
static bool is_local(const struct addrinfo *address)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (address->ai_family == AF_UNIX) return true;
    if (address->ai_family == AF_INET) {
        memcpy(&v4, address->ai_addr, sizeof v4);
        return ntohl(v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    }
    memcpy(&v6, address->ai_addr, sizeof v6);
    return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
}

/* Takes the first socket that has connected. */
static void collect_attempts(struct connector *c, int64_t now)
{
    struct epoll_event events[CONNECTOR_ADDRESSES_MAX];
    int n = epoll_wait(c->epoll, events, CONNECTOR_ADDRESSES_MAX, 0);
    for (int i = 0; i < n && c->fd < 0; i++) {
        struct connector_attempt *a = events[i].data.ptr;
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(a->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) {
            fail_attempt(c, a, error, now);
            continue;
        }
        c->fd = a->fd;
        c->is_local = is_local(a->address);
        a->fd = -1;
    }
}

static void expire_attempts(struct connector *c, int64_t now)
{
    for (size_t i = 0; i < c->started; i++)
        if (c->attempts[i].fd >= 0 && now >= c->attempts[i].deadline)
            fail_attempt(c, &c->attempts[i], ETIMEDOUT, now);
}

static bool has_failed(const struct connector *c)
{
    for (size_t i = 0; i < c->started; i++)
        if (c->attempts[i].fd >= 0) return false;
    return c->started == c->count;
}

static enum connector_state continue_connecting(struct connector *c, int64_t now)
{
    collect_attempts(c, now);
    if (c->fd >= 0) {
        close_attempts(c);
        return c->state = CONNECTOR_CONNECTED;
    }
    expire_attempts(c, now);
    start_attempts(c, now);
    if (has_failed(c)) set_failed(c, c->error);
    return c->state;
}

/* -- the connector -- */

static void take_addresses(struct connector *c, int64_t now)
{
    const char *error;
    if (!resolver_take(&c->resolver, &c->addresses, &error)) return;
    if (c->addresses == NULL)
        set_failed(c, error);
    else
        start_connecting(c, c->addresses, now);
}

void connector_start(struct connector *c, int64_t now)
{
    bool fixed = c->fixed.ai_family != 0;
    close_attempts(c);
    close_fd(&c->fd);
    if (c->addresses != NULL) freeaddrinfo(c->addresses);
    c->addresses = NULL;
    c->error = NULL;
    c->state = CONNECTOR_RESOLVING;
    int error = fixed ? 0 : resolver_start(&c->resolver, c->host, c->port);
    if (error != 0) set_failed(c, strerror(error));
    if (fixed) start_connecting(c, &c->fixed, now);
    connector_process(c, now);
}

enum connector_state connector_process(struct connector *c, int64_t now)
{
    if (c->state == CONNECTOR_RESOLVING) take_addresses(c, now);
    return c->state == CONNECTOR_CONNECTING ? continue_connecting(c, now) : c->state;
}

bool connector_is_resolved(const struct connector *c)
{
    return c->fixed.ai_family != 0 || c->addresses != NULL;
}

int connector_fd(const struct connector *c)
{
    return c->state == CONNECTOR_RESOLVING ? resolver_fd(&c->resolver) : c->epoll;
}

int64_t connector_deadline(const struct connector *c)
{
    int64_t due = -1;
    if (c->state != CONNECTOR_CONNECTING) return due;
    for (size_t i = 0; i < c->started; i++)
        if (c->attempts[i].fd >= 0 && (due < 0 || c->attempts[i].deadline < due))
            due = c->attempts[i].deadline;
    bool more = c->started < c->count;
    return more && (due < 0 || c->next_at < due) ? c->next_at : due;
}

int connector_take(struct connector *c)
{
    int fd = c->fd;
    c->fd = -1;
    c->state = CONNECTOR_IDLE;
    return fd;
}

void connector_free(struct connector *c)
{
    close_attempts(c);
    close_fd(&c->fd);
    resolver_abandon(&c->resolver);
    if (c->addresses != NULL) freeaddrinfo(c->addresses);
    c->addresses = NULL;
    c->state = CONNECTOR_IDLE;
}
