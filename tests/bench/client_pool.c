#include "tests/bench/client_pool.h"

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
    REST_EVENTS = 64, /* of the others, between two polls of the publishers */
    SCRATCH = 1 << 18,
    JOIN_MS = 30000,
    QUIET_MS = 200,
    QUIET_MAX_MS = 10000,
};

static char scratch[SCRATCH];

/* -- joining -- */

static void fail(struct client_pool *pool, const char *why)
{
    if (!pool->failed) fprintf(stderr, "%s: %s\n", pool->target->name, why);
    pool->failed = true;
}

static void send_all(struct client_pool *pool, int fd, const char *p, size_t n)
{
    while (n > 0 && !pool->failed) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EAGAIN) {
            if (poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, 5000) == 0)
                fail(pool, "it does not read");
        } else if (sent < 0) {
            fail(pool, strerror(errno));
        } else {
            p += sent;
            n -= (size_t)sent;
        }
    }
}

static bool is_last_step(const struct client_pool *pool, int step)
{
    return step == STEPS || pool->target->steps[step].expect.n == 0;
}

static void send_step(struct client_pool *pool, struct client *c)
{
    char text[512];
    struct span bytes = pool->target->steps[c->step].send;
    if (bytes.n == 0) return;
    memcpy(text, bytes.p, bytes.n);
    char *id = memmem(text, bytes.n, ID, ID_WIDTH);
    char digits[ID_WIDTH + 8];
    snprintf(digits, sizeof digits, "%0*d", ID_WIDTH, (int)(c - pool->clients));
    if (id) memcpy(id, digits, ID_WIDTH);
    send_all(pool, c->fd, text, bytes.n);
}

static void end_step(struct client_pool *pool, struct client *c)
{
    memset(c->tail, 0, sizeof c->tail);
    c->step++;
    c->joined = is_last_step(pool, c->step);
    if (!c->joined)
        send_step(pool, c);
    else if (++pool->joined == pool->members)
        pool->all_joined = now_ns();
}

/* Returns the result of recv. */
static ssize_t receive_step(struct client_pool *pool, struct client *c)
{
    const size_t kept = sizeof c->tail;
    memcpy(scratch, c->tail, kept);
    ssize_t n = recv(c->fd, scratch + kept, SCRATCH - kept, MSG_DONTWAIT);
    if (n <= 0) return n;
    struct span expect = pool->target->steps[c->step].expect;
    memcpy(c->tail, scratch + (size_t)n, kept);
    if (memmem(scratch, kept + (size_t)n, expect.p, expect.n)) end_step(pool, c);
    return n;
}

/* The distance between two publishers among the members. */
static int stride(const struct client_pool *pool)
{
    return pool->members / pool->publishers;
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

static void open_client(struct client_pool *pool, int who)
{
    struct client *c = &pool->clients[who];
    c->joined = who >= pool->members;
    c->publisher = !c->joined && who % stride(pool) == 0 && who / stride(pool) < pool->publishers;
    c->fd = connect_to(pool->port);
    if (c->fd < 0) {
        fail(pool, strerror(errno));
        return;
    }
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u32 = (uint32_t)who};
    epoll_ctl(pool->split && c->publisher ? pool->first : pool->rest, EPOLL_CTL_ADD, c->fd, &event);
    if (!c->joined) send_step(pool, c);
}

static void fill_burst(struct client_pool *pool)
{
    struct span message = pool->target->publish;
    pool->burst = malloc(BURST_MAX * message.n);
    if (!pool->burst) abort();
    for (size_t i = 0; i < BURST_MAX; i++)
        memcpy(pool->burst + i * message.n, message.p, message.n);
}

bool client_pool_join(struct client_pool *pool, const struct target *p, uint16_t port, int members,
                      int publishers, bool split)
{
    int opened = 0, all = members + (p->separate ? publishers : 0);
    int64_t deadline = now_ns() + (int64_t)JOIN_MS * MS;
    *pool = (struct client_pool){
        .target = p, .port = port, .members = members, .publishers = publishers};
    pool->split = split;
    pool->clients = calloc((size_t)all, sizeof *pool->clients);
    if (!pool->clients) abort();
    for (int i = 0; i < all; i++) pool->clients[i].fd = -1;
    fill_burst(pool);
    pool->first = epoll_create1(EPOLL_CLOEXEC);
    pool->rest = epoll_create1(EPOLL_CLOEXEC);
    while (pool->joined < members && !pool->failed) {
        while (opened < members && opened - pool->joined < p->join_max && !pool->failed)
            open_client(pool, opened++);
        client_pool_poll(pool, 100);
        if (now_ns() > deadline) fail(pool, "the joins took too long");
    }
    while (opened < all && !pool->failed) open_client(pool, opened++);
    return !pool->failed;
}

void client_pool_free(struct client_pool *pool)
{
    int all = pool->members + (pool->target->separate ? pool->publishers : 0);
    for (int i = 0; i < all; i++)
        if (pool->clients[i].fd >= 0) close(pool->clients[i].fd);
    close(pool->first);
    close(pool->rest);
    free(pool->clients);
    free(pool->burst);
    free(pool->flood);
}

/* -- receiving -- */

static void count_received(struct client_pool *pool, uint64_t before, uint64_t after)
{
    pool->at[before % LAG_MAX]--;
    pool->at[after % LAG_MAX]++;
    while (pool->slowest < pool->published && pool->at[pool->slowest % LAG_MAX] == 0)
        pool->slowest++;
}

static ssize_t receive_message(struct client_pool *pool, struct client *c)
{
    ssize_t n = pool->read_data ? recv(c->fd, scratch, SCRATCH, MSG_DONTWAIT)
                                : recv(c->fd, NULL, 1 << 30, MSG_DONTWAIT | MSG_TRUNC);
    int who = (int)(c - pool->clients);
    if (n <= 0 || who >= pool->members) return n;
    uint64_t before = c->received;
    c->received += (size_t)n;
    pool->received += (size_t)n;
    if (pool->wire_size > 0 && c->counted)
        count_received(pool, before / pool->wire_size, c->received / pool->wire_size);
    struct span more = {pool->read_data ? scratch : NULL, (size_t)n};
    if (pool->on_receive) pool->on_receive(pool->context, who, before, more);
    return n;
}

static void drop(struct client_pool *pool, struct client *c)
{
    if (!pool->allow_drops) fail(pool, "it closed a connection");
    epoll_ctl(c->publisher && pool->split ? pool->first : pool->rest, EPOLL_CTL_DEL, c->fd, NULL);
}

/* Events are edge-triggered: reads until the socket is empty. */
static void receive(struct client_pool *pool, struct client *c)
{
    ssize_t n;
    do n = c->joined ? receive_message(pool, c) : receive_step(pool, c);
    while (n >= SCRATCH / 2 && pool->read_data);
    if (n == 0 || (n < 0 && errno != EAGAIN)) drop(pool, c);
}

/* Continues where the last send stopped. */
static void send_flood(struct client_pool *pool, const struct client *c)
{
    size_t all = BURST_MAX * pool->target->publish.n;
    if (all == 0) return;
    size_t at = pool->flooded % all;
    ssize_t sent = send(c->fd, pool->flood + at, all - at, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) pool->flooded += (size_t)sent;
}

static int poll_clients(struct client_pool *pool, int epoll, int most, int wait)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(epoll, events, most, wait);
    for (int i = 0; i < n; i++) {
        struct client *c = &pool->clients[events[i].data.u32];
        if (events[i].events & EPOLLOUT) send_flood(pool, c);
        receive(pool, c);
    }
    return n;
}

void client_pool_poll(struct client_pool *pool, int wait)
{
    int n = 0;
    if (!pool->split) {
        n = poll_clients(pool, pool->rest, EVENTS, wait);
    } else {
        n = poll_clients(pool, pool->rest, REST_EVENTS, 0);
        n += poll_clients(pool, pool->first, EVENTS, n > 0 || wait == 0 ? 0 : 1);
    }
    if (n > 0) pool->last_receive = now_ns();
}

void client_pool_poll_for(struct client_pool *pool, int ms)
{
    int64_t end = now_ns() + (int64_t)ms * MS;
    while (!pool->failed && now_ns() < end) client_pool_poll(pool, 10);
}

/* Polls until nothing was received for QUIET_MS. */
static void poll_until_quiet(struct client_pool *pool)
{
    int64_t began = now_ns();
    pool->last_receive = began;
    while (!pool->failed && now_ns() - pool->last_receive < (int64_t)QUIET_MS * MS) {
        client_pool_poll(pool, QUIET_MS);
        if (now_ns() - began > (int64_t)QUIET_MAX_MS * MS) fail(pool, "it never stops sending");
    }
}

static void reset_counters(struct client_pool *pool)
{
    pool->received = pool->published = pool->slowest = pool->flooded = 0;
    memset(pool->at, 0, sizeof pool->at);
    for (int i = 0; i < pool->members; i++) {
        pool->clients[i].received = 0;
        pool->at[0] += pool->clients[i].counted;
    }
}

void client_pool_settle(struct client_pool *pool)
{
    poll_until_quiet(pool);
    reset_counters(pool);
}

/* -- publishing -- */

void client_pool_publish(struct client_pool *pool, int publisher, int messages)
{
    int who = pool->target->separate ? pool->members + publisher : publisher * stride(pool);
    send_all(pool, pool->clients[who].fd, pool->burst, (size_t)messages * pool->target->publish.n);
    pool->published += (uint64_t)messages;
}

uint64_t client_pool_in_flight(const struct client_pool *pool)
{
    return pool->published - pool->slowest;
}

/* -- slow and flooding clients -- */

void client_pool_stop_reading(struct client_pool *pool, int members)
{
    for (struct client *c = pool->clients; members > 0; c++) {
        if (c->publisher) continue;
        epoll_ctl(pool->rest, EPOLL_CTL_DEL, c->fd, NULL);
        c->stopped_reading = true;
        c->counted = false;
        members--;
    }
    client_pool_settle(pool);
}

void client_pool_send_stopped(struct client_pool *pool, struct span bytes)
{
    for (int i = 0; i < pool->members; i++)
        if (pool->clients[i].stopped_reading) send_all(pool, pool->clients[i].fd, bytes.p, bytes.n);
}

static void watch_flooder(struct client_pool *pool, uint32_t events)
{
    uint32_t who = (uint32_t)pool->members - 1;
    struct epoll_event event = {.events = events, .data.u32 = who};
    epoll_ctl(pool->rest, EPOLL_CTL_MOD, pool->clients[who].fd, &event);
}

void client_pool_flood_start(struct client_pool *pool)
{
    struct span message = pool->target->publish;
    const char *text = memmem(message.p, message.n, TEXT, sizeof TEXT - 1);
    size_t last = (size_t)(text - message.p) + sizeof TEXT - 2;
    if (!pool->flood) pool->flood = malloc(BURST_MAX * message.n);
    if (!pool->flood) abort();
    memcpy(pool->flood, pool->burst, BURST_MAX * message.n);
    for (size_t i = 0; i < BURST_MAX; i++) pool->flood[i * message.n + last] = FLOOD_MARK;
    watch_flooder(pool, EPOLLIN | EPOLLOUT);
}

void client_pool_flood_stop(struct client_pool *pool)
{
    size_t n = pool->target->publish.n, rest = (n - pool->flooded % n) % n;
    watch_flooder(pool, EPOLLIN | EPOLLET);
    send_all(pool, pool->clients[pool->members - 1].fd, pool->flood + n - rest, rest);
    pool->flooded += rest;
}

int client_pool_count_harmed(struct client_pool *pool)
{
    int harmed = 0;
    poll_until_quiet(pool);
    uint64_t expected =
        (pool->published + pool->flooded / pool->target->publish.n) * pool->wire_size;
    for (int i = 0; i < pool->members; i++)
        harmed += !pool->clients[i].stopped_reading && pool->clients[i].received != expected;
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

bool client_pool_learn(struct client_pool *pool)
{
    struct find found = {0};
    reset_counters(pool);
    pool->on_receive = find_text;
    pool->context = &found;
    pool->read_data = true;
    client_pool_publish(pool, 0, 1);
    poll_until_quiet(pool);
    pool->on_receive = NULL;
    pool->context = NULL;
    pool->read_data = false;
    pool->wire_size = pool->clients[pool->members - 1].received;
    pool->mark = found.mark;
    if (pool->wire_size == 0 || found.members < pool->members - 1 ||
        pool->received != pool->wire_size * (uint64_t)found.members)
        fail(pool, "a member did not receive the first message");
    for (int i = 0; i < pool->members; i++)
        pool->clients[i].counted = found.members == pool->members || !pool->clients[i].publisher;
    reset_counters(pool);
    return !pool->failed;
}
