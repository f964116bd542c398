/* soak: the real klatchd, with people who join, talk, rename, leave, vanish, break off, listen
 * slowly or not at all, flood, and send rubbish, all at once, until so many deliveries are done or
 * so many seconds are over. Status 1 when anything was lost, doubled, out of order or torn for
 * anyone not told of a gap, or when memory or descriptors do not come back. */
#include "tests/bench/clock.h"
#include "tests/bench/server.h"
#include "tests/soak/person.h"
#include "tests/soak/said.h"

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
    PEOPLE = 160, /* at most, the first reader among them */
    QUIET_MS = 20000,
    BACK_MS = 10000,      /* for memory and descriptors to come back */
    BACK_BYTES = 1 << 20, /* and as much memory may stay */
    JOINS = 6,            /* times as often as any other act, so that the room fills */
    AHEAD = 4096,         /* messages said that the first reader has not heard */
    SAMPLES = 4096,
};

enum act { JOIN, GOODBYE, VANISH, RESET, HALF, DEAF, FLOOD, RENAME, RUBBISH, SCAN, NONSENSE, ACTS };

static const char *const act_names[ACTS] = {"joins",
                                            "goodbyes",
                                            "closed without one",
                                            "reset",
                                            "broken off in a packet",
                                            "stopped listening",
                                            "floods",
                                            "renamed",
                                            "rubbish from members",
                                            "rubbish from strangers",
                                            "packets refused"};

/* What of the server can grow. */
struct sample {
    double deliveries, memory, descriptors;
};

static struct soak {
    struct server server;
    struct person people[PEOPLE];
    struct tally tally;
    uint64_t acts[ACTS], seed, random;
    uint32_t serial;
    struct sample samples[SAMPLES], before, most, after;
    size_t sampled;
    int64_t began, progress; /* when; when somebody heard something last */
    const char *failure;
    bool memory_stays; /* it is not klatchd alone that takes memory */
} soak;

/* xorshift64*, so that a seed tells what people do. */
static uint32_t dice(uint32_t sides)
{
    uint64_t *x = &soak.random;
    *x ^= *x >> 12;
    *x ^= *x << 25;
    *x ^= *x >> 27;
    return (uint32_t)(*x * UINT64_C(2685821657736338717) >> 33) % sides;
}

/* -- what the server uses -- */

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
    struct sample s = {(double)soak.tally.deliveries, (double)server_memory(&soak.server),
                       (double)descriptors()};
    if (s.memory > soak.most.memory) soak.most.memory = s.memory;
    if (s.descriptors > soak.most.descriptors) soak.most.descriptors = s.descriptors;
    return s;
}

/* Growth for a delivery, by least squares over the second half of the run. */
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

/* -- what people do -- */

static struct person *anybody(enum person_state state)
{
    for (int i = 0; i < 8; i++) {
        struct person *p = &soak.people[1 + dice(PEOPLE - 1)];
        if (p->state == state) return p;
    }
    return NULL;
}

static struct person *call(bool narrow)
{
    struct person *p = anybody(PERSON_GONE);
    if (!p) return NULL;
    if (person_call(p, ++soak.serial, soak.server.port, narrow, &soak.tally)) return p;
    soak.failure = "klatchd takes no connections";
    return NULL;
}

static void send_rubbish(struct person *p)
{
    char bytes[256];
    size_t n = 1 + dice(sizeof bytes);
    for (size_t i = 0; i < n; i++) bytes[i] = (char)dice(256);
    if (dice(2) > 0) memcpy(bytes, "\0\2", n < 2 ? n : 2);
    person_send_bytes(p, bytes, n);
    p->state = PERSON_VANDAL;
    p->patience = (int)dice(2000);
}

static void scan(void)
{
    static const char http[] = "GET / HTTP/1.1\r\nHost: klatch\r\n\r\n";
    struct person *p = call(false);
    if (!p) return;
    if (dice(2) > 0) person_send_bytes(p, http, sizeof http - 1);
    send_rubbish(p);
}

static void act_on(struct person *p, enum act act)
{
    char frame[SAID_MAX];
    if (act == GOODBYE && p->reads == PERSON_READS) person_bid_goodbye(p);
    if (act == VANISH || act == RESET) person_break_off(p, act == RESET);
    if (act == DEAF) p->reads = p->reads > 0 ? 0 : 1 << 16;
    if (act == FLOOD) p->flood = 1 + (int)dice(200);
    if (act == RENAME) person_rename(p);
    if (act == RUBBISH) send_rubbish(p);
    if (act == NONSENSE)
        person_send_bytes(p, "\0\046{\"nick\":null,\"msg\":\"\",\"proto\":\"ready\"}", 40);
    if (act == HALF && person_has_sent(p)) {
        person_send_bytes(p, frame, said_write(frame, p->serial, p->said + 1, 500) / 2);
        person_flush(p);
        person_break_off(p, false);
    }
}

/* One who does not listen is mostly left alone, so that it falls behind far enough to be told of
 * it.
 */
static struct person *victim(void)
{
    struct person *p = anybody(PERSON_MEMBER);
    return p && p->reads == 0 && dice(16) > 0 ? NULL : p;
}

/* One who listens badly does not say goodbye: it might not have all it is owed in time. */
static void do_something(void)
{
    enum act act = (enum act)dice(ACTS + JOINS - 1);
    struct person *p = NULL;
    if (act >= ACTS) act = JOIN;
    if (act == JOIN) p = call(dice(10) == 0);
    if (act == SCAN) scan();
    if (act != JOIN && act != SCAN && (p = victim())) act_on(p, act);
    soak.acts[act] += p != NULL || act == SCAN;
}

static size_t padding(void)
{
    uint32_t how = dice(64);
    return how < 4 ? dice(SAID_PADDING) : how < 16 ? dice(800) : dice(80);
}

static void flood(struct person *p)
{
    bool small = p->flood % 2 > 0;
    p->flood--;
    if (!person_has_sent(p)) return;
    for (int i = 0; i < 200; i++) person_say(p, &soak.tally, small ? 0 : padding());
}

static bool room_is_behind(void)
{
    const struct tally *t = &soak.tally;
    return t->said > AHEAD + t->truth.count;
}

static void speak(void)
{
    for (int i = 0; i < PEOPLE; i++) {
        struct person *p = &soak.people[i];
        if (p->state == PERSON_GONE) continue;
        if (p->state == PERSON_MEMBER && p->flood > 0 && !room_is_behind()) flood(p);
        person_flush(p);
    }
    for (int i = 0; i < 4 && !room_is_behind(); i++) {
        struct person *p = anybody(PERSON_MEMBER);
        for (uint32_t n = dice(8); p && n > 0; n--) person_say(p, &soak.tally, padding());
    }
}

/* -- what people hear -- */

/* A slow one does not look often. */
static void hear_one(struct person *p)
{
    bool slow = p->reads > 0 && p->reads < 4096 && p->state == PERSON_MEMBER;
    if (p->state == PERSON_VANDAL && p->patience-- == 0) person_break_off(p, dice(2) > 0);
    if (p->state == PERSON_GONE || p->reads == 0 || (slow && dice(8) > 0)) return;
    if (p->state != PERSON_VANDAL) person_judge(p, &soak.tally, false);
    person_hear(p, &soak.tally, p->reads, false);
}

static void hear(void)
{
    struct person *first = &soak.people[0];
    uint64_t before = soak.tally.deliveries;
    while (person_hear(first, &soak.tally, SIZE_MAX, true) > 0) continue;
    for (int i = 1; i < PEOPLE; i++) hear_one(&soak.people[i]);
    if (soak.tally.deliveries > before) soak.progress = now_ns();
    if (now_ns() - soak.progress > (int64_t)QUIET_MS * MS) soak.failure = "nobody hears anything";
    if (first->state == PERSON_GONE) soak.failure = "the first reader was cut off";
    if (first->is_late) soak.failure = "the first reader was late, though it always reads";
}

/* -- the run -- */

static void first_reader_joins(void)
{
    struct person *first = &soak.people[0];
    if (!person_call(first, ++soak.serial, soak.server.port, false, &soak.tally))
        soak.failure = "klatchd takes no connections";
    while (!soak.failure && first->state == PERSON_CALLING) {
        person_flush(first);
        poll(&(struct pollfd){.fd = first->fd, .events = POLLIN}, 1, 10);
        hear();
    }
}

static void note_sample(void)
{
    if (soak.sampled < SAMPLES) soak.samples[soak.sampled++] = take_sample();
}

static void run(double deliveries, double seconds)
{
    double next = 0, all = deliveries > 0 ? deliveries : seconds;
    while (!soak.failure) {
        double took = (double)(now_ns() - soak.began) / 1e9;
        double done = deliveries > 0 ? (double)soak.tally.deliveries : took;
        if (done >= all) return;
        if (done >= next) note_sample();
        if (done >= next) next += all / 200;
        if (dice(4) == 0) do_something();
        speak();
        hear();
    }
}

/* Everybody is still until all have heard everything. */
static bool has_heard_all(struct person *p)
{
    p->reads = SIZE_MAX;
    p->flood = 0;
    if (p->state == PERSON_VANDAL) person_break_off(p, false);
    if (p->state == PERSON_GONE) return true;
    person_flush(p);
    const struct truth *t = &soak.tally.truth;
    return p->state == PERSON_MEMBER && person_has_sent(p) &&
           truth_heard(t, p->serial) >= p->said && (!p->placed || p->at == t->count);
}

static void settle(void)
{
    bool all = false;
    while (!all && !soak.failure) {
        hear();
        all = true;
        for (int i = 0; i < PEOPLE; i++) all = has_heard_all(&soak.people[i]) && all;
    }
}

static void expect_to_come_back(void)
{
    int64_t end = now_ns() + (int64_t)BACK_MS * MS;
    for (int i = 1; i < PEOPLE; i++)
        if (soak.people[i].state != PERSON_GONE) person_break_off(&soak.people[i], i % 2 > 0);
    do {
        hear();
        soak.after = take_sample();
        bool memory = soak.memory_stays || soak.after.memory <= soak.before.memory + BACK_BYTES;
        if (memory && soak.after.descriptors <= soak.before.descriptors) return;
        usleep(10000);
    } while (now_ns() < end);
    soak.failure = "memory or descriptors do not come back";
}

/* Ends klatchd as its keeper would. */
static void stop(void)
{
    int status = 0;
    kill(soak.server.pid, SIGTERM);
    kill(soak.server.pid, SIGINT);
    if (soak.people[0].state != PERSON_GONE) person_break_off(&soak.people[0], false);
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

static void report_use(const char *what, double before, double most, double after, double growth)
{
    printf("| %s: before, at most, after | %.0f, %.0f, %.0f |\n", what, before, most, after);
    printf("| %s: growth in a million deliveries | %+.2f |\n", what, growth * 1e6);
}

static bool report(void)
{
    const struct tally *t = &soak.tally;
    const struct faults *f = &t->faults;
    printf("| soak, seed %" PRIu64 " | |\n|---|---:|\n", soak.seed);
    row("deliveries", t->deliveries);
    row("lost", f->lost);
    row("doubled", f->doubled);
    row("out of order", f->reordered);
    row("torn", f->torn);
    row("cut off without a reason", t->cut);
    row("missed by people who were told how many", t->missed);
    row("people who were told so", t->late);
    row("messages said", t->said);
    row("messages and notices in the room", t->truth.count);
    for (int i = 0; i < ACTS; i++) row(act_names[i], soak.acts[i]);
    report_use("KiB of memory", soak.before.memory / 1024, soak.most.memory / 1024,
               soak.after.memory / 1024, slope(true) / 1024);
    report_use("descriptors", soak.before.descriptors, soak.most.descriptors,
               soak.after.descriptors, slope(false));
    printf("| seconds | %.1f |\n", (double)(now_ns() - soak.began) / 1e9);
    if (t->cut > 0) printf("\n%s\n", t->why);
    if (soak.failure) printf("\n%s\n", soak.failure);
    return !soak.failure && f->lost + f->doubled + f->reordered + f->torn + t->cut == 0;
}

static int usage(void)
{
    fputs("Usage: soak [-d DELIVERIES | -t SECONDS] [-s SEED] [-m] BUILD\n", stderr);
    return 2;
}

int main(int argc, char **argv)
{
    double deliveries = 1e7, seconds = 0;
    int c;
    soak.seed = 1;
    while ((c = getopt(argc, argv, "d:ms:t:")) != -1) switch (c) {
        case 'd': deliveries = strtod(optarg, NULL); break;
        case 'm': soak.memory_stays = true; break;
        case 's': soak.seed = strtoull(optarg, NULL, 10); break;
        case 't': seconds = strtod(optarg, NULL), deliveries = 0; break;
        default: return usage();
        }
    if (argc - optind != 1 || (deliveries <= 0 && seconds <= 0)) return usage();
    struct places places = {argv[optind], "/tmp"};
    signal(SIGPIPE, SIG_IGN);
    pin(LOAD_CORE);
    soak.random = soak.seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
    if (server_start(&soak.server, &peers[PEER_KLATCHD], &places) != START_OK) return 1;
    soak.began = soak.progress = now_ns();
    first_reader_joins();
    soak.before = take_sample();
    run(deliveries, seconds);
    settle();
    if (!soak.failure) expect_to_come_back();
    stop();
    bool ok = report();
    truth_free(&soak.tally.truth);
    return ok ? 0 : 1;
}
