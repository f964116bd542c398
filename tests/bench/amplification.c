#include "tests/bench/amplification.h"

#include "tests/bench/client_pool.h"
#include "tests/bench/clock.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    MEMBERS = 1000,
    TIMES = 100,     /* each request is sent */
    FEW = 15,        /* invalid packets, before the server disconnects the member */
    LEARN_MS = 300,  /* without a byte: an answer is complete */
    ANSWER_MS = 5000 /* for an answer */
};

struct bench {
    const struct paths *paths;
    struct server server;
    struct client_pool pool;
    int asker;      /* a member that is not in the pool */
    size_t in, out; /* bytes of the requests since the last start_cost */
    int64_t cpu;    /* of the server at that time */
    int requests;   /* sent so far */
    bool failed;
};

static void fail(struct bench *b, const char *why)
{
    if (!b->failed) fprintf(stderr, "amplification: %s\n", why);
    b->failed = true;
}

/* -- sockets -- */

static int connect_tcp(uint16_t port)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) perror("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    return fd;
}

static int connect_control(const struct bench *b)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(to.sun_path, sizeof to.sun_path, "%s/control", b->paths->dir);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) perror("connect");
    return fd;
}

static void send_bytes(struct bench *b, int fd, const char *bytes, size_t n)
{
    if (send(fd, bytes, n, MSG_NOSIGNAL) != (ssize_t)n) fail(b, "a request was not sent");
    b->in += n;
}

static void send_packet(struct bench *b, int fd, const char *payload)
{
    char frame[256];
    size_t n = strlen(payload);
    frame[0] = (char)(n >> 8);
    frame[1] = (char)n;
    memcpy(frame + 2, payload, n);
    send_bytes(b, fd, frame, 2 + n);
}

/* Receives at least n bytes; up to the end if the server closes; while bytes come if n is 0.
 * Returns their number. */
static size_t receive(struct bench *b, int fd, size_t n)
{
    static char dropped[1 << 16];
    size_t received = 0;
    while (n == 0 || received < n) {
        struct pollfd waits = {.fd = fd, .events = POLLIN};
        if (poll(&waits, 1, n > 0 ? ANSWER_MS : LEARN_MS) == 0) break;
        ssize_t now = recv(fd, dropped, sizeof dropped, 0);
        if (now <= 0) break;
        received += (size_t)now;
    }
    b->out += received;
    if (n > 0 && n < SIZE_MAX && received < n) fail(b, "an answer is missing");
    return received;
}

/* -- costs -- */

static void start_cost(struct bench *b)
{
    b->in = b->out = 0;
    b->cpu = server_cpu_ns(&b->server);
}

static void print_cost(const struct bench *b, const char *name, int times)
{
    double cpu = (double)(server_cpu_ns(&b->server) - b->cpu) / 1e3 / times;
    double in = (double)b->in / times, out = (double)b->out / times;
    printf("| %s | %.0f | %.0f | %.1f | %.1f |\n", name, in, out, out / in, cpu);
    fflush(stdout);
}

/* -- answers to one client -- */

static int join(struct bench *b, const char *nick)
{
    char packet[128];
    int fd = connect_tcp(b->server.port);
    snprintf(packet, sizeof packet, "{\"msg\":\"%s\",\"proto\":\"verify\"}", nick);
    if (*nick) send_packet(b, fd, packet);
    return fd;
}

/* Sends a packet again and again, each time when the answer is complete. */
static void measure_answer(struct bench *b, const char *name, int fd, const char *payload,
                           int times)
{
    send_packet(b, fd, payload);
    size_t size = receive(b, fd, 0);
    start_cost(b);
    for (int i = 1; i < times && !b->failed; i++) {
        send_packet(b, fd, payload);
        receive(b, fd, size);
    }
    print_cost(b, name, times - 1);
}

static void measure_wrong_packets(struct bench *b)
{
    int stranger = join(b, "");
    receive(b, stranger, 0);
    measure_answer(b, "packet without a nickname: retry", stranger, "{\"proto\":\"\"}", TIMES);
    measure_answer(b, "nickname that is taken: retry", stranger,
                   "{\"msg\":\"asker\",\"proto\":\"verify\"}", TIMES);
    close(stranger);
    measure_answer(b, "packet that a member may not send", b->asker, "{\"proto\":\"\"}", TIMES);
    measure_answer(b, "invalid packet", b->asker, "", FEW);
}

static void measure_refused_connection(struct bench *b)
{
    start_cost(b);
    for (int i = 0; i < TIMES && !b->failed; i++) {
        int fd = connect_tcp(b->server.port);
        send_bytes(b, fd, "GET /", 5);
        receive(b, fd, SIZE_MAX);
        close(fd);
    }
    print_cost(b, "first bytes of another protocol", TIMES);
}

static void rename_asker(struct bench *b)
{
    const char *nick = b->requests++ % 2 ? "asker" : "askeR";
    char packet[64];
    snprintf(packet, sizeof packet, "{\"msg\":\"%s\",\"proto\":\"verify\"}", nick);
    send_packet(b, b->asker, packet);
}

/* Waits until the server has sent everything to all. */
static void wait_until_idle(struct bench *b)
{
    int64_t before;
    do {
        before = server_cpu_ns(&b->server);
        client_pool_poll_for(&b->pool, 10);
    } while (server_cpu_ns(&b->server) - before > MS / 10);
}

/* The asker changes its nickname before each request, so that each needs a new list. */
static void measure_new_lists(struct bench *b)
{
    static const char who[] = "{\"proto\":\"who\"}";
    rename_asker(b);
    size_t renamed = receive(b, b->asker, 0);
    send_packet(b, b->asker, who);
    size_t size = receive(b, b->asker, 0);
    int64_t cpu = 0;
    for (int i = 0; i < TIMES && !b->failed; i++) {
        rename_asker(b);
        receive(b, b->asker, renamed);
        wait_until_idle(b);
        int64_t began = server_cpu_ns(&b->server);
        send_packet(b, b->asker, who);
        receive(b, b->asker, size);
        cpu += server_cpu_ns(&b->server) - began;
    }
    b->in = TIMES * (2 + strlen(who));
    b->out = TIMES * size;
    b->cpu = server_cpu_ns(&b->server) - cpu;
    print_cost(b, "`who`, the first after a change", TIMES);
}

static void measure_history(struct bench *b)
{
    char nick[16];
    size_t size = 0;
    for (int i = 0; i <= TIMES && !b->failed; i++) {
        if (i == 1) start_cost(b);
        snprintf(nick, sizeof nick, "guest %03d", i);
        int fd = join(b, nick);
        if (i == 0) size = receive(b, fd, 0);
        if (i > 0) receive(b, fd, size - 16);
        close(fd);
        client_pool_poll(&b->pool, 0);
    }
    print_cost(b, "joining, with a history of 100 messages", TIMES);
}

/* -- what all members receive -- */

static void say(struct bench *b)
{
    send_packet(b, b->asker, "{\"msg\":\"x\",\"proto\":\"broadcast\"}");
}

static void join_and_leave(struct bench *b)
{
    int fd = join(b, "a");
    receive(b, fd, 64);
    close(fd);
}

static void receive_all(struct bench *b, uint64_t bytes)
{
    int64_t end = now_ns() + (int64_t)ANSWER_MS * MS;
    while (b->pool.received < bytes && !b->failed) {
        client_pool_poll(&b->pool, 1);
        if (now_ns() > end) fail(b, "a message is missing");
    }
}

static void measure_room(struct bench *b, const char *name, void (*request)(struct bench *b))
{
    client_pool_settle(&b->pool);
    request(b);
    client_pool_poll_for(&b->pool, LEARN_MS);
    uint64_t each = b->pool.received;
    receive(b, b->asker, 0);
    client_pool_settle(&b->pool);
    start_cost(b);
    for (int i = 0; i < TIMES && !b->failed; i++) {
        request(b);
        receive_all(b, (uint64_t)(i + 1) * each);
    }
    b->out += b->pool.received;
    print_cost(b, name, TIMES);
    receive(b, b->asker, 0);
}

/* -- the administrator -- */

static void measure_admin(struct bench *b)
{
    start_cost(b);
    for (int i = 0; i < TIMES && !b->failed; i++) {
        int fd = connect_tcp(b->server.stats);
        send_bytes(b, fd, "GET / HTTP/1.0\n\n", 16);
        receive(b, fd, SIZE_MAX);
        close(fd);
    }
    print_cost(b, "metrics", TIMES);
    start_cost(b);
    for (int i = 0; i < TIMES && !b->failed; i++) {
        int fd = connect_control(b);
        send_bytes(b, fd, "who\n", 4);
        receive(b, fd, SIZE_MAX);
        close(fd);
    }
    print_cost(b, "control: `who`", TIMES);
}

/* -- the table -- */

static void measure_all(struct bench *b)
{
    b->asker = join(b, "asker");
    receive(b, b->asker, 0);
    printf("\n### What a request costs in a room of %d members\n\n"
           "| request | bytes in | bytes out | out / in | CPU us |\n|---|---:|---:|---:|---:|\n",
           MEMBERS);
    measure_wrong_packets(b);
    measure_refused_connection(b);
    measure_new_lists(b);
    measure_answer(b, "`who`, again", b->asker, "{\"proto\":\"who\"}", TIMES);
    measure_room(b, "message to all", say);
    measure_room(b, "new nickname, to all", rename_asker);
    measure_room(b, "joining and leaving, to all, with a history", join_and_leave);
    measure_history(b);
    measure_admin(b);
    close(b->asker);
}

bool amplification_run(const struct paths *paths)
{
    struct target target = target_long_nicks;
    static const char *const argv[] = {"$BUILD/klatchd",   "-q",
                                       "--per-address",    "0",
                                       "--history",        "100",
                                       "--control-socket", "$DIR/control",
                                       "--stats",          "127.0.0.1:$STATS",
                                       "127.0.0.1",        "$PORT"};
    struct bench b = {.paths = paths};
    memcpy(target.argv, argv, sizeof argv);
    if (server_start(&b.server, &target, paths) != START_OK) return false;
    if (client_pool_join(&b.pool, &target, b.server.port, MEMBERS, 1, false)) measure_all(&b);
    bool ok = !b.failed && !b.pool.failed;
    server_stop(&b.server);
    client_pool_free(&b.pool);
    return ok;
}
