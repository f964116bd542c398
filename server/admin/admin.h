/* admin: the endpoints for the metrics and for the administrator's commands. */
#ifndef SERVER_ADMIN_ADMIN_H
#define SERVER_ADMIN_ADMIN_H

#include "server/admin/endpoint.h"
#include "server/admin/metrics.h"
#include "server/net/acceptor.h"
#include "server/net/connections.h"
#include "server/options.h"
#include "server/room/room.h"
#include "server/shutdown.h"
#include "server/store/journal.h"

/* What the endpoints read and change; the server owns all of it. */
struct premises {
    struct room *room;
    struct conn_table *conns;
    struct acceptor *acceptor;
    struct shutdown *shutdown;
    const struct journal *journal;
    const struct options *options;
    int epoll;
};

/* All zero: both endpoints are closed. */
struct admin {
    struct premises at;
    struct endpoint metrics, control;
    int64_t now;            /* milliseconds */
    int64_t started;        /* seconds since 1970 */
    uint64_t max_lag;       /* bytes that the slowest member was behind at lag_at */
    int64_t lag_at;         /* milliseconds; 0: never measured */
    bool sweeping;          /* disconnects clients from banned addresses */
    uint32_t sweep_slot;    /* the next slot to check */
    unsigned sweep_matches; /* clients disconnected in this sweep */
};

/* Opens the sockets that the options ask for. Returns false after a line on standard error. */
bool admin_open(struct admin *a, const struct options *options);

/* Adds the sockets to epoll. Returns false with errno set. */
bool admin_start(struct admin *a, const struct premises *at);

/* Handles an event, if its id belongs to an endpoint. */
void admin_handle(struct admin *a, size_t special, int64_t now);

/* Closes requests that took too long, and continues a sweep. */
void admin_tick(struct admin *a, int64_t now);

/* Returns when admin_tick has something to do, in milliseconds; 0: never. */
int64_t admin_deadline(const struct admin *a);

/* Logs the metrics. */
void admin_log_metrics(struct admin *a, int64_t now);

/* Closes the endpoints and removes the paths of their unix sockets. */
void admin_close(struct admin *a);

#endif
