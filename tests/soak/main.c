/* soak: klatchd under clients that join, send, rename, leave, close, reset, read slowly or not at
 * all, flood, send garbage, wait long before they choose a nickname, and send lone surrogates, all
 * at once, for a number of deliveries or seconds. Exits with 1 when a message was lost, duplicated,
 * out of order or corrupted for a client that was not told of a gap, or when memory or descriptors
 * are not released. */
#include "tests/bench/clock.h"
#include "tests/bench/server.h"
#include "tests/soak/client.h"
#include "tests/soak/message.h"

#include <dirent.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CLIENTS = 160, /* the reference reader is the first */
    QUIET_MS = 20000,
    RELEASE_MS = 10000,      /* for klatchd to release memory and descriptors */
    RELEASE_BYTES = 1 << 20, /* memory that it may keep */
    JOINS = 6,               /* joins are this much likelier than other actions: the room fills */
    AHEAD = 4096,            /* messages sent that the reference reader has not read */
    SAMPLES = 4096,
    PROMPT_TURNS = 20000, /* maximum of turns until a person has chosen a nickname */
};

enum action {
    JOIN,
    GOODBYE,
    CLOSE,
    RESET,
    TRUNCATE,
    STOP_READING,
    FLOOD,
    RENAME,
    GARBAGE,
    STRANGER_GARBAGE,
    INVALID_PACKET,
    PROMPT,
    SURROGATES,
    ACTIONS
};

static const char *const action_names[ACTIONS] = {"joins",
                                                  "goodbyes",
                                                  "closed without goodbye",
                                                  "reset",
                                                  "closed within a packet",
                                                  "stopped reading",
                                                  "floods",
                                                  "renamed",
                                                  "garbage from members",
                                                  "garbage from strangers",
                                                  "invalid packets",
                                                  "waits for a nickname",
                                                  "lone surrogates"};

/* The resources of the server that could leak. */
struct sample {
    double deliveries, memory, descriptors;
};

static struct soak {
    struct server server;
    struct client clients[CLIENTS];
    struct totals totals;
    uint64_t actions[ACTIONS], seed, random;
    uint32_t serial;
    struct sample samples[SAMPLES], before, max, after;
    size_t sampled;
    int64_t started, last_delivery; /* ns */
    const char *failure;
    bool ignore_memory; /* klatchd runs under a tool that uses memory itself */
} soak;

/* xorshift64*: the same seed gives the same actions. Returns a number below `limit`. */
static uint32_t random_below(uint32_t limit)
{
    uint64_t *x = &soak.random;
    *x ^= *x >> 12;
    *x ^= *x << 25;
    *x ^= *x >> 27;
    return (uint32_t)(*x * UINT64_C(2685821657736338717) >> 33) % limit;
}

/* -- resources of the server -- */

static size_t descriptors(void)
{
    char path[64];
    size_t n = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)soak.server.pid);
    DIR *dir = opendir(path);
    while (dir && readdir(dir)) n++;
    if (dir) closedir(dir);
    return n > 2 ? n - 2 : 0;
}

static struct sample take_sample(void)
{
    struct sample s = {(double)soak.totals.deliveries, (double)server_memory(&soak.server),
                       (double)descriptors()};
    if (s.memory > soak.max.memory) soak.max.memory = s.memory;
    if (s.descriptors > soak.max.descriptors) soak.max.descriptors = s.descriptors;
    return s;
}

/* Growth per delivery, by least squares over the second half of the run. */
static double slope(bool of_memory)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (size_t i = soak.sampled / 2; i < soak.sampled; i++) {
        const struct sample *s = &soak.samples[i];
        double value = of_memory ? s->memory : s->descriptors;
        n++, x += s->deliveries, y += value;
        xx += s->deliveries * s->deliveries, xy += s->deliveries * value;
    }
    double spread = n * xx - x * x;
    return spread > 0 ? (n * xy - x * y) / spread : 0;
}

/* -- actions -- */

static struct client *random_client(enum client_state state)
{
    for (int i = 0; i < 8; i++) {
        struct client *c = &soak.clients[1 + random_below(CLIENTS - 1)];
        if (c->state == state) return c;
    }
    return NULL;
}

static struct client *open_client(bool narrow)
{
    struct client *c = random_client(CLIENT_CLOSED);
    if (!c) return NULL;
    if (client_connect(c, ++soak.serial, soak.server.port, narrow, &soak.totals)) return c;
    soak.failure = "klatchd accepts no connections";
    return NULL;
}

static void send_garbage(struct client *c)
{
    char bytes[256];
    size_t n = 1 + random_below(sizeof bytes);
    for (size_t i = 0; i < n; i++) bytes[i] = (char)random_below(256);
    if (random_below(2) > 0) memcpy(bytes, "\0\2", n < 2 ? n : 2);
    client_send_bytes(c, bytes, n);
    c->state = CLIENT_GARBAGE;
    c->turns_left = (int)random_below(2000);
}

static void send_stranger_garbage(void)
{
    static const char http[] = "GET / HTTP/1.1\r\nHost: klatch\r\n\r\n";
    struct client *c = open_client(false);
    if (!c) return;
    if (random_below(2) > 0) client_send_bytes(c, http, sizeof http - 1);
    send_garbage(c);
}

static void perform(struct client *c, enum action action)
{
    char frame[MESSAGE_FRAME_MAX];
    if (action == GOODBYE && c->read_max == CLIENT_READ_SIZE) client_send_goodbye(c);
    if (action == CLOSE || action == RESET) client_close(c, action == RESET);
    if (action == STOP_READING) c->read_max = c->read_max > 0 ? 0 : 1 << 16;
    if (action == FLOOD) c->flood_turns = 1 + (int)random_below(200);
    if (action == RENAME) client_rename(c);
    if (action == SURROGATES) client_send_surrogates(c);
    if (action == GARBAGE) send_garbage(c);
    if (action == INVALID_PACKET)
        client_send_bytes(c, "\0\046{\"nick\":null,\"msg\":\"\",\"proto\":\"ready\"}", 40);
    if (action == TRUNCATE && client_is_flushed(c)) {
        client_send_bytes(c, frame, message_write(frame, c->serial, c->sent + 1, 500) / 2);
        client_flush(c);
        client_close(c, false);
    }
}

/* Picks a member. One that stopped reading is mostly left alone, so that it falls far enough behind
 * to be told of a gap. */
static struct client *pick_member(void)
{
    struct client *c = random_client(CLIENT_MEMBER);
    return c && c->read_max == 0 && random_below(16) > 0 ? NULL : c;
}

static bool opens_client(enum action action)
{
    return action == JOIN || action == PROMPT || action == STRANGER_GARBAGE;
}

/* A slow reader never says goodbye: it might not receive its own messages in time. */
static void perform_random(void)
{
    enum action action = (enum action)random_below(ACTIONS + JOINS - 1);
    struct client *c = NULL;
    if (action >= ACTIONS) action = JOIN;
    if (action == JOIN) c = open_client(random_below(10) == 0);
    if (action == PROMPT && (c = open_client(false)))
        c->turns_left = (int)random_below(PROMPT_TURNS);
    if (action == STRANGER_GARBAGE) send_stranger_garbage();
    if (!opens_client(action) && (c = pick_member())) perform(c, action);
    soak.actions[action] += c != NULL || action == STRANGER_GARBAGE;
}

static size_t padding(void)
{
    uint32_t how = random_below(64);
    return how < 4    ? random_below(MESSAGE_PADDING_MAX)
           : how < 16 ? random_below(800)
                      : random_below(80);
}

static void flood(struct client *c)
{
    bool small = c->flood_turns % 2 > 0;
    c->flood_turns--;
    if (!client_is_flushed(c)) return;
    for (int i = 0; i < 200; i++) client_send_message(c, &soak.totals, small ? 0 : padding());
}

static bool reference_is_behind(void)
{
    const struct totals *t = &soak.totals;
    return t->sent > AHEAD + t->reference.count;
}

static void send_all(void)
{
    for (int i = 0; i < CLIENTS; i++) {
        struct client *c = &soak.clients[i];
        if (c->state == CLIENT_CLOSED) continue;
        if (c->state == CLIENT_MEMBER && c->flood_turns > 0 && !reference_is_behind()) flood(c);
        client_flush(c);
    }
    for (int i = 0; i < 4 && !reference_is_behind(); i++) {
        struct client *c = random_client(CLIENT_MEMBER);
        for (uint32_t n = random_below(8); c && n > 0; n--)
            client_send_message(c, &soak.totals, padding());
    }
}

/* -- receiving -- */

/* A slow reader reads only in some iterations. */
static void receive_one(struct client *c)
{
    bool slow = c->read_max > 0 && c->read_max < 4096 && c->state == CLIENT_MEMBER;
    if (c->state == CLIENT_GARBAGE && c->turns_left-- == 0) client_close(c, random_below(2) > 0);
    if (c->state == CLIENT_JOINING && c->turns_left > 0 && --c->turns_left == 0)
        client_choose_nick(c);
    if (c->state == CLIENT_CLOSED || c->read_max == 0 || (slow && random_below(8) > 0)) return;
    if (c->state != CLIENT_GARBAGE) client_check(c, &soak.totals, false);
    client_receive(c, &soak.totals, c->read_max, false);
}

static void receive_all(void)
{
    struct client *first = &soak.clients[0];
    uint64_t before = soak.totals.deliveries;
    while (client_receive(first, &soak.totals, SIZE_MAX, true) > 0) continue;
    for (int i = 1; i < CLIENTS; i++) receive_one(&soak.clients[i]);
    if (soak.totals.deliveries > before) soak.last_delivery = now_ns();
    if (now_ns() - soak.last_delivery > (int64_t)QUIET_MS * MS)
        soak.failure = "nothing is delivered any more";
    if (first->state == CLIENT_CLOSED) soak.failure = "the reference reader was disconnected";
    if (first->was_told) soak.failure = "the reference reader fell behind, though it always reads";
}

/* -- the run -- */

static void join_reference_reader(void)
{
    struct client *first = &soak.clients[0];
    if (!client_connect(first, ++soak.serial, soak.server.port, false, &soak.totals))
        soak.failure = "klatchd accepts no connections";
    while (!soak.failure && first->state == CLIENT_JOINING) {
        client_flush(first);
        poll(&(struct pollfd){.fd = first->fd, .events = POLLIN}, 1, 10);
        receive_all();
    }
}

static void record_sample(void)
{
    if (soak.sampled < SAMPLES) soak.samples[soak.sampled++] = take_sample();
}

static void run(double deliveries, double seconds)
{
    double next = 0, all = deliveries > 0 ? deliveries : seconds;
    while (!soak.failure) {
        double elapsed = (double)(now_ns() - soak.started) / 1e9;
        double done = deliveries > 0 ? (double)soak.totals.deliveries : elapsed;
        if (done >= all) return;
        if (done >= next) record_sample();
        if (done >= next) next += all / 200;
        if (random_below(4) == 0) perform_random();
        send_all();
        receive_all();
    }
}

/* Stops a client's actions; true once it has sent and received everything. */
static bool is_drained(struct client *c)
{
    c->read_max = SIZE_MAX;
    c->flood_turns = 0;
    if (c->state == CLIENT_GARBAGE) client_close(c, false);
    if (c->state == CLIENT_JOINING && c->turns_left > 0) client_choose_nick(c);
    if (c->state == CLIENT_CLOSED) return true;
    client_flush(c);
    const struct reference *r = &soak.totals.reference;
    return c->state == CLIENT_MEMBER && client_is_flushed(c) &&
           reference_last_number(r, c->serial) >= c->sent && (!c->located || c->next == r->count);
}

static void drain(void)
{
    bool all = false;
    while (!all && !soak.failure) {
        receive_all();
        all = true;
        for (int i = 0; i < CLIENTS; i++) all = is_drained(&soak.clients[i]) && all;
    }
}

static void expect_release(void)
{
    int64_t end = now_ns() + (int64_t)RELEASE_MS * MS;
    for (int i = 1; i < CLIENTS; i++)
        if (soak.clients[i].state != CLIENT_CLOSED) client_close(&soak.clients[i], i % 2 > 0);
    do {
        receive_all();
        soak.after = take_sample();
        bool memory = soak.ignore_memory || soak.after.memory <= soak.before.memory + RELEASE_BYTES;
        if (memory && soak.after.descriptors <= soak.before.descriptors) return;
        usleep(10000);
    } while (now_ns() < end);
    soak.failure = "memory or descriptors are not released";
}

/* Two signals make klatchd exit without its countdown. */
static void stop(void)
{
    int status = 0;
    kill(soak.server.pid, SIGTERM);
    kill(soak.server.pid, SIGINT);
    if (soak.clients[0].state != CLIENT_CLOSED) client_close(&soak.clients[0], false);
    for (int waited = 0; waitpid(soak.server.pid, &status, WNOHANG) == 0; waited++) {
        usleep(10000);
        if (waited == 1000) kill(soak.server.pid, SIGKILL);
    }
    soak.server.pid = 0;
    server_stop(&soak.server);
    if (status != 0 && !soak.failure) soak.failure = "klatchd did not end with status 0";
}

/* -- the report -- */

static void row(const char *what, uint64_t n)
{
    printf("| %s | %" PRIu64 " |\n", what, n);
}

static void report_resource(const char *what, double before, double max, double after,
                            double growth)
{
    printf("| %s: before, maximum, after | %.0f, %.0f, %.0f |\n", what, before, max, after);
    printf("| %s: growth per million deliveries | %+.2f |\n", what, growth * 1e6);
}

static bool report(void)
{
    const struct totals *t = &soak.totals;
    const struct violations *v = &t->violations;
    printf("| soak, seed %" PRIu64 " | |\n|---|---:|\n", soak.seed);
    row("deliveries", t->deliveries);
    row("lost", v->lost);
    row("duplicated", v->duplicated);
    row("out of order", v->reordered);
    row("corrupted", v->corrupted);
    row("disconnected without a reason", t->disconnected);
    row("missed, in announced gaps", t->missed);
    row("messages of the history", t->history);
    row("clients that were told of a gap", t->told);
    row("messages sent", t->sent);
    row("messages and notices in the room", t->reference.count);
    for (int i = 0; i < ACTIONS; i++) row(action_names[i], soak.actions[i]);
    report_resource("KiB of memory", soak.before.memory / 1024, soak.max.memory / 1024,
                    soak.after.memory / 1024, slope(true) / 1024);
    report_resource("descriptors", soak.before.descriptors, soak.max.descriptors,
                    soak.after.descriptors, slope(false));
    printf("| seconds | %.1f |\n", (double)(now_ns() - soak.started) / 1e9);
    if (t->disconnected > 0) printf("\n%s\n", t->first_reason);
    if (soak.failure) printf("\n%s\n", soak.failure);
    return !soak.failure &&
           v->lost + v->duplicated + v->reordered + v->corrupted + t->disconnected == 0;
}

static int usage(void)
{
    fputs("Usage: soak [-d DELIVERIES | -t SECONDS] [-s SEED] [-m] BUILD\n", stderr);
    return 2;
}

static const char *const with_history[] = {
    "$BUILD/klatchd", "-q", "--per-address", "0", "--history", "50", "127.0.0.1", "$PORT", NULL};

int main(int argc, char **argv)
{
    double deliveries = 1e7, seconds = 0;
    int c;
    soak.seed = 1;
    while ((c = getopt(argc, argv, "d:ms:t:")) != -1) switch (c) {
        case 'd': deliveries = strtod(optarg, NULL); break;
        case 'm': soak.ignore_memory = true; break;
        case 's': soak.seed = strtoull(optarg, NULL, 10); break;
        case 't': seconds = strtod(optarg, NULL), deliveries = 0; break;
        default: return usage();
        }
    if (argc - optind != 1 || (deliveries <= 0 && seconds <= 0)) return usage();
    struct paths paths = {argv[optind], "/tmp"};
    signal(SIGPIPE, SIG_IGN);
    pin(LOAD_CORE);
    soak.random = soak.seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
    struct target target = targets[TARGET_KLATCHD];
    memcpy(target.argv, with_history, sizeof with_history);
    if (server_start(&soak.server, &target, &paths) != START_OK) return 1;
    soak.started = soak.last_delivery = now_ns();
    join_reference_reader();
    soak.before = take_sample();
    run(deliveries, seconds);
    drain();
    if (!soak.failure) expect_release();
    stop();
    bool ok = report();
    reference_free(&soak.totals.reference);
    return ok ? 0 : 1;
}
