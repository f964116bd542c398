/* metrics: PURE the server's figures as text: for Prometheus, in its text format 0.0.4
 * (prometheus.io/docs/instrumenting/exposition_formats), and for the log. */
#ifndef SERVER_ADMIN_METRICS_H
#define SERVER_ADMIN_METRICS_H

#include "server/base/counters.h"

#include <stddef.h>

enum {
    METRICS_SIZE = 14 * 1024 /* bytes: all of it, however large the numbers */,
    METRICS_LINE = 1536
};

/* What there is at a moment. */
struct metrics_snapshot {
    const struct counters *counters;
    uint64_t members, connections, bans;
    uint64_t ring_size, ring_used, ring_lag; /* bytes; the last: of the member furthest behind */
    uint64_t journal_lost;                   /* lines */
    int64_t started;                         /* seconds since 1970 */
};

/* Writes all figures, and returns how many bytes that are. */
size_t metrics_format(char to[static METRICS_SIZE], const struct metrics_snapshot *s);

/* Write a line for the log each: what was said and refused, and how the server fares. */
void metrics_format_traffic(char line[static METRICS_LINE], const struct metrics_snapshot *s);
void metrics_format_health(char line[static METRICS_LINE], const struct metrics_snapshot *s);

#endif
