/* connections: the table of all connections, the list of those with something to do, and their
 * timers. */
#ifndef SERVER_NET_CONNECTIONS_H
#define SERVER_NET_CONNECTIONS_H

#include "server/net/connection.h"
#include "server/net/deadlines.h"
#include "server/net/poller.h"

struct conn_table {
    struct conn **slots; /* NULL: free */
    uint32_t *unused;    /* the free slots, a stack */
    uint32_t size, used; /* number of slots; of slots with a connection */
    uint32_t last_number;
    uint32_t displaced_slot;      /* the next one that conn_table_find_displaced checks */
    struct conn_queue active;     /* connections with something to do */
    struct conn_queue handshakes; /* the same, in CONN_HANDSHAKE */
    struct deadlines deadlines;
    const struct bans *bans;                /* the caller's */
    int64_t input_memory, input_memory_max; /* bytes for incomplete packets and unread bytes */
};

/* Starts empty, with the timeouts of deadlines_init and a limit in bytes of the memory for input.
 */
void conn_table_init(struct conn_table *t, int nick_seconds, int stall_seconds,
                     size_t input_memory);

/* Makes a connection of a socket, at a time in milliseconds, with a slot and a number. Returns NULL
 * if out of memory; then the socket is closed. */
struct conn *conn_table_add(struct conn_table *t, int fd, struct room *room,
                            const struct admission_grant *grant, int64_t now);

/* Frees a connection that is not active. Its slot may be used again, with another number. */
void conn_table_remove(struct conn_table *t, struct conn *c, int64_t now);

/* Returns the token under which a poller watches a connection. */
struct poller_token conn_token(const struct conn *c);

/* Returns the connection with this token; NULL if it was removed. */
struct conn *conn_table_find(const struct conn_table *t, struct poller_token token);

/* Returns the next connection from *slot on, and moves *slot behind it; NULL: there are no more.
 * Start with 0. */
struct conn *conn_table_next(const struct conn_table *t, uint32_t *slot);

/* Returns the connection of this network to disconnect when the server is full: a client without a
 * nickname, the oldest one; or else the member that has been idle for the longest time, at least
 * ADMISSION_IDLE_MS. Checks only some thousand connections, and others the next time. Returns NULL
 * if there is none. */
struct conn *conn_table_find_displaced(struct conn_table *t, const struct network *network,
                                       int64_t now);

/* Adds a connection to the end of the active ones, if it is not active. */
void conn_table_activate(struct conn_table *t, struct conn *c);

/* Removes the first active connection and returns it; there is one. */
struct conn *conn_table_take_active(struct conn_table *t);

/* Continues the handshake of TLS of the first connection that has input for it. Only of one,
 * because a step takes up to half a millisecond. */
void conn_table_handshake(struct conn_table *t, int64_t now);

/* Sets the timers of a connection that has changed, and counts the memory of its input. If all
 * input needs more memory than the limit, disconnects the clients with the oldest incomplete
 * packets: first clients without a nickname. */
void conn_table_update(struct conn_table *t, struct conn *c, int64_t now);

/* Whether half of the memory for input is in use; then the caller reads little at a time. */
bool conn_table_is_half_full(const struct conn_table *t);

/* Handles the expired timers of all kinds except TIMER_CLOSE and TIMER_CLOSED: disconnects clients
 * without a nickname or with half a packet; continues reading after a pause; disconnects clients
 * that are dead, or have read nothing for `stall` milliseconds, 0: no limit. */
void conn_table_expire(struct conn_table *t, int64_t now, int64_t stall);

/* Returns a connection to free: it is closed, or its TIMER_CLOSE has expired; NULL: there is none,
 * or it is still active. */
struct conn *conn_table_first_ended(const struct conn_table *t, int64_t now);

/* Closes the connections of clients that have received everything, even if they do not close. */
void conn_table_close_delivered(struct conn_table *t, int64_t now);

/* Return the first connection with TIMER_CLOSE, and the one after c; NULL: there is none. */
struct conn *conn_table_first_closing(const struct conn_table *t);
struct conn *conn_table_next_closing(const struct conn *c);

/* Applies new timeouts and limits, also those of the grants: restarts all timers and fills all
 * packet buckets. */
void conn_table_configure(struct conn_table *t, int nick_seconds, int stall_seconds,
                          size_t input_memory, int64_t now);

/* Frees everything, connections included. */
void conn_table_deinit(struct conn_table *t);

#endif
