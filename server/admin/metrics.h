/* stats: PURE the server's figures as text: for Prometheus, in its text format 0.0.4
 * (prometheus.io/docs/instrumenting/exposition_formats), and for the log. */
#ifndef SERVER_ADMIN_METRICS_H
#define SERVER_ADMIN_METRICS_H

#include "server/base/counters.h"

#include <stddef.h>

enum {
    STATS_ROOM = 14 * 1024 /* bytes: all of it, however large the numbers */,
    STATS_LINE = 1536
};

/* What there is at a moment. */
struct figures {
    const struct counters *counters;
    uint64_t members, connections, bans;
    uint64_t ring_size, ring_used, ring_lag; /* bytes; the last: of the member furthest behind */
    uint64_t journal_lost;                   /* lines */
    int64_t started;                         /* seconds since 1970 */
};

/* Writes all figures, and returns how many bytes that are. */
size_t stats_write(char to[static STATS_ROOM], const struct figures *f);

/* Write a line for the log each: what was said and refused, and how the server fares. */
void stats_talk(char line[static STATS_LINE], const struct figures *f);
void stats_state(char line[static STATS_LINE], const struct figures *f);

#endif
