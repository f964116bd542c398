#include "tests/faults/client.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void clients_fail(struct clients *all, const char *format, ...)
{
    va_list args;
    if (*all->failure) return;
    va_start(args, format);
    vsnprintf(all->failure, sizeof all->failure, format, args);
    va_end(args);
}

static void close_as(struct client *c, enum client_state state)
{
    if (c->state != CLIENT_CONNECTED) return;
    close(c->fd);
    c->state = state;
}

static int connect_to_port(int fd, uint16_t port)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    return connect(fd, (struct sockaddr *)&to, sizeof to);
}

static int connect_to_path(int fd, const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
    return connect(fd, (struct sockaddr *)&to, sizeof to);
}

void client_connect(struct clients *all, struct client *c, uint16_t port)
{
    c->fd = socket(all->path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    c->state = CLIENT_CONNECTED;
    c->len = 0;
    int failed = all->path ? connect_to_path(c->fd, all->path) : connect_to_port(c->fd, port);
    if (failed) close_as(c, CLIENT_DROPPED);
}

void client_send(struct client *c, const char *proto, const char *nick, const char *msg)
{
    static char frame[WIRE_MAX];
    client_send_bytes(c, frame, wire_frame(frame, proto, nick, msg));
}

void client_send_bytes(struct client *c, const char *bytes, size_t n)
{
    for (size_t sent = 0; c->state == CLIENT_CONNECTED && sent < n;) {
        ssize_t now = send(c->fd, bytes + sent, n - sent, MSG_NOSIGNAL);
        if (now < 0) close_as(c, CLIENT_DROPPED);
        if (now > 0) sent += (size_t)now;
    }
}

/* Waits for bytes and reads them. */
static void receive(struct clients *all, struct client *c)
{
    struct pollfd pfd = {.fd = c->fd, .events = POLLIN};
    if (poll(&pfd, 1, all->timeout_ms) == 0) {
        if (!all->may_time_out) clients_fail(all, "%s: the expected packet never arrives", c->nick);
        close_as(c, CLIENT_TIMED_OUT);
        return;
    }
    ssize_t n = recv(c->fd, c->in + c->len, sizeof c->in - c->len, 0);
    if (n <= 0)
        close_as(c, CLIENT_DROPPED);
    else
        c->len += (size_t)n;
}

static size_t frame_length(const struct client *c)
{
    const unsigned char *head = (const unsigned char *)c->in;
    return c->len < 2 ? 2 : 2 + ((size_t)head[0] << 8 | head[1]);
}

/* Reads the next packet into c->seen; false when the connection ends first. */
static bool next_packet(struct clients *all, struct client *c)
{
    while (c->state == CLIENT_CONNECTED && c->len < frame_length(c)) receive(all, c);
    size_t n = frame_length(c);
    if (c->len < n || n == 2) return false;
    memcpy(c->payload, c->in + 2, n - 2);
    c->len -= n;
    memmove(c->in, c->in + n, c->len);
    if (wire_read(c->payload, n - 2, &c->seen)) return true;
    clients_fail(all, "%s: malformed packet", c->nick);
    close_as(c, CLIENT_DROPPED);
    return false;
}

static bool is_connected(const struct clients *all, const char *nick)
{
    for (int i = 0; i < all->count; i++)
        if (all->each[i].state == CLIENT_CONNECTED && strcmp(all->each[i].nick, nick) == 0)
            return true;
    return false;
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool client_expect(struct clients *all, struct client *c, const char *proto, const char *nick,
                   const char *msg)
{
    while (next_packet(all, c)) {
        const struct packet_seen *seen = &c->seen;
        bool match = same(seen->proto, proto) && same(seen->nick, nick);
        if (match && (!msg || same(seen->msg, msg))) return true;
        if (c->history-- > 0) continue;
        c->skipped++;
        if (seen->nick && is_connected(all, seen->nick))
            clients_fail(all, "%s: expected \"%.40s\", received from %s: \"%.40s\"", c->nick,
                         msg ? msg : proto, seen->nick, seen->msg);
    }
    return false;
}

void client_expect_end(struct clients *all, struct client *c)
{
    while (c->state == CLIENT_CONNECTED) next_packet(all, c);
    if (c->state == CLIENT_DROPPED) c->state = CLIENT_CLOSED;
}

void client_close(struct client *c)
{
    close_as(c, CLIENT_CLOSED);
}

void client_reset(struct client *c)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    if (c->state != CLIENT_CONNECTED) return;
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close_as(c, CLIENT_CLOSED);
}
