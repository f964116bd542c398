#include "tests/clients/room.h"

#include "tests/bench/clock.h"
#include "tests/bench/peer.h"

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

enum { TALKERS = 8, LINE_MAX = 256, HEARD_MAX = 4096 };

struct order {
    int lines;
    int64_t every;
};

/* What a newcomer is told, once it has said what is waited for. */
struct answer {
    const char *to, *say;
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

static const char *const talkers[TALKERS] = {"bo", "cy", "di", "ed", "fay", "gil", "hal", "ida"};

struct visitor {
    int fd;
    enum protocol protocol;
    int lines; /* said so far */
    char heard[HEARD_MAX];
    size_t n;
};

static void leave(void)
{
    _exit(0);
}

static void send_all(const struct visitor *v, const char *bytes, size_t n)
{
    if (send(v->fd, bytes, n, MSG_NOSIGNAL) != (ssize_t)n) leave();
}

static void say(const struct visitor *v, const char *text)
{
    char frame[2 + LINE_MAX];
    size_t n = strlen(text);
    if (v->protocol == IRC) {
        send_all(v, text, n);
        return;
    }
    frame[0] = (char)(n >> 8);
    frame[1] = (char)n;
    memcpy(frame + 2, text, n);
    send_all(v, frame, 2 + n);
}

static void say_line(struct visitor *v)
{
    char text[LINE_MAX];
    int number = v->lines++;
    const char *talker = talkers[number % TALKERS];
    if (v->protocol == IRC)
        snprintf(text, sizeof text, ":%s!us@127.0.0.1 PRIVMSG #klatch :#%05d " TEXT "\r\n", talker,
                 number);
    else
        snprintf(text, sizeof text,
                 "{\"nick\":\"%s\",\"msg\":\"#%05d " TEXT "\",\"proto\":\"broadcast\"}", talker,
                 number);
    say(v, text);
}

static void hear(struct visitor *v, int flags)
{
    if (v->n == sizeof v->heard) v->n = 0;
    ssize_t n = recv(v->fd, v->heard + v->n, sizeof v->heard - v->n, flags);
    if (n == 0) leave();
    if (n > 0) v->n += (size_t)n;
}

static void let_in(struct visitor *v)
{
    const struct answer *a = v->protocol == IRC ? irc_answers : klatch_answers;
    for (; a->say; a++) {
        while (a->to && !memmem(v->heard, v->n, a->to, strlen(a->to))) hear(v, 0);
        say(v, a->say);
    }
    say_line(v);
}

static void obey(struct visitor *v, int orders)
{
    struct order order;
    if (read(orders, &order, sizeof order) != sizeof order) leave();
    int64_t due = now_ns();
    for (int i = 0; i < order.lines; i++) {
        struct timespec at = {due / 1000000000, due % 1000000000};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
        say_line(v);
        hear(v, MSG_DONTWAIT);
        due += order.every;
    }
    if (write(orders, "", 1) < 0) leave();
}

_Noreturn static void serve(const struct room *r, enum protocol protocol, int orders)
{
    static struct visitor v;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    v.protocol = protocol;
    v.fd = accept4(r->listener, NULL, NULL, SOCK_CLOEXEC);
    setsockopt(v.fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    let_in(&v);
    for (;;) {
        struct pollfd fds[] = {{.fd = v.fd, .events = POLLIN}, {.fd = orders, .events = POLLIN}};
        poll(fds, 2, -1);
        if (fds[0].revents) hear(&v, MSG_DONTWAIT);
        if (fds[1].revents) obey(&v, orders);
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

bool room_expect(struct room *r, enum protocol protocol)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return false;
    r->pid = fork();
    if (r->pid == 0) serve(r, protocol, ends[1]);
    close(ends[1]);
    r->orders = ends[0];
    return r->pid > 0;
}

void room_say(const struct room *r, int lines, int64_t every)
{
    struct order order = {lines, every};
    if (send(r->orders, &order, sizeof order, MSG_NOSIGNAL) < 0) perror("the room has ended");
}

bool room_has_said(const struct room *r)
{
    struct pollfd fd = {.fd = r->orders, .events = POLLIN};
    char byte;
    return poll(&fd, 1, 0) > 0 && read(r->orders, &byte, 1) >= 0;
}

void room_clear(struct room *r)
{
    if (r->pid <= 0) return;
    kill(r->pid, SIGKILL);
    waitpid(r->pid, NULL, 0);
    close(r->orders);
    r->pid = 0;
}
