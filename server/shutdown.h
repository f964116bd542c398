/* shutdown: the end of the server: a countdown, which all clients are told, then a goodbye. */
#ifndef SERVER_SHUTDOWN_H
#define SERVER_SHUTDOWN_H

#include "server/net/connections.h"
#include "server/net/listener.h"
#include "server/room/room.h"

#include <stdbool.h>
#include <stdint.h>

/* What clients are told, and the log. */
#define SHUTDOWN_NOTICE(seconds) PACKET_COUNTDOWN seconds PACKET_COUNTDOWN_SECONDS
#define SHUTDOWN_BEGINS(seconds) "closing in " seconds " seconds"

struct countdown {
    bool running;
    int left;     /* the seconds to announce next */
    int64_t next; /* milliseconds: when to announce them */
};

/* Starts at `seconds`, which are due at once. `now` is in milliseconds. */
void countdown_start(struct countdown *c, int seconds, int64_t now);

/* Whether an announcement is due. Then *ret_left is the seconds that are left; at 0 the countdown
 * is over. Skips the seconds that it is late for. */
bool countdown_due(struct countdown *c, int64_t now, int *ret_left);

/* All zero: the server is open. */
struct shutdown {
    struct countdown countdown;
    int seconds;    /* at which the countdown starts */
    bool requested; /* no connection is accepted any more */
    bool finishing; /* all clients are disconnected once they have what they are sent */
    bool done;      /* the server exits without waiting for clients */
};

/* Requests the end, after a countdown of so many seconds; without one if no client is connected, or
 * at the second request. The third one does not wait for clients. shutdown_tick does the work. */
void shutdown_request(struct shutdown *s, int seconds, bool has_clients, int64_t now);

/* Closes the listener, announces the seconds, or disconnects all clients, as far as that is due. */
void shutdown_tick(struct shutdown *s, struct conn_table *conns, struct room *room,
                   struct listener *listener, int64_t now);

/* Notes that no client is connected any more: a requested end is done. */
void shutdown_note_empty(struct shutdown *s);

/* Returns when shutdown_tick has something to do, in milliseconds; 0: never. */
int64_t shutdown_deadline(const struct shutdown *s);

#endif
