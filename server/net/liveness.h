/* liveness: whether a peer reads what it is sent, and whether its system is still there; tcp(7).
 * The kernel always knows about the peer of a unix socket. */
#ifndef SERVER_NET_LIVENESS_H
#define SERVER_NET_LIVENESS_H

#include <stdbool.h>
#include <stdint.h>

struct liveness {
    uint64_t acked;      /* changes whenever the peer has received something */
    bool unacked;        /* the peer has not received everything yet */
    bool expects_answer; /* the peer's system should have answered by now, if it is there */
    int64_t silent_ms;   /* since its system sent anything; 0 for a unix socket */
};

/* Makes the kernel notice within a minute that an idle peer has vanished. Applies to a TCP socket,
 * and to sockets accepted from it. */
void liveness_enable_keepalive(int fd);

/* Queries the kernel about a connected stream socket: TCP_INFO. */
struct liveness liveness_query(int fd);

/* Sets the keepalive interval: if urgent, an idle peer is probed now and every 6 seconds, and an
 * answering one each second; else each half a minute. */
void liveness_set_interval(int fd, bool urgently);

#endif
