/* slots: where a connection is found by the number the kernel hands back with its events. A number
 * is a slot and the connection's own number, so that an event for one that is gone finds nobody. */
#ifndef SERVER_NET_CONNECTIONS_H
#define SERVER_NET_CONNECTIONS_H

#include "server/net/connection.h"

struct slots {
    struct conn **conns; /* NULL: free */
    uint32_t *unused;    /* the free ones, a stack */
    uint32_t size, used;
    uint32_t last; /* the number given last */
};

/* Numbers that stand for no connection: 1 up for the listening sockets, and for what
 * belongs to a service. */
enum { SLOTS_SIGNALS = 1000, SLOTS_STATS = 2000, SLOTS_CONTROL = 3000 };

/* Makes a connection of the socket. NULL without memory: the socket is closed. */
struct conn *slots_add(struct slots *s, int fd, struct room *room,
                       const struct admission_grant *guest);

/* Frees the connection, whose slot may be given away again. */
void slots_remove(struct slots *s, struct conn *c);

/* The id of a connection. */
uint64_t slots_id(const struct conn *c);

/* The id of what is no connection, `special` being 1 up. */
uint64_t slots_special(size_t special);

/* Who an id stands for, or NULL; *ret_special is then what it stands for, or 0. */
struct conn *slots_find(const struct slots *s, uint64_t id, size_t *ret_special);

/* Frees everything, connections included. */
void slots_free(struct slots *s);

#endif
