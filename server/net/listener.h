/* listener: listening sockets, and a descriptor reserved for the time when no other is free. */
#ifndef SERVER_NET_LISTENER_H
#define SERVER_NET_LISTENER_H

#include "common/address.h"
#include "server/net/unix_socket.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

enum { LISTENER_MAX = 16 };

/* The name of the room's listener in the log. */
#define LISTENER_ROOM "listening"

/* The log line for each socket; and what follows for an encrypted one. */
#define LISTENER_ON(what, where) what " on " where
#define LISTENER_WITH_TLS        " with TLS"

/* The line on standard error for each address that cannot be used. */
#define LISTENER_FAILED(where, why) "klatchd: cannot listen on " where ": " why
#define LISTENER_TOO_MANY           "there are more than 16 listening sockets"

struct listener {
    const char *what; /* its name in the log */
    int fds[LISTENER_MAX];
    bool is_tls[LISTENER_MAX];
    size_t count;
    struct unix_socket paths[LISTENER_MAX]; /* the sockets that it made at a path */
    size_t path_count;
    bool has_unix_socket;
    bool is_inherited; /* the service manager has the sockets too: connections to them still come */
    int reserved_fd;   /* closed to accept one more connection when descriptors run out; -1: none */
    int capacity;      /* number of connections that there are descriptors for */
};

/* Listens on addresses; a host of "" means the loopback addresses. Port 0 means any free port, the
 * same for all addresses of a host. Logs where it listens, under the name `what`. Prints a line on
 * standard error for each address that it cannot use, and returns false if it can use none. The
 * texts of the addresses stay the caller's. */
bool listener_open(struct listener *l, const char *what, const struct address all[], size_t count);

/* Listens on one address. Only the owner may use a unix socket; umask(2). */
bool listener_open_private(struct listener *l, const char *what, const struct address *address);

/* Gives the paths of unix sockets to a user and group; logs those that it cannot give. */
void listener_give(const struct listener *l, uid_t uid, gid_t gid);

/* Takes over up to LISTENER_MAX inherited listening sockets, from descriptor `first` on, and logs
 * where they listen and their names; with `is_tls`, those of TCP speak TLS. A unix socket's path is
 * not removed. */
void listener_inherit(struct listener *l, int first, size_t count, const char *const names[],
                      bool is_tls);

/* Whether one of its sockets speaks TLS. */
bool listener_has_tls(const struct listener *l);

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

/* Removes the paths of unix sockets that are still those of this listener. */
void listener_remove_paths(const struct listener *l);

/* Leaves the paths of unix sockets to another process, which removes them. */
void listener_forget_paths(struct listener *l);

/* Closes the sockets and removes their paths. */
void listener_close(struct listener *l);

#endif
