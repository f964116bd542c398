/* socket_activation: listening sockets that a service manager opened and handed over.
 * sd_listen_fds(3), without the library. */
#ifndef SERVER_SYSTEM_SOCKET_ACTIVATION_H
#define SERVER_SYSTEM_SOCKET_ACTIVATION_H

#include "server/net/listener.h"

#include <stdbool.h>

enum { SOCKET_ACTIVATION_FIRST = 3, SOCKET_ACTIVATION_NAMES = 2048 /* bytes */ };

/* Descriptors from SOCKET_ACTIVATION_FIRST on. */
struct socket_activation {
    size_t count;                       /* 0: none is for us, so we open our own */
    const char *names[LISTENER_MAX];    /* what the service manager calls them */
    char text[SOCKET_ACTIVATION_NAMES]; /* where the names lie */
};

/* Finds LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES in the environment, and takes them out of it;
 * nothing may have been opened before that is still open. The sockets become non-blocking and
 * close-on-exec. False after one line on standard error: one is no listening stream socket. */
bool socket_activation_read(struct socket_activation *a);

#endif
