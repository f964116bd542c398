#include "server/admin/metrics.h"

#include "common/address.h"
#include "common/version.h"
#include "server/admin/http.h"
#include "server/net/ip.h"
#include "server/system/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

enum { LAG_AGE = 1000 }; /* milliseconds until the lag is measured again, over all members */

struct text {
    char *to;
    size_t n, room;
};

__attribute__((format(printf, 2, 3))) static void append(struct text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(t->to + t->n, t->room - t->n, format, args);
    va_end(args);
    size_t left = t->room - t->n - 1;
    if (n > 0) t->n += (size_t)n < left ? (size_t)n : left;
}

/* -- Prometheus -- */

static void describe(struct text *t, const char *name, const char *type, const char *help)
{
    append(t, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* Prometheus expects seconds. */
static void add_seconds(struct text *t, const char *name, uint64_t us)
{
    append(t, "%s %ju.%06ju\n", name, (uintmax_t)(us / 1000000), (uintmax_t)(us % 1000000));
}

struct row {
    const char *name, *type, *help;
    uint64_t value;
};

static void add_rows(struct text *t, const struct row *rows, size_t n)
{
    for (const struct row *row = rows; row < rows + n; row++) {
        describe(t, row->name, row->type, row->help);
        append(t, "%s %ju\n", row->name, (uintmax_t)row->value);
    }
}

static void add_numbers(struct text *t, const struct metrics_snapshot *s)
{
    const struct counters *counters = s->counters;
    const struct row rows[] = {
        {"klatch_members", "gauge", "Members in the room.", s->members},
        {"klatch_connections", "gauge", "Connections, with and without a nickname.",
         s->connections},
        {"klatch_bans", "gauge", "Banned networks.", s->bans},
        {"klatch_accepted_total", "counter", "Accepted connections.", counters->accepted},
        {"klatch_messages_total", "counter", "Messages that members sent.", counters->messages},
        {"klatch_deliveries_total", "counter",
         "Messages and notices sent to members, counted for each member.", counters->deliveries},
        {"klatch_bytes_in_total", "counter", "Bytes received from clients.", counters->bytes_in},
        {"klatch_bytes_out_total", "counter", "Bytes sent to clients.", counters->bytes_out},
        {"klatch_ring_bytes", "gauge", "Size of the message buffer.", s->ring_size},
        {"klatch_ring_used_bytes", "gauge", "Bytes of the message buffer in use.", s->ring_used},
        {"klatch_ring_lag_bytes", "gauge",
         "Bytes that the slowest member is behind; at most a second old.", s->ring_lag},
        {"klatch_journal_lost_lines_total", "counter",
         "Lines that could not be written to the journal.", s->journal_lost},
        {"klatch_journal_late_lines_total", "counter",
         "Lines that members received before they were in the journal.", s->journal_late},
        {"klatch_journal_unsafe_lines_total", "counter",
         "Lines that may be lost because a sync of the journal failed.", s->journal_unsafe},
        {"process_start_time_seconds", "gauge", "Start time of the server in seconds since 1970.",
         (uint64_t)s->started},
    };
    add_rows(t, rows, sizeof rows / sizeof *rows);
}

static void add_rejected(struct text *t, const struct counters *counters)
{
    static const char name[] = "klatch_refusals_total";
    describe(t, name, "counter", "Refused connections and requests, by reason.");
    for (enum reject_reason r = REJECT_NONE + 1; r < REJECT_REASONS; r++)
        append(t, "%s{reason=\"%s\"} %ju\n", name, reject_reason_name(r),
               (uintmax_t)counters->rejected[r]);
}

static void add_iterations(struct text *t, const struct counters *counters)
{
    static const char name[] = "klatch_turn_seconds";
    uint64_t count = 0;
    describe(t, name, "histogram",
             "Duration of the iterations of the event loop, without waiting.");
    for (int i = 0; i < COUNTERS_BOUNDS; i++) {
        count += counters->iterations[i];
        append(t, "%s_bucket{le=\"%g\"} %ju\n", name, (double)counters_bounds[i] / 1e6,
               (uintmax_t)count);
    }
    count += counters->iterations[COUNTERS_BOUNDS];
    append(t, "%s_bucket{le=\"+Inf\"} %ju\n", name, (uintmax_t)count);
    add_seconds(t, "klatch_turn_seconds_sum", counters->iteration_us);
    append(t, "%s_count %ju\n", name, (uintmax_t)count);
    describe(t, "klatch_longest_turn_seconds", "gauge", "Duration of the longest iteration.");
    add_seconds(t, "klatch_longest_turn_seconds", counters->longest_iteration_us);
}

size_t metrics_format(char to[static METRICS_SIZE], const struct metrics_snapshot *s)
{
    struct text t = {to, 0, METRICS_SIZE};
    add_numbers(&t, s);
    add_rejected(&t, s->counters);
    add_iterations(&t, s->counters);
    describe(&t, "klatch_build_info", "gauge", "Version of the server; always 1.");
    append(&t, "klatch_build_info{version=\"" KLATCH_VERSION "\"} 1\n");
    return t.n;
}

/* -- the log -- */

void metrics_format_traffic(char line[static METRICS_LINE], const struct metrics_snapshot *s)
{
    const struct counters *counters = s->counters;
    struct text t = {line, 0, METRICS_LINE};
    const char *between = ": ";
    append(&t,
           METRICS_NAME
           ": %ju members, %ju connections; %ju messages in, %ju deliveries out; %ju bytes "
           "in, %ju out; %ju refusals",
           (uintmax_t)s->members, (uintmax_t)s->connections, (uintmax_t)counters->messages,
           (uintmax_t)counters->deliveries, (uintmax_t)counters->bytes_in,
           (uintmax_t)counters->bytes_out, (uintmax_t)counters_rejected(counters));
    for (enum reject_reason r = REJECT_NONE + 1; r < REJECT_REASONS; r++) {
        if (counters->rejected[r] == 0) continue;
        append(&t, "%s%s %ju", between, reject_reason_name(r), (uintmax_t)counters->rejected[r]);
        between = ", ";
    }
}

void metrics_format_health(char line[static METRICS_LINE], const struct metrics_snapshot *s)
{
    const struct counters *counters = s->counters;
    uint64_t iterations = counters_iterations(counters);
    struct text t = {line, 0, METRICS_LINE};
    append(&t,
           METRICS_NAME ": " METRICS_RING("%ju", "%ju") ", " METRICS_LAG(
               "%ju") "; " METRICS_ITERATIONS("%ju", "%ju", "%ju") "; %ju " METRICS_MISSING
                                                                   "; %ju bans",
           (uintmax_t)s->ring_used, (uintmax_t)s->ring_size, (uintmax_t)s->ring_lag,
           (uintmax_t)iterations,
           (uintmax_t)(iterations > 0 ? counters->iteration_us / iterations : 0),
           (uintmax_t)counters->longest_iteration_us, (uintmax_t)s->journal_lost,
           (uintmax_t)s->bans);
}

/* -- the endpoint -- */

static void warn_if_public(const struct listener *l)
{
    struct ip ip;
    for (size_t i = 0; i < l->count; i++)
        if (ip_of_socket(l->fds[i], &ip) && !ip.is_local) {
            log_event(METRICS_NAME ": " METRICS_PUBLIC);
            return;
        }
}

bool metrics_open(struct metrics *m, const char *where)
{
    struct listener *l = &m->endpoint.listener;
    struct address address;
    bool ok = !address_parse(&address, where, NULL) && listener_open(l, METRICS_NAME, &address, 1);
    if (!ok) return false;
    endpoint_defer_silent(&m->endpoint);
    warn_if_public(l);
    return true;
}

static void measure_lag(struct metrics *m, int64_t now)
{
    const struct room *room = m->room;
    uint64_t min = room->ring.head.pos;
    if (m->lag_at > 0 && now < m->lag_at + LAG_AGE) return;
    for (size_t i = 0; i < room->count; i++)
        if (room->members[i]->cursor.pos < min) min = room->members[i]->cursor.pos;
    m->max_lag = room->ring.head.pos - min;
    m->lag_at = now;
}

static struct metrics_snapshot take_snapshot(struct metrics *m, int64_t now)
{
    const struct ring *ring = &m->room->ring;
    measure_lag(m, now);
    return (struct metrics_snapshot){
        .counters = m->counters,
        .members = m->room->count,
        .connections = m->conns->used,
        .bans = m->bans->count,
        .ring_size = ring->size,
        .ring_used = ring->head.pos - ring->tail.pos,
        .ring_lag = m->max_lag,
        .journal_lost = m->journal->lost + m->journal->missing,
        .journal_late = m->journal->late,
        .journal_unsafe = m->journal->unsafe,
        .started = m->started,
    };
}

static size_t answer_scrape(void *context, struct request *r, int64_t now)
{
    static char text[METRICS_SIZE];
    enum http_status status = http_check(r->input, r->n);
    size_t n = 0;
    if (status == HTTP_OK) {
        const struct metrics_snapshot snapshot = take_snapshot(context, now);
        n = metrics_format(text, &snapshot);
    }
    return http_format(r->output, sizeof r->output, status, (struct span){text, n});
}

bool metrics_start(struct metrics *m, const struct poller *poller)
{
    static const struct endpoint_ops ops = {METRICS_NAME, http_is_complete, answer_scrape};
    m->started = time(NULL);
    return endpoint_start(&m->endpoint, &ops, m, poller, POLLER_METRICS);
}

void metrics_log(struct metrics *m, int64_t now)
{
    char line[METRICS_LINE];
    const struct metrics_snapshot snapshot = take_snapshot(m, now);
    metrics_format_traffic(line, &snapshot);
    log_event("%s", line);
    metrics_format_health(line, &snapshot);
    log_event("%s", line);
}
