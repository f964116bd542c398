/* peers: all connections: those with something to do now, and what each of the others is waited
 * for. */
#ifndef SERVER_NET_PEERS_H
#define SERVER_NET_PEERS_H

#include "server/net/connections.h"
#include "server/net/deadlines.h"

struct peers {
    struct slots slots;      /* each by its id */
    struct conn_list active; /* with something to do now */
    struct deadlines waits;
};

/* Nobody yet; the seconds are those of deadlines_init. */
void peers_init(struct peers *p, int nick_seconds, int stall_seconds);

/* Has something to do, behind the others; nothing where it has already. */
void peers_activate(struct peers *p, struct conn *c);

/* Has nothing to do until something happens; nothing where it has nothing already. */
void peers_rest(struct peers *p, struct conn *c);

/* Waits for what conn_timer says, at a time in milliseconds: on, or anew where it is something else
 * or the peer has got on. */
void peers_keep_waiting(struct peers *p, struct conn *c, int64_t now);

/* New seconds, and new rates that their policies have: everybody begins anew, at a time in
 * milliseconds, with all its burst and the whole of its wait. */
void peers_change(struct peers *p, int nick_seconds, int stall_seconds, int64_t now);

/* Frees the connection. */
void peers_remove(struct peers *p, struct conn *c, int64_t now);

/* Frees everything, connections included. */
void peers_free(struct peers *p);

#endif
