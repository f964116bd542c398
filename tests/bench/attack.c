/* attack: measures how long messages of others take while one address with 250 connections attacks
 * klatchd, beside how long they take without it. Prints a row for each attack. Its network
 * namespace has the addresses below. */
#include "tests/bench/clock.h"
#include "tests/bench/quantile.h"
#include "tests/bench/server.h"
#include "tests/system/support/attacker.h"
#include "tests/system/support/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PORT = 5528,
    MEMBERS = 20,         /* each at its own address */
    EVERY_MS = 10,        /* a message of one of them */
    BUFFER = 1 << 18,     /* bytes */
    SAMPLES_MAX = 100000, /* deliveries in a measurement */
    START_MS = 5000,      /* for klatchd to listen, and for a measurement's last deliveries */
};

#define SERVER_ADDRESS   "192.0.2.1"
#define ATTACKER_ADDRESS "192.0.2.66"
#define MEMBER_ADDRESS   "198.51.100.%d"
#define MARK             "\"msg\":\"@"

struct member {
    int fd;
    char bytes[BUFFER];
    size_t len;
};

/* Deliveries of messages, each with the time of its sending in its text. */
struct deliveries {
    double took[SAMPLES_MAX];
    size_t count, expected;
};

static struct member members[MEMBERS];
static int epoll;

_Noreturn static void fail(const char *what)
{
    fprintf(stderr, "attack: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* -- klatchd -- */

static pid_t start_klatchd(const struct paths *paths, enum attack attack)
{
    char program[4096], journal[4096];
    const char *rate = attack == ATTACK_JOINS ? "20" : "100";
    snprintf(program, sizeof program, "%s/klatchd", paths->build);
    snprintf(journal, sizeof journal, "%s/journal-%d", paths->dir, (int)attack);
    pid_t pid = fork();
    if (pid < 0) fail("fork");
    if (pid > 0) return pid;
    pin(SERVER_CORE);
    if (!freopen("/dev/null", "w", stderr)) _exit(1);
    execl(program, program, "--connect-rate", rate, "-d", "0", "-j", journal, SERVER_ADDRESS,
          "5528", (char *)NULL);
    _exit(1);
}

static void stop_klatchd(pid_t pid)
{
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
}

/* -- members -- */

static struct sockaddr_in address_of(const char *ip, uint16_t port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, ip, &a.sin_addr) != 1) fail(ip);
    return a;
}

static void send_packet(int fd, const char *proto, const char *msg)
{
    char frame[WIRE_MAX];
    size_t n = wire_frame(frame, proto, NULL, msg);
    if (send(fd, frame, n, MSG_NOSIGNAL) != (ssize_t)n) fail("send");
}

static int connect_member(int i)
{
    char ip[32];
    snprintf(ip, sizeof ip, MEMBER_ADDRESS, i + 10);
    const struct sockaddr_in from = address_of(ip, 0), to = address_of(SERVER_ADDRESS, PORT);
    int64_t end = now_ns() + (int64_t)START_MS * MS;
    for (;;) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || bind(fd, (const struct sockaddr *)&from, sizeof from) < 0) fail("bind");
        if (connect(fd, (const struct sockaddr *)&to, sizeof to) == 0) return fd;
        if (now_ns() > end) fail("connect");
        close(fd);
        usleep(10000);
    }
}

static void join_members(void)
{
    char nick[32];
    epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < MEMBERS; i++) {
        members[i].fd = connect_member(i);
        members[i].len = 0;
        snprintf(nick, sizeof nick, "member %d", i);
        setsockopt(members[i].fd, SOL_SOCKET, SO_TIMESTAMPNS, &(int){1}, sizeof(int));
        send_packet(members[i].fd, "verify", nick);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &members[i]};
        epoll_ctl(epoll, EPOLL_CTL_ADD, members[i].fd, &event);
    }
}

static void leave_members(void)
{
    for (int i = 0; i < MEMBERS; i++) close(members[i].fd);
    close(epoll);
}

/* -- deliveries -- */

static void note_packet(struct deliveries *d, const char *payload, size_t n, int64_t came)
{
    const char *mark = memmem(payload, n, MARK, strlen(MARK));
    if (!mark || d->count == SAMPLES_MAX) return;
    int64_t sent = strtoll(mark + strlen(MARK), NULL, 10);
    d->took[d->count++] = (double)(came - sent);
}

/* Receives what is there. Returns recvmsg(2)'s result, and sets *came to the time when the last
 * byte of it reached the kernel: this process shares its core with the attacker, and may be late.
 */
static ssize_t receive_bytes(struct member *m, int64_t *came)
{
    char control[256];
    struct iovec room = {m->bytes + m->len, sizeof m->bytes - m->len};
    struct msghdr message = {.msg_iov = &room,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    struct timespec t;
    ssize_t n = recvmsg(m->fd, &message, MSG_DONTWAIT);
    *came = clock_ns(CLOCK_REALTIME);
    if (n <= 0) return n;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
        memcpy(&t, CMSG_DATA(c), sizeof t);
        *came = t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
    }
    return n;
}

static void receive(struct member *m, struct deliveries *d)
{
    int64_t came;
    ssize_t n = receive_bytes(m, &came);
    if (n == 0 || (n < 0 && errno != EAGAIN)) fail("a member was disconnected");
    if (n < 0) return;
    m->len += (size_t)n;
    size_t at = 0, size;
    for (; m->len - at >= 2; at += 2 + size) {
        size = (size_t)((unsigned char)m->bytes[at] << 8 | (unsigned char)m->bytes[at + 1]);
        if (m->len - at < 2 + size) break;
        note_packet(d, m->bytes + at + 2, size, came);
    }
    memmove(m->bytes, m->bytes + at, m->len - at);
    m->len -= at;
}

/* Waits at most until a time. */
static void poll_members(struct deliveries *d, int64_t until)
{
    struct epoll_event events[MEMBERS];
    int64_t left = (until - now_ns()) / MS;
    int n = epoll_wait(epoll, events, MEMBERS, left > 0 ? (int)left : 0);
    for (int i = 0; i < n; i++) receive(events[i].data.ptr, d);
}

/* Measures for a time in milliseconds; the members talk in turns. */
static void measure(struct deliveries *d, int ms)
{
    char text[32];
    int64_t next = now_ns(), end = next + (int64_t)ms * MS;
    d->count = d->expected = 0;
    for (int who = 0; next < end; who = (who + 1) % MEMBERS) {
        while (now_ns() < next) poll_members(d, next);
        snprintf(text, sizeof text, "@%jd", (intmax_t)clock_ns(CLOCK_REALTIME));
        send_packet(members[who].fd, "broadcast", text);
        d->expected += MEMBERS;
        next += (int64_t)EVERY_MS * MS;
    }
    for (end = now_ns() + (int64_t)START_MS * MS; d->count < d->expected && now_ns() < end;)
        poll_members(d, end);
}

static double p99(struct deliveries *d)
{
    return d->count > 0 ? quantile(d->took, d->count, 0.99) / 1e6 : -1;
}

/* -- attacks -- */

static double run_attack(const struct paths *paths, enum attack attack, int ms)
{
    static struct deliveries d;
    const struct sockaddr_in from = address_of(ATTACKER_ADDRESS, 0);
    const struct sockaddr_in to = address_of(SERVER_ADDRESS, PORT);
    pid_t klatchd = start_klatchd(paths, attack);
    join_members();
    measure(&d, ms / 4);
    measure(&d, ms);
    double quiet = p99(&d);
    struct attacker a = attacker_start(attack, from.sin_addr, &to, "member 1");
    measure(&d, ms);
    double attacked = p99(&d);
    attacker_stop(&a);
    printf("| %s | %.2f | %.2f | %.1f | %zu of %zu | %ju |\n", attack_names[attack], quiet,
           attacked, attacked / quiet, d.expected - d.count, d.expected,
           (uintmax_t)attacker_connected(&a));
    leave_members();
    stop_klatchd(klatchd);
    return attacked / quiet;
}

int main(int argc, char **argv)
{
    if (argc < 3 || argc > 5) {
        fputs("Usage: attack BUILD DIR [MILLISECONDS [ATTACK]]\n", stderr);
        return 2;
    }
    const struct paths paths = {argv[1], argv[2]};
    int ms = argc > 3 ? atoi(argv[3]) : 3000;
    double worst = 0;
    signal(SIGPIPE, SIG_IGN);
    pin(LOAD_CORE);
    printf("| attack | p99 in ms without it | with it | ratio | missed | connections |\n"
           "|---|---|---|---|---|---|\n");
    for (int i = 0; i < ATTACKS; i++) {
        if (argc > 4 && strcmp(argv[4], attack_names[i]) != 0) continue;
        double ratio = run_attack(&paths, (enum attack)i, ms);
        if (ratio > worst) worst = ratio;
        fflush(stdout);
    }
    printf("\nThe largest ratio is %.1f.\n", worst);
    return 0;
}
