/* unix_socket: a listening unix socket at a path. Only one server can listen at a path, even if
 * several start at the same time, and no server removes the path of another. */
#ifndef SERVER_NET_UNIX_SOCKET_H
#define SERVER_NET_UNIX_SOCKET_H

#include <stdbool.h>
#include <sys/types.h>

struct unix_socket {
    const char *path; /* the caller's */
    int folder;       /* its folder, locked while the path changes; -1: could not be opened */
    int file;         /* the path as a file (O_PATH), to recognise it; -1: could not be opened */
};

/* Listens at a path of 1 to 107 bytes. Replaces the socket of a server that has ended. Returns the
 * descriptor, or -1 with errno set. */
int unix_socket_listen(struct unix_socket *u, const char *path);

/* Returns whether the path still names this socket. */
bool unix_socket_is_at(const struct unix_socket *u, const char *path);

/* Gives the path to a user and group. Returns false with errno set. */
bool unix_socket_give(const struct unix_socket *u, uid_t uid, gid_t gid);

/* Removes the path, if it still names this socket. */
void unix_socket_remove(const struct unix_socket *u);

/* Closes the descriptors in the struct, not the socket. */
void unix_socket_close(struct unix_socket *u);

#endif
