/* liveness: whether a peer's system still takes what it is sent, and whether it is there at all.
 * The only file that speaks with tcp(7) about it; of a unix socket's peer the system always knows.
 */
#ifndef SERVER_NET_LIVENESS_H
#define SERVER_NET_LIVENESS_H

#include <stdbool.h>
#include <stdint.h>

struct liveness {
    uint64_t acked;      /* another number whenever the peer has taken something */
    bool unacked;        /* some of what was sent is not taken yet */
    bool expects_answer; /* something is on its way that a peer who is there would answer */
    int64_t silent_ms;   /* milliseconds since anything came from its system; 0 for a unix socket */
};

/* Lets the system notice within a minute that a quiet peer has vanished: of a TCP socket, and of
 * those that are accepted from it. */
void liveness_enable_keepalive(int fd);

/* Feels the pulse of a connected stream socket. */
struct liveness liveness_query(int fd);

/* Asks the peer's system every second whether it is there, with no bytes in it; or, as usual, when
 * half a minute was quiet. */
void liveness_set_interval(int fd, bool urgently);

#endif
