#include "tests/faults/guest.h"

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

void guests_blame(struct guests *all, const char *format, ...)
{
    va_list args;
    if (*all->wrong) return;
    va_start(args, format);
    vsnprintf(all->wrong, sizeof all->wrong, format, args);
    va_end(args);
}

static void end(struct guest *g, enum guest_state state)
{
    if (g->state != GUEST_IN) return;
    close(g->fd);
    g->state = state;
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

void guest_dial(struct guests *all, struct guest *g, uint16_t port)
{
    g->fd = socket(all->path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g->state = GUEST_IN;
    g->len = 0;
    int failed = all->path ? connect_to_path(g->fd, all->path) : connect_to_port(g->fd, port);
    if (failed) end(g, GUEST_HARMED);
}

void guest_send(struct guest *g, const char *proto, const char *nick, const char *msg)
{
    static char frame[WIRE_MAX];
    guest_send_bytes(g, frame, wire_frame(frame, proto, nick, msg));
}

void guest_send_bytes(struct guest *g, const char *bytes, size_t n)
{
    for (size_t sent = 0; g->state == GUEST_IN && sent < n;) {
        ssize_t now = send(g->fd, bytes + sent, n - sent, MSG_NOSIGNAL);
        if (now < 0) end(g, GUEST_HARMED);
        if (now > 0) sent += (size_t)now;
    }
}

/* Reads what comes within patience. */
static void pull(struct guests *all, struct guest *g)
{
    struct pollfd pfd = {.fd = g->fd, .events = POLLIN};
    if (poll(&pfd, 1, all->patience_ms) == 0) {
        if (!all->may_give_up) guests_blame(all, "%s waits for what never comes", g->nick);
        end(g, GUEST_UNSERVED);
        return;
    }
    ssize_t n = recv(g->fd, g->in + g->len, sizeof g->in - g->len, 0);
    if (n <= 0)
        end(g, GUEST_HARMED);
    else
        g->len += (size_t)n;
}

static size_t frame_length(const struct guest *g)
{
    const unsigned char *head = (const unsigned char *)g->in;
    return g->len < 2 ? 2 : 2 + ((size_t)head[0] << 8 | head[1]);
}

/* The next packet; false when the connection ended before it was there. */
static bool next(struct guests *all, struct guest *g)
{
    while (g->state == GUEST_IN && g->len < frame_length(g)) pull(all, g);
    size_t n = frame_length(g);
    if (g->len < n || n == 2) return false;
    memcpy(g->payload, g->in + 2, n - 2);
    g->len -= n;
    memmove(g->in, g->in + n, g->len);
    if (wire_read(g->payload, n - 2, &g->seen)) return true;
    guests_blame(all, "%s gets a malformed packet", g->nick);
    end(g, GUEST_HARMED);
    return false;
}

static bool is_there(const struct guests *all, const char *nick)
{
    for (int i = 0; i < all->count; i++)
        if (all->each[i].state == GUEST_IN && strcmp(all->each[i].nick, nick) == 0) return true;
    return false;
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool guest_hears(struct guests *all, struct guest *g, const char *proto, const char *nick,
                 const char *msg)
{
    while (next(all, g)) {
        const struct packet_seen *seen = &g->seen;
        bool match = same(seen->proto, proto) && same(seen->nick, nick);
        if (match && (!msg || same(seen->msg, msg))) return true;
        g->skipped++;
        if (seen->nick && is_there(all, seen->nick))
            guests_blame(all, "%s waits for \"%.40s\" and hears %s: \"%.40s\"", g->nick,
                         msg ? msg : proto, seen->nick, seen->msg);
    }
    return false;
}

void guest_sees_end(struct guests *all, struct guest *g)
{
    while (g->state == GUEST_IN) next(all, g);
    if (g->state == GUEST_HARMED) g->state = GUEST_OUT;
}

void guest_leave(struct guest *g)
{
    end(g, GUEST_OUT);
}

void guest_reset(struct guest *g)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    if (g->state != GUEST_IN) return;
    setsockopt(g->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    end(g, GUEST_OUT);
}
