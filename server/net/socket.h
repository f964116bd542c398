/* socket: sets options of a stream socket, sends, and asks for the bytes in its queues and for the
 * memory that they may use. */
#ifndef SERVER_NET_SOCKET_H
#define SERVER_NET_SOCKET_H

#include "common/frame.h"

#include <stdbool.h>
#include <sys/types.h>

enum {
    SOCKET_BUFFER = 64 * 1024, /* SO_SNDBUF; the kernel doubles it: socket(7) */
    SOCKET_SHARES = 6,         /* a share of i has buffers of SOCKET_BUFFER / 2^i */
};

/* Returns the bytes of memory that all sockets of this machine may use for TCP before the kernel
 * limits them: tcp_mem in tcp(7), or what that is by default. */
size_t socket_memory(void);

/* Gives a send buffer of a smaller share. */
void socket_set_share(int fd, int share);

/* Returns how many bytes to send at once, because the kernel takes all that fits into one segment;
 * and how many bytes of memory the send buffer takes then, at most. */
size_t socket_send_max(int share);
size_t socket_send_memory(int share);

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
