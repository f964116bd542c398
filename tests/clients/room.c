#include "tests/clients/room.h"

#include "tests/bench/clock.h"
#include "tests/bench/target.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SPEAKERS = 8, LINE_MAX = 256, RECEIVED_MAX = 4096 };

struct order {
    int lines;
    int64_t interval; /* ns */
};

/* What the room sends once it has received `after`; NULL: at once. */
struct answer {
    const char *after, *send;
};

static const struct answer klatch_answers[] = {
    {NULL, "{\"nick\":\"SERVER\",\"msg\":\"HELLO\",\"proto\":\"connect\"}"},
    {"\"verify\"", "{\"nick\":\"SERVER\",\"msg\":\"READY\",\"proto\":\"ready\"}"},
    {0},
};

static const struct answer irc_answers[] = {
    {"CAP LS", ":irc.test CAP * LS :\r\n"},
    {"USER ", ":irc.test 001 ada :Welcome\r\n"
              ":irc.test 005 ada CHANTYPES=# NICKLEN=30 :are supported\r\n"
              ":irc.test 375 ada :-\r\n"
              ":irc.test 376 ada :-\r\n"},
    {"JOIN ", ":ada!ada@127.0.0.1 JOIN #klatch\r\n"
              ":irc.test 353 ada = #klatch :ada bo cy di ed fay gil hal ida\r\n"
              ":irc.test 366 ada #klatch :-\r\n"},
    {0},
};

static const char *const speakers[SPEAKERS] = {"bo", "cy", "di", "ed", "fay", "gil", "hal", "ida"};

struct connection {
    int fd;
    enum protocol protocol;
    int lines; /* sent so far */
    char received[RECEIVED_MAX];
    size_t n;
};

static void stop(void)
{
    _exit(0);
}

static void send_all(const struct connection *c, const char *bytes, size_t n)
{
    if (send(c->fd, bytes, n, MSG_NOSIGNAL) != (ssize_t)n) stop();
}

static void send_text(const struct connection *c, const char *text)
{
    char frame[2 + LINE_MAX];
    size_t n = strlen(text);
    if (c->protocol == IRC) {
        send_all(c, text, n);
        return;
    }
    frame[0] = (char)(n >> 8);
    frame[1] = (char)n;
    memcpy(frame + 2, text, n);
    send_all(c, frame, 2 + n);
}

static void send_line(struct connection *c)
{
    char text[LINE_MAX];
    int number = c->lines++;
    const char *speaker = speakers[number % SPEAKERS];
    if (c->protocol == IRC)
        snprintf(text, sizeof text, ":%s!us@127.0.0.1 PRIVMSG #klatch :#%05d " TEXT "\r\n", speaker,
                 number);
    else
        snprintf(text, sizeof text,
                 "{\"nick\":\"%s\",\"msg\":\"#%05d " TEXT "\",\"proto\":\"broadcast\"}", speaker,
                 number);
    send_text(c, text);
}

static void receive(struct connection *c, int flags)
{
    if (c->n == sizeof c->received) c->n = 0;
    ssize_t n = recv(c->fd, c->received + c->n, sizeof c->received - c->n, flags);
    if (n == 0) stop();
    if (n > 0) c->n += (size_t)n;
}

static void admit(struct connection *c)
{
    const struct answer *a = c->protocol == IRC ? irc_answers : klatch_answers;
    for (; a->send; a++) {
        while (a->after && !memmem(c->received, c->n, a->after, strlen(a->after))) receive(c, 0);
        send_text(c, a->send);
    }
    send_line(c);
}

static void execute_order(struct connection *c, int orders)
{
    struct order order;
    if (read(orders, &order, sizeof order) != sizeof order) stop();
    int64_t due = now_ns();
    for (int i = 0; i < order.lines; i++) {
        struct timespec at = {due / 1000000000, due % 1000000000};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
        send_line(c);
        receive(c, MSG_DONTWAIT);
        due += order.interval;
    }
    if (write(orders, "", 1) < 0) stop();
}

_Noreturn static void serve(const struct room *r, enum protocol protocol, int orders)
{
    static struct connection c;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    c.protocol = protocol;
    c.fd = accept4(r->listener, NULL, NULL, SOCK_CLOEXEC);
    setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    admit(&c);
    for (;;) {
        struct pollfd fds[] = {{.fd = c.fd, .events = POLLIN}, {.fd = orders, .events = POLLIN}};
        poll(fds, 2, -1);
        if (fds[0].revents) receive(&c, MSG_DONTWAIT);
        if (fds[1].revents) execute_order(&c, orders);
    }
}

bool room_open(struct room *r)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    *r = (struct room){.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .orders = -1};
    if (bind(r->listener, (struct sockaddr *)&at, size) < 0 || listen(r->listener, 8) < 0)
        return false;
    getsockname(r->listener, (struct sockaddr *)&at, &size);
    r->port = ntohs(at.sin_port);
    return true;
}

bool room_admit(struct room *r, enum protocol protocol)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return false;
    r->pid = fork();
    if (r->pid == 0) serve(r, protocol, ends[1]);
    close(ends[1]);
    r->orders = ends[0];
    return r->pid > 0;
}

void room_send(const struct room *r, int lines, int64_t interval)
{
    struct order order = {lines, interval};
    if (send(r->orders, &order, sizeof order, MSG_NOSIGNAL) < 0) perror("the room is gone");
}

bool room_is_done(const struct room *r)
{
    struct pollfd fd = {.fd = r->orders, .events = POLLIN};
    char byte;
    return poll(&fd, 1, 0) > 0 && read(r->orders, &byte, 1) >= 0;
}

void room_close_client(struct room *r)
{
    if (r->pid <= 0) return;
    kill(r->pid, SIGKILL);
    waitpid(r->pid, NULL, 0);
    close(r->orders);
    r->pid = 0;
}
