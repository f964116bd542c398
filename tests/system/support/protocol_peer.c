#include "tests/system/support/protocol_peer.h"

#include "server/shutdown.h"
#include "tests/system/support/timeout.h"
#include "tests/system/support/tls_client.h"
#include "tests/system/support/tls_mode.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct peer {
    int fd;
    struct ssl_st *tls; /* NULL: not encrypted */
    bool ended, is_dropped, may_be_cut;
    char name[80], wanted[80]; /* the accepted nickname, and the one asked for last */
    char *in;                  /* in[at..len] has arrived and is not yet looked at */
    size_t at, len, cap;
    struct packet_seen seen;
    char payload[WIRE_MAX]; /* of the packet seen */
};

/* Every peer, so that none counts as leaked when an assertion ends a test. */
enum { PEERS = 4096 };
static struct peer *all[PEERS];

struct peer *peer_new(int fd, const char *name)
{
    size_t free_slot = 0;
    while (free_slot < PEERS && all[free_slot]) free_slot++;
    cr_assert(free_slot < PEERS, "too many peers");
    struct peer *p = all[free_slot] = calloc(1, sizeof *p);
    cr_assert(p, "no memory");
    p->fd = fd;
    snprintf(p->name, sizeof p->name, "%s", name);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    return p;
}

struct peer *peer_accept(int fd, const char *name)
{
    struct peer *p = peer_new(fd, name);
    if (tls_client_is_on()) p->tls = tls_mode_accept(fd);
    return p;
}

static int connect_unix(const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0) return fd;
    close(fd);
    return -1;
}

int peer_connect_socket(const char *address, const char *port)
{
    if (strncmp(address, "unix:", 5) == 0) return connect_unix(address + 5);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *to;
    if (getaddrinfo(address, port, &hints, &to) != 0) return -1;
    int fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int failed = connect(fd, to->ai_addr, to->ai_addrlen);
    freeaddrinfo(to);
    if (!failed) return fd;
    close(fd);
    return -1;
}

bool peer_can_connect(const char *address, const char *port)
{
    int fd = peer_connect_socket(address, port);
    if (fd < 0) return false;
    close(fd);
    return true;
}

static struct peer *connect_plain(const char *address, const char *port)
{
    int fd = peer_connect_socket(address, port);
    cr_assert(fd >= 0, "cannot connect to %s %s: %s", address, port, strerror(errno));
    return peer_new(fd, "a stranger");
}

struct peer *peer_connect_to(const char *address, const char *port)
{
    struct peer *p = connect_plain(address, port);
    if (klatchd_has_tls(port)) p->tls = tls_client_new(p->fd, NULL);
    return p;
}

struct peer *peer_connect_tls(const struct klatchd *d, const char *identity)
{
    struct peer *p = connect_plain(d->address, d->port);
    p->tls = tls_client_new(p->fd, identity);
    return p;
}

struct peer *peer_connect(const struct klatchd *d)
{
    return peer_connect_to(d->address, d->port);
}

struct peer *peer_connect_greeted(const struct klatchd *d)
{
    struct peer *p = peer_connect(d);
    peer_expect(p, "connect", "SERVER", "HELLO");
    return p;
}

struct peer *peer_join(const struct klatchd *d, const char *nick)
{
    struct peer *p = peer_connect_greeted(d);
    peer_take_nick(p, nick);
    return p;
}

struct peer *peer_join_seen(const struct klatchd *d, const char *nick, struct peer *const others[])
{
    struct peer *p = peer_join(d, nick);
    for (; *others; others++) peer_expect_joined(*others, nick);
    return p;
}

/* Reads what has arrived. */
static void pull(struct peer *p)
{
    if (p->cap - p->len < WIRE_MAX) {
        if (p->in) memmove(p->in, p->in + p->at, p->len - p->at);
        p->len -= p->at;
        p->at = 0;
        p->cap = 2 * p->len + 2 * WIRE_MAX;
        p->in = realloc(p->in, p->cap);
        cr_assert(p->in, "no memory");
    }
    ssize_t n = p->tls ? tls_client_read(p->tls, p->in + p->len, p->cap - p->len)
                       : recv(p->fd, p->in + p->len, p->cap - p->len, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0 && p->tls && p->may_be_cut) n = 0;
    cr_assert(n >= 0, "%s is cut off: %s", p->name, strerror(errno));
    p->ended = n == 0;
    p->len += (size_t)n;
}

void peer_allow_cut(struct peer *p)
{
    p->may_be_cut = true;
}

/* Waits for input; false at the deadline. */
static bool wait_input(const struct peer *p, int64_t end)
{
    return (p->tls && tls_client_has_input(p->tls)) || timeout_poll(p->fd, POLLIN, end);
}

/* Reads as well while there is no room to write, so that two ends never wait for each other. */
void peer_send_bytes(struct peer *p, const char *bytes, size_t n)
{
    int64_t end = timeout_deadline();
    while (n > 0) {
        ssize_t sent =
            p->tls ? tls_client_write(p->tls, bytes, n) : send(p->fd, bytes, n, MSG_NOSIGNAL);
        if (sent > 0) {
            bytes += sent;
            n -= (size_t)sent;
            continue;
        }
        cr_assert(sent < 0 && errno == EAGAIN, "%s cannot send: %s", p->name, strerror(errno));
        cr_assert(timeout_poll(p->fd, (short)(p->ended ? POLLOUT : POLLOUT | POLLIN), end),
                  "%s can send nothing more", p->name);
        pull(p);
    }
}

void peer_send_bytewise(struct peer *p, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) peer_send_bytes(p, bytes + i, 1);
}

void peer_send(struct peer *p, const char *proto, const char *nick, const char *msg)
{
    static char frame[6 * WIRE_MAX];
    if (strcmp(proto, "verify") == 0) snprintf(p->wanted, sizeof p->wanted, "%s", msg);
    peer_send_bytes(p, frame, wire_frame(frame, proto, nick, msg));
}

void peer_send_resume(struct peer *p, const char *nick, const char *secret)
{
    char payload[512];
    snprintf(p->wanted, sizeof p->wanted, "%s", nick);
    snprintf(payload, sizeof payload,
             "{\"nick\":null,\"msg\":\"%s\",\"proto\":\"verify\",\"resume\":\"%s\"}", nick, secret);
    peer_send_text(p, payload);
}

void peer_broadcast(struct peer *p, const char *msg)
{
    peer_send(p, "broadcast", p->name, msg);
}

/* A nickname has at most 32 characters. */
const char *peer_long_nick(int i)
{
    static char nick[65];
    size_t n = (size_t)snprintf(nick, sizeof nick, "member %d ", i);
    while (n < 16) nick[n++] = 'x';
    while (n + 3 < sizeof nick) n = (size_t)(stpcpy(nick + n, "\u30A2") - nick);
    return nick;
}

void peer_take_nick(struct peer *p, const char *nick)
{
    peer_send(p, "verify", NULL, nick);
    peer_expect(p, "ready", "SERVER", "READY");
}

void peer_expect_nick_refused(struct peer *p, const char *nick)
{
    peer_send(p, "verify", NULL, nick);
    peer_expect(p, "retry", "SERVER", "RETRY");
}

void peer_broadcast_all(struct peer *p, const char *msg, struct peer *const receivers[])
{
    peer_broadcast(p, msg);
    for (; *receivers; receivers++) peer_expect_broadcast(*receivers, p->name, msg);
}

void peer_flood(struct peer *p, int messages, size_t size)
{
    char *text = malloc(size + 1);
    cr_assert(text, "no memory");
    memset(text, 'x', size);
    text[size] = '\0';
    for (int i = 0; i < messages; i++) peer_broadcast_to(p, text, p);
    free(text);
}

void peer_send_payload(struct peer *p, const char *payload, size_t n)
{
    static char frame[WIRE_MAX];
    peer_send_bytes(p, frame, wire_wrap(frame, payload, n));
}

void peer_send_text(struct peer *p, const char *payload)
{
    peer_send_payload(p, payload, strlen(payload));
}

static bool whole(const struct peer *p)
{
    const unsigned char *head = (const unsigned char *)p->in + p->at;
    return p->len - p->at >= 2 && p->len - p->at >= 2 + ((size_t)head[0] << 8 | head[1]);
}

const struct packet_seen *peer_next_or_end(struct peer *p)
{
    int64_t end = timeout_deadline();
    while (!whole(p)) {
        if (p->ended && p->len == p->at) return NULL;
        cr_assert(!p->ended, "%s waits for a packet, and the connection ends within it", p->name);
        cr_assert(wait_input(p, end), "%s waits for a packet, and none comes", p->name);
        pull(p);
    }
    const unsigned char *head = (const unsigned char *)p->in + p->at;
    size_t n = (size_t)head[0] << 8 | head[1];
    memcpy(p->payload, head + 2, n);
    p->at += 2 + n;
    cr_assert(wire_read(p->payload, n, &p->seen), "%s gets a malformed packet: %.*s", p->name,
              (int)(n < 200 ? n : 200), (const char *)head + 2);
    if (strcmp(p->seen.proto, "ready") == 0) memcpy(p->name, p->wanted, sizeof p->name);
    return &p->seen;
}

const struct packet_seen *peer_next(struct peer *p)
{
    const struct packet_seen *seen = peer_next_or_end(p);
    cr_assert(seen, "%s waits for a packet, and the connection ends", p->name);
    return seen;
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

void peer_expect(struct peer *p, const char *proto, const char *nick, const char *msg)
{
    const struct packet_seen *got = peer_next(p);
    bool right = same(got->proto, proto) && same(got->nick, nick) && same(got->msg, msg);
    cr_assert(right, "%s expects %s %s \"%.200s\" and gets %s %s \"%.200s\"", p->name, proto,
              nick ? nick : "null", msg, got->proto, got->nick ? got->nick : "null", got->msg);
}

void peer_expect_broadcast(struct peer *p, const char *nick, const char *msg)
{
    peer_expect(p, "broadcast", nick, msg);
}

static void expect_notice_of(struct peer *p, const char *nick, const char *what)
{
    char text[256];
    snprintf(text, sizeof text, "%s %s", nick, what);
    peer_expect_broadcast(p, "SERVER", text);
}

void peer_expect_joined(struct peer *p, const char *nick)
{
    expect_notice_of(p, nick, "joined the chat");
}

void peer_expect_left(struct peer *p, const char *nick)
{
    expect_notice_of(p, nick, "left the chat");
}

void peer_expect_renamed(struct peer *p, const char *from, const char *to)
{
    char what[128];
    snprintf(what, sizeof what, "is now known as %s", to);
    expect_notice_of(p, from, what);
}

void peer_expect_countdown(struct peer *p, int seconds)
{
    char text[64];
    snprintf(text, sizeof text, SHUTDOWN_NOTICE("%d"), seconds);
    peer_expect(p, "shutdown", "SERVER", text);
}

static void expect_part(struct peer *p, const char *proto, const char *part)
{
    const struct packet_seen *got = peer_next(p);
    bool right =
        same(got->proto, proto) && same(got->nick, "SERVER") && strstr(got->msg, part) != NULL;
    cr_assert(right, "%s expects %s SERVER \"...%s...\" and gets %s %s \"%.200s\"", p->name, proto,
              part, got->proto, got->nick ? got->nick : "null", got->msg);
}

void peer_expect_notice(struct peer *p, const char *part)
{
    expect_part(p, "broadcast", part);
}

void peer_expect_refusal(struct peer *p, const char *part)
{
    expect_part(p, "shutdown", part);
    cr_assert(p->seen.msg_len > 0, "%s is refused without a reason", p->name);
    peer_expect_eof(p);
}

void peer_expect_eof(struct peer *p)
{
    int64_t end = timeout_deadline();
    while (!p->ended && p->len == p->at) {
        cr_assert(wait_input(p, end), "%s waits for the end, and it does not come", p->name);
        pull(p);
    }
    cr_assert(p->len == p->at, "%s expects the end, and gets %.*s", p->name,
              (int)(p->len - p->at < 200 ? p->len - p->at : 200), p->in + p->at + 2);
}

void peer_expect_no_more(struct peer *p)
{
    static unsigned markers;
    char marker[32];
    snprintf(marker, sizeof marker, "marker %u", ++markers);
    peer_broadcast(p, marker);
    peer_expect_broadcast(p, p->name, marker);
}

void peer_expect_no_more_unnamed(struct peer *p)
{
    peer_send(p, "verify", NULL, "");
    peer_expect(p, "retry", "SERVER", "RETRY");
}

void peer_leave(struct peer *p)
{
    peer_send(p, "goodbye", p->name, "BYE");
    peer_expect_eof(p);
    peer_close(p);
}

void peer_close(struct peer *p)
{
    for (size_t i = 0; i < PEERS; i++)
        if (all[i] == p) all[i] = NULL;
    if (p->tls && !p->is_dropped) tls_client_say_end(p->tls);
    tls_client_free(p->tls);
    close(p->fd);
    free(p->in);
    free(p);
}

void peer_drop(struct peer *p)
{
    p->is_dropped = true;
    peer_close(p);
}

void peers_close_and_stop(struct klatchd *d)
{
    for (size_t i = 0; i < PEERS; i++)
        if (all[i]) peer_close(all[i]);
    klatchd_stop(d);
}

void peer_reset(struct peer *p)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    peer_drop(p);
}

void peer_half_close(struct peer *p)
{
    if (p->tls) tls_client_say_end(p->tls);
    shutdown(p->fd, SHUT_WR);
}

int peer_fd(const struct peer *p)
{
    return p->fd;
}
