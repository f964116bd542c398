/* shutdown: closes the server: announces a countdown to all clients, then disconnects them. */
#ifndef SERVER_SHUTDOWN_H
#define SERVER_SHUTDOWN_H

#include "server/net/acceptor.h"
#include "server/net/connections.h"
#include "server/room/room.h"

#include <stdbool.h>
#include <stdint.h>

/* The announcement to clients, and the log line. */
#define SHUTDOWN_NOTICE(seconds) PACKET_COUNTDOWN seconds PACKET_COUNTDOWN_SECONDS
#define SHUTDOWN_BEGINS(seconds) "closing in " seconds " seconds"

struct countdown {
    bool running;
    int left;     /* the seconds to announce next */
    int64_t next; /* milliseconds: when to announce them */
};

/* Starts a countdown at `seconds`; the first announcement is due now. `now` is in milliseconds. */
void countdown_start(struct countdown *c, int seconds, int64_t now);

/* Whether an announcement is due. Then sets *ret_left to the seconds left; at 0, the countdown is
 * over. If it is late, skips seconds. */
bool countdown_due(struct countdown *c, int64_t now, int *ret_left);

/* All zero: the server is open. */
struct shutdown {
    struct countdown countdown;
    int seconds;    /* at which the countdown starts */
    bool requested; /* a shutdown was requested: accept no connections */
    bool finishing; /* the countdown is over: disconnect clients when they have received everything
                     */
    bool done;      /* exit without waiting for clients */
};

/* Requests a shutdown after a countdown of this many seconds; without a countdown if no client is
 * connected, or at the second request. The third request does not wait for clients. shutdown_tick
 * does the work. */
void shutdown_request(struct shutdown *s, int seconds, bool has_clients, int64_t now);

/* Does what is due: closes the listener, announces the seconds, disconnects all clients. */
void shutdown_tick(struct shutdown *s, struct conn_table *conns, struct room *room,
                   struct acceptor *acceptor, int64_t now);

/* Notes that no client is connected: then a requested shutdown is done. */
void shutdown_note_empty(struct shutdown *s);

/* Returns when shutdown_tick has something to do, in milliseconds; 0: never. */
int64_t shutdown_deadline(const struct shutdown *s);

#endif
