#include "tests/system/support/relay_server.h"

#include "tests/system/support/child.h"
#include "tests/system/support/fake_server.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS = 16, NICK_SIZE = 128 };

struct relayed {
    int fd;               /* -1: free, or a nickname that is still taken */
    char nick[NICK_SIZE]; /* "" before READY */
    int refusals;         /* of this nickname, since the connection ended */
    char bytes[WIRE_MAX];
    size_t n;
};

static struct relayed clients[CLIENTS];
static int refusals_max;

static void send_packet(const struct relayed *to, const char *proto, const char *msg)
{
    char frame[512];
    size_t n = wire_frame(frame, proto, "SERVER", msg);
    if (to->fd >= 0) (void)send(to->fd, frame, n, MSG_NOSIGNAL);
}

static void end_connection(struct relayed *c)
{
    close(c->fd);
    c->fd = -1;
    c->n = 0;
    c->refusals = 0;
}

static void admit(int fd)
{
    struct relayed *c = clients;
    while (c < clients + CLIENTS && (c->fd >= 0 || c->nick[0] != '\0')) c++;
    if (fd < 0 || c == clients + CLIENTS) {
        close(fd);
        return;
    }
    *c = (struct relayed){.fd = fd};
    send_packet(c, "connect", "HELLO");
}

static bool is_taken(const char *nick)
{
    for (struct relayed *c = clients; c < clients + CLIENTS; c++) {
        if (strcmp(c->nick, nick) != 0) continue;
        if (c->fd >= 0 || c->refusals++ < refusals_max) return true;
        c->nick[0] = '\0';
    }
    return false;
}

static void verify(struct relayed *c, const char *nick)
{
    if (is_taken(nick)) {
        send_packet(c, "retry", "RETRY");
        return;
    }
    snprintf(c->nick, sizeof c->nick, "%s", nick);
    send_packet(c, "ready", "READY");
}

static void leave(struct relayed *c)
{
    char text[2 * NICK_SIZE];
    snprintf(text, sizeof text, "%s" RELAY_SERVER_LEFT, c->nick);
    end_connection(c);
    c->nick[0] = '\0';
    for (struct relayed *to = clients; to < clients + CLIENTS; to++)
        send_packet(to, "goodbye", text);
}

static void relay(const char *frame, size_t n)
{
    for (struct relayed *to = clients; to < clients + CLIENTS; to++)
        if (to->fd >= 0) (void)send(to->fd, frame, n, MSG_NOSIGNAL);
}

/* Relays what is not one of the packets that it reads. */
static void handle(struct relayed *c, size_t size)
{
    static char copy[WIRE_MAX];
    struct packet_seen p;
    memcpy(copy, c->bytes + 2, size - 2);
    bool is_read = wire_read(copy, size - 2, &p);
    if (is_read && strcmp(p.proto, "verify") == 0)
        verify(c, p.msg);
    else if (is_read && strcmp(p.proto, "goodbye") == 0)
        leave(c);
    else if (!is_read || strcmp(p.proto, "broadcast") == 0)
        relay(c->bytes, size);
}

static size_t frame_size_of(const struct relayed *c)
{
    return 2 + ((size_t)(unsigned char)c->bytes[0] << 8) + (unsigned char)c->bytes[1];
}

static void receive(struct relayed *c)
{
    ssize_t got = recv(c->fd, c->bytes + c->n, sizeof c->bytes - c->n, 0);
    if (got <= 0) {
        end_connection(c);
        return;
    }
    c->n += (size_t)got;
    while (c->fd >= 0 && c->n >= 2 && c->n >= frame_size_of(c)) {
        size_t size = frame_size_of(c);
        handle(c, size);
        if (c->fd < 0) return;
        c->n -= size;
        memmove(c->bytes, c->bytes + size, c->n);
    }
}

_Noreturn static void serve(int listener)
{
    for (struct relayed *c = clients; c < clients + CLIENTS; c++) c->fd = -1;
    while (true) {
        struct pollfd fds[CLIENTS + 1] = {{.fd = listener, .events = POLLIN}};
        for (int i = 0; i < CLIENTS; i++)
            fds[i + 1] = (struct pollfd){.fd = clients[i].fd, .events = POLLIN};
        if (poll(fds, CLIENTS + 1, -1) < 0) _exit(1);
        for (int i = 0; i < CLIENTS; i++)
            if (fds[i + 1].revents != 0) receive(&clients[i]);
        if (fds[0].revents != 0) admit(accept(listener, NULL, NULL));
    }
}

struct relay_server relay_server_start(int refusals)
{
    struct fake_server f = fake_server_listen();
    struct relay_server s;
    pid_t parent = getpid();
    unsetenv("KLATCH_TLS"); /* it speaks plain text only */
    memcpy(s.port, f.port, sizeof s.port);
    s.pid = fork();
    cr_assert(s.pid >= 0, "fork");
    if (s.pid == 0) {
        child_bind(parent);
        refusals_max = refusals;
        serve(f.fd);
    }
    fake_server_close(&f);
    return s;
}

void relay_server_stop(struct relay_server *s)
{
    child_kill(s->pid);
}

struct peer *relay_server_join(const struct relay_server *s, const char *nick)
{
    struct peer *p = peer_connect_to("127.0.0.1", s->port);
    peer_expect(p, "connect", "SERVER", "HELLO");
    peer_take_nick(p, nick);
    return p;
}
