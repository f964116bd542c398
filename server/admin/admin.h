/* admin: the endpoints for the metrics and for the administrator's commands. */
#ifndef SERVER_ADMIN_ADMIN_H
#define SERVER_ADMIN_ADMIN_H

#include "server/admin/control.h"
#include "server/admin/metrics.h"

/* All zero: both endpoints are closed. The caller sets their pointers before admin_start. */
struct admin {
    struct metrics metrics;
    struct control control;
};

/* Opens the sockets that the options ask for. Returns false after a line on standard error. */
bool admin_open(struct admin *a, const struct options *options);

/* Watches the sockets. Returns false with errno set. */
bool admin_start(struct admin *a, const struct poller *poller);

/* Handles an event of an endpoint. */
void admin_handle(struct admin *a, struct poller_token token, int64_t now);

/* Closes requests that took too long, and continues a sweep. */
void admin_tick(struct admin *a, int64_t now);

/* Returns when admin_tick has something to do, in milliseconds; 0: never. */
int64_t admin_deadline(const struct admin *a);

/* Closes the endpoints and removes the paths of their unix sockets. */
void admin_close(struct admin *a);

#endif
