/* socket_activation: inherits listening sockets from a service manager; sd_listen_fds(3) without
 * libsystemd. */
#ifndef SERVER_SYSTEM_SOCKET_ACTIVATION_H
#define SERVER_SYSTEM_SOCKET_ACTIVATION_H

#include <stdbool.h>
#include <stddef.h>

enum {
    SOCKET_ACTIVATION_FIRST = 3,    /* the first descriptor */
    SOCKET_ACTIVATION_MAX = 8,      /* maximum number of sockets */
    SOCKET_ACTIVATION_NAMES = 2048, /* bytes of all names */
};

struct socket_activation {
    size_t count;                             /* 0: there are none */
    const char *names[SOCKET_ACTIVATION_MAX]; /* that the service manager gives them */
    char text[SOCKET_ACTIVATION_NAMES];       /* storage of the names */
};

/* Reads LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES, and removes them from the environment. Call it
 * before anything else is open. Makes the sockets non-blocking and close-on-exec. Returns false
 * after a line on standard error if one is not a listening stream socket. */
bool socket_activation_read(struct socket_activation *a);

#endif
