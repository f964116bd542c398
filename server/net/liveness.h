/* pulse: whether a peer's system still takes what it is sent, and whether it is there at all. The
 * only file that speaks with tcp(7) about it; of a unix socket's peer the system always knows. */
#ifndef SERVER_NET_LIVENESS_H
#define SERVER_NET_LIVENESS_H

#include <stdbool.h>
#include <stdint.h>

struct pulse {
    uint64_t taken; /* another number whenever the peer has taken something */
    bool owed;      /* some of what was sent is not taken yet */
    bool waiting;   /* something is on its way that a peer who is there would answer */
    int64_t silent; /* milliseconds since anything came from its system; 0 for a unix socket */
};

/* Lets the system notice within a minute that a quiet peer has vanished: of a TCP socket, and of
 * those that are accepted from it. */
void pulse_keep(int fd);

/* Feels the pulse of a connected stream socket. */
struct pulse pulse_feel(int fd);

/* Asks the peer's system every second whether it is there, with no bytes in it; or, as usual, when
 * half a minute was quiet. */
void pulse_ask(int fd, bool urgently);

/* Whether both peers come from one network address. */
bool pulse_one_host(int fd, int other);

#endif
