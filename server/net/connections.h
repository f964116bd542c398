/* connections: all connections: each by the id that the kernel hands back with its events, those
 * with something to do now, and the timer of each. An id is a slot and the connection's own number,
 * so that an event for one that is gone finds nobody. */
#ifndef SERVER_NET_CONNECTIONS_H
#define SERVER_NET_CONNECTIONS_H

#include "server/net/connection.h"
#include "server/net/deadlines.h"
#include "server/net/poller.h"

struct conn_table {
    struct conn **slots; /* NULL: free */
    uint32_t *unused;    /* the free slots, a stack */
    uint32_t size, used;
    uint32_t last_number;    /* the number given last */
    struct conn_list active; /* with something to do now */
    struct deadlines deadlines;
};

/* Nobody yet; the seconds are those of deadlines_init. */
void conn_table_init(struct conn_table *t, int nick_seconds, int stall_seconds);

/* Makes a connection of the socket. NULL without memory: the socket is closed. */
struct conn *conn_table_add(struct conn_table *t, int fd, struct room *room,
                            const struct admission_grant *grant);

/* Frees the connection, whose slot may be given away again. */
void conn_table_remove(struct conn_table *t, struct conn *c, int64_t now);

/* Returns the token under which a poller watches a connection. */
struct poller_token conn_token(const struct conn *c);

/* Returns the connection with this token, or NULL if it is gone. */
struct conn *conn_table_find(const struct conn_table *t, struct poller_token token);

/* Puts a connection behind the others that have something to do, if it is not there already. */
void conn_table_activate(struct conn_table *t, struct conn *c);

/* Takes a connection out of those that have something to do, if it is there. */
void conn_table_deactivate(struct conn_table *t, struct conn *c);

/* Sets the timer that conn_timer says, at a time in milliseconds: on, or anew where it is another
 * one or the peer has got on. */
void conn_table_update_timer(struct conn_table *t, struct conn *c, int64_t now);

/* Takes over new timeouts, and new rates that the limits have: every timer starts anew, at a time
 * in milliseconds, and every bucket is full. */
void conn_table_configure(struct conn_table *t, int nick_seconds, int stall_seconds, int64_t now);

/* Disconnects those that chose no nickname or did not finish a packet in time, reads those again
 * that had to pause, and checks some that may be gone, or that take nothing for `stall`
 * milliseconds, 0: however long. Those with something to do then are active. TIMER_CLOSE is not for
 * here. */
void conn_table_expire(struct conn_table *t, int64_t now, int64_t stall);

/* Frees everything, connections included. */
void conn_table_deinit(struct conn_table *t);

#endif
