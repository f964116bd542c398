#include "tests/bench/measure.h"

#include "tests/bench/client_pool.h"
#include "tests/bench/clock.h"
#include "tests/bench/quantile.h"
#include "tests/bench/results.h"
#include "tests/bench/scraper.h"

#include <stdio.h>
#include <stdlib.h>

enum { WINDOW = 256, MANY = 16, WARM_MS = 100, DRAIN_MS = 1500 };
enum {
    SPEAKERS = 100,
    IDLE = 10000,
    STOPPED = 1000,
    ASKERS = 6000,
    BACKLOG = 4096 /* messages that fill the socket of a client */
};

const struct stage stages[STAGES] = {
    {10, 1, AT_10},
    {100, MANY, AT_100},
    {1000, 1, AT_1000},
    {5000, 1, AT_5000},
    {9800 + SPEAKERS, SPEAKERS, AT_MOST},
    {SPEAKERS, SPEAKERS, ALONE},
    {SPEAKERS + 1, SPEAKERS, FLOODED},
    {SPEAKERS + IDLE + STOPPED, SPEAKERS, BUSY},
    {SPEAKERS + ASKERS, SPEAKERS, ASKING},
};

struct session {
    const struct plan *plan;
    const struct stage *stage;
    size_t target;
    struct server server;
    struct client_pool pool;
    struct scraper scraper;
    int64_t memory; /* of the server without clients */
};

/* Resources used up to a moment, or between two moments. */
struct meter {
    int64_t time, cpu, work[COUNTERS];
    bool counted;
    double received; /* deliveries */
};

static struct meter read_meter(const struct session *s)
{
    const struct client_pool *pool = &s->pool;
    struct meter m = {.time = now_ns(), .cpu = server_cpu_ns(&s->server), .counted = true};
    for (int i = 0; i < COUNTERS; i++) {
        m.work[i] = server_instructions(&s->server, i);
        m.counted = m.counted && m.work[i] >= 0;
    }
    m.received = pool->wire_size ? (double)pool->received / (double)pool->wire_size : 0;
    return m;
}

static struct meter used_since(const struct session *s, const struct meter *began)
{
    struct meter m = read_meter(s);
    m.time -= began->time;
    m.cpu -= began->cpu;
    m.received -= began->received;
    for (int i = 0; i < COUNTERS; i++) m.work[i] -= began->work[i];
    return m;
}

/* -- throughput -- */

static void refill(struct client_pool *pool, int publishers, int window)
{
    int space = window - (int)client_pool_in_flight(pool);
    if (space < publishers) return;
    for (int i = 0; i < publishers; i++) client_pool_publish(pool, i, space / publishers);
}

static void drain(struct client_pool *pool, int ms)
{
    int64_t end = now_ns() + (int64_t)ms * MS;
    while (!pool->failed && client_pool_in_flight(pool) > 0 && now_ns() < end)
        client_pool_poll(pool, 0);
}

/* The load generator never sleeps: waking it would cost the server CPU time. */
static void pump(struct session *s, int publishers, int window, int ms)
{
    struct client_pool *pool = &s->pool;
    int64_t end = now_ns() + (int64_t)ms * MS;
    while (!pool->failed && now_ns() < end) {
        refill(pool, publishers, window);
        client_pool_poll(pool, 0);
        scraper_poll(&s->scraper);
    }
    drain(pool, DRAIN_MS);
}

struct load {
    int publishers, window;
    enum column rate, cpu, work;
};

/* Returns the resources used; all zero when the pool failed. */
static struct meter measure_load(struct session *s, const struct load *load)
{
    pump(s, load->publishers, load->window, WARM_MS);
    struct meter began = read_meter(s);
    pump(s, load->publishers, load->window, s->plan->load_ms);
    struct meter used = used_since(s, &began);
    if (s->pool.failed || used.received <= 0) return (struct meter){0};
    results_add(load->rate, s->target, used.received * 1e9 / (double)used.time);
    results_add(load->cpu, s->target, (double)used.cpu / used.received);
    if (used.counted)
        results_add(load->work, s->target,
                    (double)(used.work[USER] + used.work[KERNEL]) / used.received);
    return used;
}

static void measure_one_publisher(struct session *s)
{
    enum column at = (enum column)s->stage->size;
    struct load load = {1, WINDOW, RATE + at, CPU + at, WORK + at};
    struct meter used = measure_load(s, &load);
    if (used.counted)
        results_add(USER_WORK + at, s->target, (double)used.work[USER] / used.received);
}

/* -- throughput with and without scrapes of the statistics, alternately -- */

enum { TURNS = 8, SHARES = 3 };

/* Measures deliveries a second, CPU and instructions per delivery; -1: not counted. */
static bool measure_turn(struct session *s, bool scraped, double share[SHARES])
{
    if (scraped) scraper_start(&s->scraper, s->server.stats);
    struct meter began = read_meter(s);
    pump(s, 1, WINDOW, s->plan->load_ms);
    struct meter used = used_since(s, &began);
    if (s->pool.failed || used.received <= 0) return false;
    share[0] = used.received * 1e9 / (double)used.time;
    share[1] = (double)used.cpu / used.received;
    share[2] = used.counted ? (double)(used.work[USER] + used.work[KERNEL]) / used.received : -1;
    if (scraped)
        results_add(SCRAPED_ANSWERED, s->target,
                    (double)s->scraper.answered * 1e9 / (double)used.time);
    scraper_stop(&s->scraper);
    return true;
}

static void measure_scraping(struct session *s)
{
    double asked[SHARES][TURNS], ratio[SHARES][TURNS];
    for (int turn = 0; turn < TURNS; turn++) {
        double with[SHARES], without[SHARES];
        bool first = turn % 2; /* neither goes first every time */
        if (!measure_turn(s, first, first ? with : without) ||
            !measure_turn(s, !first, first ? without : with))
            return;
        for (int i = 0; i < SHARES; i++) {
            asked[i][turn] = with[i];
            ratio[i][turn] = with[i] < 0 ? -1 : with[i] / without[i];
        }
    }
    for (int i = 0; i < SHARES; i++) {
        results_add(SCRAPED_RATE + (enum column)i, s->target, quantile(asked[i], TURNS, 0.5));
        results_add(SCRAPED_TO_RATE + (enum column)i, s->target, quantile(ratio[i], TURNS, 0.5));
    }
}

/* -- latency -- */

/* Deliveries of paced messages, at the moment their mark arrives. The flood is not counted. */
struct deliveries {
    const struct client_pool *pool;
    uint64_t *received;   /* [who], messages */
    bool publishers_only; /* count only what publishers receive */
    int messages;
    int64_t *sent;        /* [message] */
    double *first, *last; /* [message], ns after it was sent */
    double *all;
    size_t count, room;
};

static void record_delivery(struct deliveries *a, uint64_t k, int64_t now)
{
    if (k >= (uint64_t)a->messages || a->count == a->room) return;
    double took = (double)(now - a->sent[k]);
    a->all[a->count++] = took;
    if (a->first[k] < 0) a->first[k] = took;
    a->last[k] = took;
}

static void record_deliveries(void *context, int who, uint64_t before, struct span more)
{
    struct deliveries *a = context;
    const struct client_pool *pool = a->pool;
    int64_t now = now_ns();
    if (a->publishers_only && !pool->clients[who].publisher) return;
    uint64_t message = (before + pool->wire_size - 1 - pool->mark) / pool->wire_size;
    for (uint64_t at; (at = message * pool->wire_size + pool->mark) < before + more.n; message++)
        if (more.p[at - before] != FLOOD_MARK) record_delivery(a, a->received[who]++, now);
}

static void *allocate(size_t n, size_t size)
{
    void *p = calloc(n, size);
    if (!p) abort();
    return p;
}

static struct deliveries deliveries_new(const struct client_pool *pool, bool publishers_only,
                                        int messages)
{
    size_t n = (size_t)messages;
    struct deliveries a = {.pool = pool, .messages = messages};
    a.publishers_only = publishers_only;
    a.room = n * (size_t)(publishers_only ? pool->publishers : pool->members);
    a.received = allocate((size_t)pool->members, sizeof *a.received);
    a.sent = allocate(n, sizeof *a.sent);
    a.first = allocate(n, sizeof *a.first);
    a.last = allocate(n, sizeof *a.last);
    a.all = allocate(a.room, sizeof *a.all);
    for (size_t i = 0; i < n; i++) a.first[i] = a.last[i] = -1;
    return a;
}

static void deliveries_free(struct deliveries *a)
{
    free(a->received);
    free(a->sent);
    free(a->first);
    free(a->last);
    free(a->all);
}

/* The publishers take turns at a fixed rate, whether or not the last message has arrived. */
static void pace(struct client_pool *pool, struct deliveries *a, int per_second)
{
    int64_t next = now_ns(), step = INT64_C(1000000000) / per_second;
    for (int k = 0; k < a->messages && !pool->failed; k++, next += step) {
        int64_t now;
        while ((now = now_ns()) < next && !pool->failed)
            client_pool_poll(pool, (int)((next - now) / MS));
        a->sent[k] = now_ns();
        client_pool_publish(pool, k % pool->publishers, 1);
    }
    drain(pool, 10 * DRAIN_MS);
}

static struct deliveries measure_paced(struct session *s, bool publishers_only, int per_second,
                                       int seconds)
{
    struct client_pool *pool = &s->pool;
    struct deliveries a = deliveries_new(pool, publishers_only, per_second * seconds);
    client_pool_settle(pool);
    pool->read_data = true;
    pool->on_receive = record_deliveries;
    pool->context = &a;
    if (s->stage->size == FLOODED) client_pool_flood_start(pool);
    if (s->stage->size == ASKING) client_pool_send_stopped(pool, target_who);
    pace(pool, &a, per_second);
    if (s->stage->size == FLOODED) client_pool_flood_stop(pool);
    pool->on_receive = NULL;
    pool->context = NULL;
    pool->read_data = false;
    return a;
}

static void measure_latency(struct session *s)
{
    struct deliveries a = measure_paced(s, false, 20, s->plan->paced_s);
    size_t n = (size_t)a.messages;
    if (!s->pool.failed && a.count > 0) {
        results_add(FIRST, s->target, quantile(a.first, n, 0.5));
        results_add(LAST, s->target, quantile(a.last, n, 0.5));
        results_add(MEDIAN, s->target, quantile(a.all, a.count, 0.5));
        results_add(P99, s->target, quantile(a.all, a.count, 0.99));
    }
    deliveries_free(&a);
}

/* Each publisher sends once before the measurement, as in a conversation under way. */
static void measure_conversation(struct session *s, enum column median, enum column p99)
{
    for (int i = 0; i < s->pool.publishers; i++) client_pool_publish(&s->pool, i, 1);
    drain(&s->pool, 10 * DRAIN_MS);
    struct deliveries a = measure_paced(s, true, 10, s->plan->talk_s);
    if (!s->pool.failed && a.count > 0) {
        results_add(median, s->target, quantile(a.all, a.count, 0.5));
        results_add(p99, s->target, quantile(a.all, a.count, 0.99));
    }
    deliveries_free(&a);
}

/* Makes members stop reading, and fills their sockets. */
static void stop_reading(struct client_pool *pool)
{
    client_pool_stop_reading(pool, STOPPED);
    while (!pool->failed && pool->published < BACKLOG) {
        refill(pool, 1, WINDOW);
        client_pool_poll(pool, 0);
    }
    drain(pool, 10 * DRAIN_MS);
}

static void measure_loaded(struct session *s)
{
    struct client_pool *pool = &s->pool;
    enum column loaded = (enum column)(s->stage->size - ALONE);
    pool->allow_drops = true;
    if (s->stage->size == BUSY) stop_reading(pool);
    if (s->stage->size == ASKING) client_pool_stop_reading(pool, ASKERS);
    measure_conversation(s, LOADED_MEDIAN + loaded, LOADED_P99 + loaded);
    results_add(LOADED_HARMED + loaded, s->target, client_pool_count_harmed(pool));
    results_add(LOADED_MEMORY + loaded, s->target, (double)(server_memory(&s->server) - s->memory));
}

/* -- stages -- */

static void measure_joins(struct session *s, const struct meter *a)
{
    double members = s->pool.members;
    double seconds = (double)(s->pool.all_joined - a->time) / 1e9;
    double cpu = (double)(server_cpu_ns(&s->server) - a->cpu) / 1e3;
    if (s->stage->size == AT_1000) {
        results_add(JOIN_RATE_1000, s->target, members / seconds);
        results_add(JOIN_CPU_1000, s->target, cpu / members);
    }
    if (s->stage->size != AT_5000) return;
    results_add(JOIN_RATE_5000, s->target, members / seconds);
    results_add(JOIN_CPU_5000, s->target, cpu / members);
    results_add(MEMORY, s->target, (double)(server_memory(&s->server) - s->memory) / members);
}

static void measure_stage(struct session *s)
{
    static const struct load many = {MANY, WINDOW, RATE_MANY, CPU_MANY, WORK_MANY};
    static const struct load one = {1, 1, RATE_ONE, CPU_ONE, WORK_ONE};
    if (s->stage->size > AT_MOST) {
        measure_loaded(s);
        return;
    }
    if (s->stage->size == AT_MOST) {
        measure_conversation(s, TALK_MEDIAN, TALK_P99);
        return;
    }
    if (s->stage->size == AT_1000) measure_latency(s);
    if (s->stage->size == AT_1000 && s->target == TARGET_KLATCHD) measure_scraping(s);
    if (s->stage->size == AT_100) measure_load(s, &one);
    if (s->stage->size == AT_100) measure_load(s, &many);
    measure_one_publisher(s);
}

static const struct target *target_of(const struct stage *stage, size_t target)
{
    return stage->size == ASKING ? &target_long_nicks : &targets[target];
}

static void run_session(struct session *s)
{
    struct client_pool *pool = &s->pool;
    const struct target *target = target_of(s->stage, s->target);
    struct meter began = read_meter(s);
    s->memory = server_memory(&s->server);
    bool ok = client_pool_join(pool, target, s->server.port, s->stage->members,
                               s->stage->publishers, s->stage->size >= AT_MOST);
    if (ok) {
        client_pool_settle(pool);
        measure_joins(s, &began);
        client_pool_poll_for(pool, target->settle_ms);
    }
    if (ok && client_pool_learn(pool)) measure_stage(s);
}

enum start measure_stage_once(const struct plan *plan, const struct stage *stage, size_t target)
{
    struct session s = {.plan = plan, .stage = stage, .target = target};
    enum start result = server_start(&s.server, target_of(stage, target), &plan->paths);
    if (result != START_OK) return result;
    run_session(&s);
    server_stop(&s.server);
    client_pool_free(&s.pool);
    return s.pool.failed ? START_FAILED : START_OK;
}
