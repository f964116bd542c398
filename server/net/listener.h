/* listener: listening sockets, and a descriptor reserved for the time when no other is free. */
#ifndef SERVER_NET_LISTENER_H
#define SERVER_NET_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

enum { LISTENER_MAX = 8 };

/* The name of the room's listener in the log. */
#define LISTENER_ROOM "listening"

struct listener {
    const char *what; /* its name in the log */
    int fds[LISTENER_MAX];
    size_t count;
    const char *path; /* of a unix socket, removed by listener_close if it is still ours; or NULL */
    ino_t inode;      /* of that path, to recognise it */
    int reserved_fd;  /* closed to accept one more connection when descriptors run out; -1: none */
    int capacity;     /* number of connections that there are descriptors for */
};

/* Listens on a name, an IPv4 or IPv6 address or unix:PATH, and a port; without an address, on the
 * loopback addresses. Port 0 is any free port. Logs where it listens, under the name `what`.
 * Returns false after one line on standard error. */
bool listener_open(struct listener *l, const char *what, const char *address, const char *port);

/* Listens on a unix socket that only its owner may use; umask(2). */
bool listener_open_private(struct listener *l, const char *what, const char *path);

/* Takes over up to LISTENER_MAX inherited listening sockets, from descriptor `first` on, and logs
 * where they listen and their names. A unix socket's path is not removed. */
void listener_inherit(struct listener *l, int first, size_t count, const char *const names[]);

/* Accepts one connection, non-blocking. Returns -1 with errno set; then *ret_again says whether the
 * next call may succeed at once. */
int listener_accept(struct listener *l, size_t which, struct sockaddr_storage *ret_from,
                    bool *ret_again);

/* Accepts one connection with the reserved descriptor. Returns -1 with errno set; unchanged if
 * there is no reserved descriptor. */
int listener_accept_reserved(struct listener *l, size_t which);

/* Reserves a descriptor again, if none is reserved and one is free. */
void listener_reserve_fd(struct listener *l);

/* Closes the sockets. The path of a unix socket stays: removing it may wait for the disk. */
void listener_stop(struct listener *l);

/* Does the same and removes the path of a unix socket. */
void listener_close(struct listener *l);

#endif
