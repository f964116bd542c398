#include "tests/bench/figures.h"

#include "tests/bench/clock.h"
#include "tests/bench/crowd.h"
#include "tests/bench/quantile.h"
#include "tests/bench/results.h"
#include "tests/bench/scraper.h"

#include <stdio.h>
#include <stdlib.h>

enum { WINDOW = 256, MANY = 16, WARM_MS = 100, DRAIN_MS = 1500 };
enum { TALKERS = 100, IDLE = 10000, DEAF = 1000, DEAFENING = 4096 /* messages: what fills them */ };

const struct stage stages[STAGES] = {
    {10, 1, AT_10},
    {100, MANY, AT_100},
    {1000, 1, AT_1000},
    {5000, 1, AT_5000},
    {9800 + TALKERS, TALKERS, AT_MOST},
    {TALKERS, TALKERS, ALONE},
    {TALKERS + 1, TALKERS, FLOODED},
    {TALKERS + IDLE + DEAF, TALKERS, CROWDED},
};

struct session {
    const struct plan *plan;
    const struct stage *stage;
    size_t peer;
    struct server server;
    struct crowd crowd;
    struct scraper scraper;
    int64_t memory; /* of the server while it was empty */
};

/* What was used up to a moment, or between two. */
struct meter {
    int64_t time, cpu, work[COUNTERS];
    bool counted;
    double heard; /* deliveries */
};

static struct meter read_meter(const struct session *s)
{
    const struct crowd *c = &s->crowd;
    struct meter m = {.time = now_ns(), .cpu = server_cpu_ns(&s->server), .counted = true};
    for (int i = 0; i < COUNTERS; i++) {
        m.work[i] = server_instructions(&s->server, i);
        m.counted = m.counted && m.work[i] >= 0;
    }
    m.heard = c->wire ? (double)c->heard / (double)c->wire : 0;
    return m;
}

static struct meter used_since(const struct session *s, const struct meter *began)
{
    struct meter m = read_meter(s);
    m.time -= began->time;
    m.cpu -= began->cpu;
    m.heard -= began->heard;
    for (int i = 0; i < COUNTERS; i++) m.work[i] -= began->work[i];
    return m;
}

/* -- as much as it takes -- */

static void refill(struct crowd *c, int publishers, int window)
{
    int space = window - (int)crowd_in_flight(c);
    if (space < publishers) return;
    for (int i = 0; i < publishers; i++) crowd_speak(c, i, space / publishers);
}

static void drain(struct crowd *c, int ms)
{
    int64_t end = now_ns() + (int64_t)ms * MS;
    while (!c->lost && crowd_in_flight(c) > 0 && now_ns() < end) crowd_turn(c, 0);
}

/* The load never sleeps, or else the server would be charged for waking it. */
static void pump(struct session *s, int publishers, int window, int ms)
{
    struct crowd *c = &s->crowd;
    int64_t end = now_ns() + (int64_t)ms * MS;
    while (!c->lost && now_ns() < end) {
        refill(c, publishers, window);
        crowd_turn(c, 0);
        scraper_turn(&s->scraper);
    }
    drain(c, DRAIN_MS);
}

struct load {
    int publishers, window;
    enum column rate, cpu, work;
};

/* Returns what it took; nothing when the crowd fell apart. */
static struct meter measure_load(struct session *s, const struct load *load)
{
    pump(s, load->publishers, load->window, WARM_MS);
    struct meter began = read_meter(s);
    pump(s, load->publishers, load->window, s->plan->load_ms);
    struct meter used = used_since(s, &began);
    if (s->crowd.lost || used.heard <= 0) return (struct meter){0};
    results_add(load->rate, s->peer, used.heard * 1e9 / (double)used.time);
    results_add(load->cpu, s->peer, (double)used.cpu / used.heard);
    if (used.counted)
        results_add(load->work, s->peer,
                    (double)(used.work[USER] + used.work[KERNEL]) / used.heard);
    return used;
}

static void measure_one_publisher(struct session *s)
{
    enum column at = (enum column)s->stage->size;
    struct load load = {1, WINDOW, RATE + at, CPU + at, WORK + at};
    struct meter used = measure_load(s, &load);
    if (used.counted) results_add(USER_WORK + at, s->peer, (double)used.work[USER] / used.heard);
}

/* -- the same while its statistics are asked for, and not, in turns -- */

enum { TURNS = 8, SHARES = 3 };

/* Deliveries a second, CPU and instructions for each; -1: not counted. */
static bool measure_turn(struct session *s, bool scraped, double share[SHARES])
{
    if (scraped) scraper_start(&s->scraper, s->server.stats);
    struct meter began = read_meter(s);
    pump(s, 1, WINDOW, s->plan->load_ms);
    struct meter used = used_since(s, &began);
    if (s->crowd.lost || used.heard <= 0) return false;
    share[0] = used.heard * 1e9 / (double)used.time;
    share[1] = (double)used.cpu / used.heard;
    share[2] = used.counted ? (double)(used.work[USER] + used.work[KERNEL]) / used.heard : -1;
    if (scraped)
        results_add(SCRAPED_ANSWERED, s->peer, (double)s->scraper.whole * 1e9 / (double)used.time);
    scraper_stop(&s->scraper);
    return true;
}

static void measure_scraping(struct session *s)
{
    double asked[SHARES][TURNS], ratio[SHARES][TURNS];
    for (int turn = 0; turn < TURNS; turn++) {
        double with[SHARES], without[SHARES];
        bool first = turn % 2; /* neither is always the first */
        if (!measure_turn(s, first, first ? with : without) ||
            !measure_turn(s, !first, first ? without : with))
            return;
        for (int i = 0; i < SHARES; i++) {
            asked[i][turn] = with[i];
            ratio[i][turn] = with[i] < 0 ? -1 : with[i] / without[i];
        }
    }
    for (int i = 0; i < SHARES; i++) {
        results_add(SCRAPED_RATE + (enum column)i, s->peer, quantile(asked[i], TURNS, 0.5));
        results_add(SCRAPED_TO_RATE + (enum column)i, s->peer, quantile(ratio[i], TURNS, 0.5));
    }
}

/* -- how long it takes -- */

/* Arrivals of paced messages: each is where its mark is, and what is shouted does not count. */
struct arrivals {
    const struct crowd *crowd;
    uint64_t *heard;      /* [who], messages */
    bool publishers_only; /* what the others hear does not count */
    int messages;
    int64_t *sent;        /* [message] */
    double *first, *last; /* [message], after it was sent */
    double *all;
    size_t count, room;
};

static void note_one(struct arrivals *a, uint64_t k, int64_t now)
{
    if (k >= (uint64_t)a->messages || a->count == a->room) return;
    double took = (double)(now - a->sent[k]);
    a->all[a->count++] = took;
    if (a->first[k] < 0) a->first[k] = took;
    a->last[k] = took;
}

static void note_arrivals(void *context, int who, uint64_t before, struct span more)
{
    struct arrivals *a = context;
    const struct crowd *c = a->crowd;
    int64_t now = now_ns();
    if (a->publishers_only && !c->clients[who].publisher) return;
    uint64_t message = (before + c->wire - 1 - c->mark) / c->wire;
    for (uint64_t at; (at = message * c->wire + c->mark) < before + more.n; message++)
        if (more.p[at - before] != SHOUTED) note_one(a, a->heard[who]++, now);
}

static void *allocate(size_t n, size_t size)
{
    void *p = calloc(n, size);
    if (!p) abort();
    return p;
}

static struct arrivals arrivals_new(const struct crowd *c, bool publishers_only, int messages)
{
    size_t n = (size_t)messages;
    struct arrivals a = {.crowd = c, .messages = messages};
    a.publishers_only = publishers_only;
    a.room = n * (size_t)(publishers_only ? c->publishers : c->members);
    a.heard = allocate((size_t)c->members, sizeof *a.heard);
    a.sent = allocate(n, sizeof *a.sent);
    a.first = allocate(n, sizeof *a.first);
    a.last = allocate(n, sizeof *a.last);
    a.all = allocate(a.room, sizeof *a.all);
    for (size_t i = 0; i < n; i++) a.first[i] = a.last[i] = -1;
    return a;
}

static void arrivals_free(struct arrivals *a)
{
    free(a->heard);
    free(a->sent);
    free(a->first);
    free(a->last);
    free(a->all);
}

/* The publishers speak in turn, one message every so often, whatever became of the one before. */
static void pace(struct crowd *c, struct arrivals *a, int per_second)
{
    int64_t next = now_ns(), step = INT64_C(1000000000) / per_second;
    for (int k = 0; k < a->messages && !c->lost; k++, next += step) {
        int64_t now;
        while ((now = now_ns()) < next && !c->lost) crowd_turn(c, (int)((next - now) / MS));
        a->sent[k] = now_ns();
        crowd_speak(c, k % c->publishers, 1);
    }
    drain(c, 10 * DRAIN_MS);
}

static struct arrivals hear_paced(struct session *s, bool publishers_only, int per_second,
                                  int seconds)
{
    struct crowd *c = &s->crowd;
    struct arrivals a = arrivals_new(c, publishers_only, per_second * seconds);
    crowd_settle(c);
    c->real = true;
    c->on_hear = note_arrivals;
    c->context = &a;
    if (s->stage->size == FLOODED) crowd_shout(c);
    pace(c, &a, per_second);
    if (s->stage->size == FLOODED) crowd_hush(c);
    c->on_hear = NULL;
    c->context = NULL;
    c->real = false;
    return a;
}

static void measure_latency(struct session *s)
{
    struct arrivals a = hear_paced(s, false, 20, s->plan->paced_s);
    size_t n = (size_t)a.messages;
    if (!s->crowd.lost && a.count > 0) {
        results_add(FIRST, s->peer, quantile(a.first, n, 0.5));
        results_add(LAST, s->peer, quantile(a.last, n, 0.5));
        results_add(MEDIAN, s->peer, quantile(a.all, a.count, 0.5));
        results_add(P99, s->peer, quantile(a.all, a.count, 0.99));
    }
    arrivals_free(&a);
}

/* A conversation is under way when everybody in it has spoken before. */
static void measure_conversation(struct session *s, enum column median, enum column p99)
{
    for (int i = 0; i < s->crowd.publishers; i++) crowd_speak(&s->crowd, i, 1);
    drain(&s->crowd, 10 * DRAIN_MS);
    struct arrivals a = hear_paced(s, true, 10, s->plan->talk_s);
    if (!s->crowd.lost && a.count > 0) {
        results_add(median, s->peer, quantile(a.all, a.count, 0.5));
        results_add(p99, s->peer, quantile(a.all, a.count, 0.99));
    }
    arrivals_free(&a);
}

/* So much is said that those who read nothing have no room for more. */
static void deafen(struct crowd *c)
{
    crowd_deafen(c, DEAF);
    while (!c->lost && c->spoken < DEAFENING) {
        refill(c, 1, WINDOW);
        crowd_turn(c, 0);
    }
    drain(c, 10 * DRAIN_MS);
}

static void measure_company(struct session *s)
{
    struct crowd *c = &s->crowd;
    enum column company = (enum column)(s->stage->size - ALONE);
    c->forgiving = true;
    if (s->stage->size == CROWDED) deafen(c);
    measure_conversation(s, COMPANY_MEDIAN + company, COMPANY_P99 + company);
    results_add(COMPANY_HARMED + company, s->peer, crowd_harmed(c));
    results_add(COMPANY_MEMORY + company, s->peer, (double)(server_memory(&s->server) - s->memory));
}

/* -- stages -- */

static void measure_joins(struct session *s, const struct meter *a)
{
    double members = s->crowd.members;
    double seconds = (double)(s->crowd.all_joined - a->time) / 1e9;
    double cpu = (double)(server_cpu_ns(&s->server) - a->cpu) / 1e3;
    if (s->stage->size == AT_1000) {
        results_add(JOIN_RATE_1000, s->peer, members / seconds);
        results_add(JOIN_CPU_1000, s->peer, cpu / members);
    }
    if (s->stage->size != AT_5000) return;
    results_add(JOIN_RATE_5000, s->peer, members / seconds);
    results_add(JOIN_CPU_5000, s->peer, cpu / members);
    results_add(MEMORY, s->peer, (double)(server_memory(&s->server) - s->memory) / members);
}

static void measure_stage(struct session *s)
{
    static const struct load many = {MANY, WINDOW, RATE_MANY, CPU_MANY, WORK_MANY};
    static const struct load one = {1, 1, RATE_ONE, CPU_ONE, WORK_ONE};
    if (s->stage->size > AT_MOST) {
        measure_company(s);
        return;
    }
    if (s->stage->size == AT_MOST) {
        measure_conversation(s, TALK_MEDIAN, TALK_P99);
        return;
    }
    if (s->stage->size == AT_1000) measure_latency(s);
    if (s->stage->size == AT_1000 && s->peer == PEER_KLATCHD) measure_scraping(s);
    if (s->stage->size == AT_100) measure_load(s, &one);
    if (s->stage->size == AT_100) measure_load(s, &many);
    measure_one_publisher(s);
}

static void run_session(struct session *s)
{
    struct crowd *c = &s->crowd;
    struct meter began = read_meter(s);
    s->memory = server_memory(&s->server);
    bool ok = crowd_join(c, &peers[s->peer], s->server.port, s->stage->members,
                         s->stage->publishers, s->stage->size >= AT_MOST);
    if (ok) {
        crowd_settle(c);
        measure_joins(s, &began);
        crowd_linger(c, peers[s->peer].settle);
    }
    if (ok && crowd_learn(c)) measure_stage(s);
}

enum start figures_measure(const struct plan *plan, const struct stage *stage, size_t peer)
{
    struct session s = {.plan = plan, .stage = stage, .peer = peer};
    enum start result = server_start(&s.server, &peers[peer], &plan->places);
    if (result != START_OK) return result;
    run_session(&s);
    server_stop(&s.server);
    crowd_free(&s.crowd);
    return s.crowd.lost ? START_FAILED : START_OK;
}
