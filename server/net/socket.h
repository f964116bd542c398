/* socket: sets options of a stream socket, sends, and asks for the bytes in its queues. */
#ifndef SERVER_NET_SOCKET_H
#define SERVER_NET_SOCKET_H

#include "common/frame.h"

#include <stdbool.h>
#include <sys/types.h>

/* Sets an option; setsockopt(2). Ignores errors: no option is required. */
void socket_set_option(int fd, int level, int option, int value);

/* Sends both in one call: send(2), or writev(2) if neither is empty. Returns as they do. SIGPIPE
 * must be ignored. */
ssize_t socket_send(int fd, struct span first, struct span second);

/* Return the number of bytes received and not read; of bytes sent and not acknowledged; ioctl(2)
 * with FIONREAD and SIOCOUTQ. Return -1 with errno set. */
int socket_unread(int fd);
int socket_unsent(int fd);

/* Makes close(2) drop what is not acknowledged, instead of trying to deliver it for minutes. */
void socket_drop_unsent(int fd);

#endif
