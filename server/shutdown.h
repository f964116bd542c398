/* shutdown: how the room closes: the seconds told to everybody, then the goodbye. */
#ifndef SERVER_SHUTDOWN_H
#define SERVER_SHUTDOWN_H

#include "server/countdown.h"
#include "server/net/connections.h"
#include "server/net/listener.h"
#include "server/room/room.h"

#include <stdbool.h>

/* All zero but for the first three, which are the caller's: the room is open. */
struct shutdown {
    struct room *room;
    struct conn_table *conns;
    struct listener *listener;
    struct countdown countdown;
    bool finishing; /* all have been told to go, and get what they are owed */
    bool done;      /* nobody is waited for any more */
};

/* Asks for the end: newcomers are refused and so many seconds counted down, at a time in
 * milliseconds. Says goodbye now where nobody is there or it was asked before; asked once more, it
 * is done. */
void shutdown_request(struct shutdown *s, int seconds, int64_t now);

/* Tells the seconds that are due; says goodbye when there are none left. */
void shutdown_tick(struct shutdown *s, int64_t now);

/* Is done when the last peer has gone. */
void shutdown_check_done(struct shutdown *s);

/* When it has something to do; 0: it is not counting down. */
int64_t shutdown_deadline(const struct shutdown *s);

#endif
