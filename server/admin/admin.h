/* admin: what an administrator sees of the room and does to it: the statistics, on demand or on a
 * socket, and the orders of the control socket. */
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

/* What it looks at and acts upon, all of it the loop's. */
struct premises {
    struct room *room;
    struct conn_table *conns;
    struct acceptor *acceptor;
    struct shutdown *shutdown;
    const struct journal *journal;
    const struct options *options;
    int epoll;
};

/* All zero: neither socket is open. */
struct admin {
    struct premises at;
    struct endpoint metrics, control;
    int64_t now;            /* milliseconds */
    int64_t started;        /* seconds since 1970 */
    uint64_t max_lag;       /* of the member furthest behind, */
    int64_t lag_at;         /* and when that was looked for; 0: never */
    bool sweeping;          /* looks for those who are banned, */
    uint32_t sweep_slot;    /* of the slots up to here, */
    unsigned sweep_matches; /* and so many were */
};

/* Opens the sockets that the options ask for. False after one line on standard error. */
bool admin_open(struct admin *a, const struct options *options);

/* Starts to serve them. False with errno set. */
bool admin_start(struct admin *a, const struct premises *at);

/* Takes care of an event, if its id is one of those sockets'. */
void admin_handle(struct admin *a, size_t special, int64_t now);

/* Ends what took too long, and goes on with what takes many turns. */
void admin_tick(struct admin *a, int64_t now);

/* When it has something to do by itself; 0: never. */
int64_t admin_deadline(const struct admin *a);

/* Logs the statistics. */
void admin_log_metrics(struct admin *a, int64_t now);

/* Closes the sockets; unix sockets' paths go. */
void admin_close(struct admin *a);

#endif
