/* metrics: serves the metrics in the Prometheus text format 0.0.4
 * (prometheus.io/docs/instrumenting/exposition_formats), and logs them. */
#ifndef SERVER_ADMIN_METRICS_H
#define SERVER_ADMIN_METRICS_H

#include "server/admin/endpoint.h"
#include "server/base/counters.h"
#include "server/net/bans.h"
#include "server/net/connections.h"
#include "server/room/room.h"
#include "server/store/journal.h"

enum {
    METRICS_SIZE = 14 * 1024, /* bytes of all metrics, with the largest numbers */
    METRICS_LINE = 1536,      /* bytes of a log line */
};

/* In the log. */
#define METRICS_NAME             "metrics"
#define METRICS_PUBLIC           "everybody who can reach this address can read them"
#define METRICS_RING(used, size) used " of " size " ring bytes used"
#define METRICS_LAG(n)           "slowest member " n " bytes behind"
#define METRICS_ITERATIONS(n, mean, longest)                                                       \
    n " iterations, average " mean " us, longest " longest " us"
#define METRICS_MISSING "lines are missing from the journal"

struct metrics_snapshot {
    const struct counters *counters;
    uint64_t members, connections, bans;
    uint64_t ring_size, ring_used; /* bytes */
    uint64_t ring_lag;             /* bytes that the slowest member is behind */
    uint64_t journal_lost, journal_late, journal_unsafe; /* lines */
    int64_t started;                                     /* seconds since 1970 */
};

/* Formats all metrics for Prometheus. Returns the length. */
size_t metrics_format(char to[static METRICS_SIZE], const struct metrics_snapshot *s);

/* Formats the log line of connections, messages and rejections. */
void metrics_format_traffic(char line[static METRICS_LINE], const struct metrics_snapshot *s);

/* Formats the log line of the ring, the event loop and the journal. */
void metrics_format_health(char line[static METRICS_LINE], const struct metrics_snapshot *s);

/* The caller sets the pointers before metrics_start; all else zero: closed. */
struct metrics {
    struct endpoint endpoint;
    const struct counters *counters;
    const struct room *room;
    const struct conn_table *conns;
    const struct bans *bans;
    const struct journal *journal;
    int64_t started;  /* seconds since 1970 */
    uint64_t max_lag; /* bytes that the slowest member was behind at lag_at */
    int64_t lag_at;   /* milliseconds; 0: never measured */
};

/* Opens unix:PATH or ADDRESS:PORT. Returns false after a line on standard error. */
bool metrics_open(struct metrics *m, const char *where);

/* Watches the sockets, if they are open. Returns false with errno set. */
bool metrics_start(struct metrics *m, const struct poller *poller);

/* Logs the metrics. */
void metrics_log(struct metrics *m, int64_t now);

#endif
