#include "tests/bench/figures.h"

#include "tests/bench/clock.h"
#include "tests/bench/crowd.h"
#include "tests/bench/results.h"

#include <stdio.h>
#include <stdlib.h>

enum { WINDOW = 256, MANY = 16, WARM_MS = 100, DRAIN_MS = 1500, TALKERS = 100 };

const struct stage stages[STAGES] = {
    {10, 0, AT_10},
    {100, 0, AT_100},
    {1000, 0, AT_1000},
    {5000, 0, AT_5000},
    {9800 + TALKERS, TALKERS, AT_MOST},
};

struct session {
    const struct plan *plan;
    const struct stage *stage;
    size_t peer;
    struct server server;
    struct crowd crowd;
};

/* What was used up to a moment. */
struct meter {
    int64_t time, cpu, work[COUNTERS];
    double heard; /* deliveries */
};

static struct meter read_meter(const struct session *s)
{
    struct meter m = {now_ns(), server_cpu_ns(&s->server), {0}, 0};
    for (int i = 0; i < COUNTERS; i++) m.work[i] = server_instructions(&s->server, i);
    m.heard = s->crowd.wire ? (double)s->crowd.heard / (double)s->crowd.wire : 0;
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

static void pump(struct crowd *c, int publishers, int window, int ms)
{
    int64_t end = now_ns() + (int64_t)ms * MS;
    while (!c->lost && now_ns() < end) {
        refill(c, publishers, window);
        crowd_turn(c, 0);
    }
    drain(c, DRAIN_MS);
}

struct load {
    int publishers, window;
    enum column rate, cpu, user, kernel;
};

static void measure_load(struct session *s, struct load load)
{
    pump(&s->crowd, load.publishers, load.window, WARM_MS);
    struct meter a = read_meter(s);
    pump(&s->crowd, load.publishers, load.window, s->plan->load_ms);
    struct meter b = read_meter(s);
    double heard = b.heard - a.heard;
    if (s->crowd.lost || heard <= 0) return;
    results_add(load.rate, s->peer, heard * 1e9 / (double)(b.time - a.time));
    results_add(load.cpu, s->peer, (double)(b.cpu - a.cpu) / heard);
    if (a.work[USER] < 0 || a.work[KERNEL] < 0) return;
    double user = (double)(b.work[USER] - a.work[USER]) / heard;
    double kernel = (double)(b.work[KERNEL] - a.work[KERNEL]) / heard;
    if (load.user == load.kernel) {
        results_add(load.user, s->peer, user + kernel);
    } else {
        results_add(load.user, s->peer, user);
        results_add(load.kernel, s->peer, kernel);
    }
}

static void measure_one_publisher(struct session *s)
{
    enum column at = (enum column)s->stage->size;
    measure_load(s,
                 (struct load){1, WINDOW, RATE + at, CPU + at, USER_WORK + at, KERNEL_WORK + at});
}

/* -- how long it takes -- */

/* Arrivals of paced messages: the k-th message is complete at a client with its (k * wire)-th byte.
 */
struct arrivals {
    uint64_t wire;
    int listeners; /* the first so many members count */
    int messages;
    int64_t *sent;        /* [message] */
    double *first, *last; /* [message], after it was sent */
    double *all;
    size_t count, room;
};

static void note_arrival(void *context, int who, uint64_t before, uint64_t after)
{
    struct arrivals *a = context;
    int64_t now = now_ns();
    if (who >= a->listeners) return;
    for (uint64_t k = before / a->wire; k < after / a->wire; k++) {
        if (k >= (uint64_t)a->messages || a->count == a->room) return;
        double took = (double)(now - a->sent[k]);
        a->all[a->count++] = took;
        if (a->first[k] < 0) a->first[k] = took;
        a->last[k] = took;
    }
}

static void *allocate(size_t n, size_t size)
{
    void *p = calloc(n, size);
    if (!p) abort();
    return p;
}

static struct arrivals arrivals_new(const struct crowd *c, int listeners, int messages)
{
    size_t n = (size_t)messages;
    struct arrivals a = {.wire = c->wire, .listeners = listeners, .messages = messages};
    a.room = n * (size_t)listeners;
    a.sent = allocate(n, sizeof *a.sent);
    a.first = allocate(n, sizeof *a.first);
    a.last = allocate(n, sizeof *a.last);
    a.all = allocate(a.room, sizeof *a.all);
    for (size_t i = 0; i < n; i++) a.first[i] = a.last[i] = -1;
    return a;
}

static void arrivals_free(struct arrivals *a)
{
    free(a->sent);
    free(a->first);
    free(a->last);
    free(a->all);
}

/* The publishers speak in turn, one message every so often, whatever became of the one before. */
static void pace(struct crowd *c, struct arrivals *a, int publishers, int per_second)
{
    int64_t next = now_ns(), step = INT64_C(1000000000) / per_second;
    for (int k = 0; k < a->messages && !c->lost; k++, next += step) {
        int64_t now;
        while ((now = now_ns()) < next && !c->lost) crowd_turn(c, (int)((next - now) / MS));
        a->sent[k] = now_ns();
        crowd_speak(c, k % publishers, 1);
    }
    drain(c, 10 * DRAIN_MS);
}

static struct arrivals hear_paced(struct session *s, int listeners, int publishers, int per_second,
                                  int seconds)
{
    struct crowd *c = &s->crowd;
    struct arrivals a = arrivals_new(c, listeners, per_second * seconds);
    crowd_settle(c);
    c->real = true;
    c->on_hear = note_arrival;
    c->context = &a;
    pace(c, &a, publishers, per_second);
    c->on_hear = NULL;
    c->real = false;
    return a;
}

static void measure_latency(struct session *s)
{
    struct arrivals a = hear_paced(s, s->crowd.members, 1, 20, s->plan->paced_s);
    size_t n = (size_t)a.messages;
    if (!s->crowd.lost && a.count > 0) {
        results_add(FIRST, s->peer, quantile(a.first, n, 0.5));
        results_add(LAST, s->peer, quantile(a.last, n, 0.5));
        results_add(MEDIAN, s->peer, quantile(a.all, a.count, 0.5));
        results_add(P99, s->peer, quantile(a.all, a.count, 0.99));
    }
    arrivals_free(&a);
}

static void measure_conversation(struct session *s)
{
    struct arrivals a = hear_paced(s, TALKERS, TALKERS, 10, s->plan->talk_s);
    if (!s->crowd.lost && a.count > 0) {
        results_add(TALK_MEDIAN, s->peer, quantile(a.all, a.count, 0.5));
        results_add(TALK_P99, s->peer, quantile(a.all, a.count, 0.99));
    }
    arrivals_free(&a);
}

/* -- stages -- */

static void measure_joins(struct session *s, const struct meter *a, int64_t memory)
{
    double members = s->crowd.members;
    double seconds = (double)(s->crowd.last_heard - a->time) / 1e9;
    double cpu = (double)(server_cpu_ns(&s->server) - a->cpu) / 1e3;
    if (s->stage->size == AT_1000) {
        results_add(JOIN_RATE_1000, s->peer, members / seconds);
        results_add(JOIN_CPU_1000, s->peer, cpu / members);
    }
    if (s->stage->size != AT_5000) return;
    results_add(JOIN_RATE_5000, s->peer, members / seconds);
    results_add(JOIN_CPU_5000, s->peer, cpu / members);
    results_add(MEMORY, s->peer, (double)(server_memory(&s->server) - memory) / members);
}

static void measure_stage(struct session *s)
{
    static const struct load many = {MANY, WINDOW, RATE_MANY, CPU_MANY, WORK_MANY, WORK_MANY};
    static const struct load one = {1, 1, RATE_ONE, CPU_ONE, WORK_ONE, WORK_ONE};
    if (s->stage->size == AT_MOST) {
        measure_conversation(s);
        return;
    }
    if (s->stage->size == AT_1000) measure_latency(s);
    if (s->stage->size == AT_100) measure_load(s, one);
    if (s->stage->size == AT_100) measure_load(s, many);
    measure_one_publisher(s);
}

static void run_session(struct session *s)
{
    struct crowd *c = &s->crowd;
    int publishers = s->stage->talkers ? s->stage->talkers : s->stage->size == AT_100 ? MANY : 1;
    struct meter began = read_meter(s);
    int64_t memory = server_memory(&s->server);
    bool ok = crowd_join(c, &peers[s->peer], s->server.port, s->stage->members, publishers,
                         s->stage->talkers);
    if (ok) {
        crowd_settle(c);
        measure_joins(s, &began, memory);
        crowd_quiet(c, peers[s->peer].settle);
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
