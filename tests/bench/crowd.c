#include "tests/bench/crowd.h"

#include "tests/bench/clock.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    EVENTS = 256,
    REST_EVENTS = 64, /* of the others, between two looks at the first */
    SCRATCH = 1 << 18,
    JOIN_MS = 30000,
    QUIET_MS = 200,
    QUIET_MAX_MS = 10000,
};

static char scratch[SCRATCH];

/* -- joining -- */

static void lose(struct crowd *c, const char *why)
{
    if (!c->lost) fprintf(stderr, "%s: %s\n", c->peer->name, why);
    c->lost = true;
}

static void send_all(struct crowd *c, int fd, const char *p, size_t n)
{
    while (n > 0 && !c->lost) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EAGAIN) {
            if (poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, 5000) == 0)
                lose(c, "it does not read what we say");
        } else if (sent < 0) {
            lose(c, strerror(errno));
        } else {
            p += sent;
            n -= (size_t)sent;
        }
    }
}

static bool is_last_step(const struct crowd *c, int step)
{
    return step == STEPS || c->peer->steps[step].expect.n == 0;
}

static void say_step(struct crowd *c, struct client *k)
{
    char text[512];
    struct span say = c->peer->steps[k->step].say;
    if (say.n == 0) return;
    memcpy(text, say.p, say.n);
    char *id = memmem(text, say.n, ID, ID_WIDTH);
    char digits[ID_WIDTH + 8];
    snprintf(digits, sizeof digits, "%0*d", ID_WIDTH, (int)(k - c->clients));
    if (id) memcpy(id, digits, ID_WIDTH);
    send_all(c, k->fd, text, say.n);
}

static void end_step(struct crowd *c, struct client *k)
{
    memset(k->tail, 0, sizeof k->tail);
    k->step++;
    k->joined = is_last_step(c, k->step);
    if (!k->joined)
        say_step(c, k);
    else if (++c->joined == c->members)
        c->all_joined = now_ns();
}

/* Returns what recv did. */
static ssize_t hear_step(struct crowd *c, struct client *k)
{
    const size_t kept = sizeof k->tail;
    memcpy(scratch, k->tail, kept);
    ssize_t n = recv(k->fd, scratch + kept, SCRATCH - kept, MSG_DONTWAIT);
    if (n <= 0) return n;
    struct span expect = c->peer->steps[k->step].expect;
    memcpy(k->tail, scratch + (size_t)n, kept);
    if (memmem(scratch, kept + (size_t)n, expect.p, expect.n)) end_step(c, k);
    return n;
}

/* From one publisher to the next, among the members. */
static int stride(const struct crowd *c)
{
    return c->members / c->publishers;
}

static int connect_to(uint16_t port)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0) return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
    return fd;
}

static void open_client(struct crowd *c, int who)
{
    struct client *k = &c->clients[who];
    k->joined = who >= c->members;
    k->publisher = !k->joined && who % stride(c) == 0 && who / stride(c) < c->publishers;
    k->fd = connect_to(c->port);
    if (k->fd < 0) {
        lose(c, strerror(errno));
        return;
    }
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u32 = (uint32_t)who};
    epoll_ctl(c->split && k->publisher ? c->first : c->rest, EPOLL_CTL_ADD, k->fd, &event);
    if (!k->joined) say_step(c, k);
}

static void fill_burst(struct crowd *c)
{
    struct span message = c->peer->publish;
    c->burst = malloc(BURST_MAX * message.n);
    if (!c->burst) abort();
    for (size_t i = 0; i < BURST_MAX; i++) memcpy(c->burst + i * message.n, message.p, message.n);
}

bool crowd_join(struct crowd *c, const struct peer *p, uint16_t port, int members, int publishers,
                bool split)
{
    int opened = 0, all = members + (p->apart ? publishers : 0);
    int64_t deadline = now_ns() + (int64_t)JOIN_MS * MS;
    *c = (struct crowd){.peer = p, .port = port, .members = members, .publishers = publishers};
    c->split = split;
    c->clients = calloc((size_t)all, sizeof *c->clients);
    if (!c->clients) abort();
    for (int i = 0; i < all; i++) c->clients[i].fd = -1;
    fill_burst(c);
    c->first = epoll_create1(EPOLL_CLOEXEC);
    c->rest = epoll_create1(EPOLL_CLOEXEC);
    while (c->joined < members && !c->lost) {
        while (opened < members && opened - c->joined < p->at_once && !c->lost)
            open_client(c, opened++);
        crowd_turn(c, 100);
        if (now_ns() > deadline) lose(c, "the joins took too long");
    }
    while (opened < all && !c->lost) open_client(c, opened++);
    return !c->lost;
}

void crowd_free(struct crowd *c)
{
    int all = c->members + (c->peer->apart ? c->publishers : 0);
    for (int i = 0; i < all; i++)
        if (c->clients[i].fd >= 0) close(c->clients[i].fd);
    close(c->first);
    close(c->rest);
    free(c->clients);
    free(c->burst);
    free(c->shout);
}

/* -- hearing -- */

static void move(struct crowd *c, uint64_t before, uint64_t after)
{
    c->at[before % PLACES]--;
    c->at[after % PLACES]++;
    while (c->slowest < c->spoken && c->at[c->slowest % PLACES] == 0) c->slowest++;
}

static ssize_t hear_message(struct crowd *c, struct client *k)
{
    ssize_t n = c->real ? recv(k->fd, scratch, SCRATCH, MSG_DONTWAIT)
                        : recv(k->fd, NULL, 1 << 30, MSG_DONTWAIT | MSG_TRUNC);
    int who = (int)(k - c->clients);
    if (n <= 0 || who >= c->members) return n;
    uint64_t before = k->heard;
    k->heard += (size_t)n;
    c->heard += (size_t)n;
    if (c->wire > 0 && k->witness) move(c, before / c->wire, k->heard / c->wire);
    struct span more = {c->real ? scratch : NULL, (size_t)n};
    if (c->on_hear) c->on_hear(c->context, who, before, more);
    return n;
}

static void drop(struct crowd *c, struct client *k)
{
    if (!c->forgiving) lose(c, "it hung up on us");
    epoll_ctl(k->publisher && c->split ? c->first : c->rest, EPOLL_CTL_DEL, k->fd, NULL);
}

/* An edge is answered until the socket is empty. */
static void hear(struct crowd *c, struct client *k)
{
    ssize_t n;
    do n = k->joined ? hear_message(c, k) : hear_step(c, k);
    while (n >= SCRATCH / 2 && c->real);
    if (n == 0 || (n < 0 && errno != EAGAIN)) drop(c, k);
}

/* Where the last shout was cut off, the next one goes on. */
static void shout(struct crowd *c, const struct client *k)
{
    size_t all = BURST_MAX * c->peer->publish.n;
    if (all == 0) return;
    size_t at = c->shouted % all;
    ssize_t sent = send(k->fd, c->shout + at, all - at, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) c->shouted += (size_t)sent;
}

static int hear_all(struct crowd *c, int epoll, int most, int wait)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(epoll, events, most, wait);
    for (int i = 0; i < n; i++) {
        struct client *k = &c->clients[events[i].data.u32];
        if (events[i].events & EPOLLOUT) shout(c, k);
        hear(c, k);
    }
    return n;
}

void crowd_turn(struct crowd *c, int wait)
{
    int n = 0;
    if (!c->split) {
        n = hear_all(c, c->rest, EVENTS, wait);
    } else {
        n = hear_all(c, c->rest, REST_EVENTS, 0);
        n += hear_all(c, c->first, EVENTS, n > 0 || wait == 0 ? 0 : 1);
    }
    if (n > 0) c->last_heard = now_ns();
}

void crowd_linger(struct crowd *c, int ms)
{
    int64_t end = now_ns() + (int64_t)ms * MS;
    while (!c->lost && now_ns() < end) crowd_turn(c, 10);
}

/* Turns until nothing was heard for a while. */
static void fall_silent(struct crowd *c)
{
    int64_t began = now_ns();
    c->last_heard = began;
    while (!c->lost && now_ns() - c->last_heard < (int64_t)QUIET_MS * MS) {
        crowd_turn(c, QUIET_MS);
        if (now_ns() - began > (int64_t)QUIET_MAX_MS * MS) lose(c, "it never falls silent");
    }
}

static void count_anew(struct crowd *c)
{
    c->heard = c->spoken = c->slowest = c->shouted = 0;
    memset(c->at, 0, sizeof c->at);
    for (int i = 0; i < c->members; i++) {
        c->clients[i].heard = 0;
        c->at[0] += c->clients[i].witness;
    }
}

void crowd_settle(struct crowd *c)
{
    fall_silent(c);
    count_anew(c);
}

/* -- speaking -- */

void crowd_speak(struct crowd *c, int publisher, int messages)
{
    int who = c->peer->apart ? c->members + publisher : publisher * stride(c);
    send_all(c, c->clients[who].fd, c->burst, (size_t)messages * c->peer->publish.n);
    c->spoken += (uint64_t)messages;
}

uint64_t crowd_in_flight(const struct crowd *c)
{
    return c->spoken - c->slowest;
}

/* -- those who behave badly -- */

void crowd_deafen(struct crowd *c, int members)
{
    for (struct client *k = c->clients; members > 0; k++) {
        if (k->publisher) continue;
        epoll_ctl(c->rest, EPOLL_CTL_DEL, k->fd, NULL);
        k->deaf = true;
        k->witness = false;
        members--;
    }
    crowd_settle(c);
}

static void watch_shouter(struct crowd *c, uint32_t events)
{
    uint32_t who = (uint32_t)c->members - 1;
    struct epoll_event event = {.events = events, .data.u32 = who};
    epoll_ctl(c->rest, EPOLL_CTL_MOD, c->clients[who].fd, &event);
}

void crowd_shout(struct crowd *c)
{
    struct span message = c->peer->publish;
    const char *text = memmem(message.p, message.n, TEXT, sizeof TEXT - 1);
    size_t last = (size_t)(text - message.p) + sizeof TEXT - 2;
    if (!c->shout) c->shout = malloc(BURST_MAX * message.n);
    if (!c->shout) abort();
    memcpy(c->shout, c->burst, BURST_MAX * message.n);
    for (size_t i = 0; i < BURST_MAX; i++) c->shout[i * message.n + last] = SHOUTED;
    watch_shouter(c, EPOLLIN | EPOLLOUT);
}

void crowd_hush(struct crowd *c)
{
    size_t n = c->peer->publish.n, rest = (n - c->shouted % n) % n;
    watch_shouter(c, EPOLLIN | EPOLLET);
    send_all(c, c->clients[c->members - 1].fd, c->shout + n - rest, rest);
    c->shouted += rest;
}

int crowd_harmed(struct crowd *c)
{
    int harmed = 0;
    fall_silent(c);
    uint64_t said = (c->spoken + c->shouted / c->peer->publish.n) * c->wire;
    for (int i = 0; i < c->members; i++)
        harmed += !c->clients[i].deaf && c->clients[i].heard != said;
    return harmed;
}

/* -- learning -- */

struct find {
    int members;
    uint64_t mark;
};

static void find_text(void *context, int who, uint64_t before, struct span more)
{
    struct find *found = context;
    const char *text = memmem(more.p, more.n, TEXT, sizeof TEXT - 1);
    (void)who;
    if (!text) return;
    found->members++;
    found->mark = before + (size_t)(text - more.p) + sizeof TEXT - 2;
}

bool crowd_learn(struct crowd *c)
{
    struct find found = {0};
    count_anew(c);
    c->on_hear = find_text;
    c->context = &found;
    c->real = true;
    crowd_speak(c, 0, 1);
    fall_silent(c);
    c->on_hear = NULL;
    c->context = NULL;
    c->real = false;
    c->wire = c->clients[c->members - 1].heard;
    c->mark = found.mark;
    if (c->wire == 0 || found.members < c->members - 1 ||
        c->heard != c->wire * (uint64_t)found.members)
        lose(c, "not everybody heard the first message");
    for (int i = 0; i < c->members; i++)
        c->clients[i].witness = found.members == c->members || !c->clients[i].publisher;
    count_anew(c);
    return !c->lost;
}
