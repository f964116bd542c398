/* listener: the listening sockets, and what to do when descriptors run out. */
#ifndef SERVER_NET_LISTENER_H
#define SERVER_NET_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

enum {
    LISTENER_MAX = 8,
    LISTENER_NAME = 80, /* bytes for where a peer comes from, a scoped IPv6 address included */
};

struct listener {
    const char *what; /* does so, for the log */
    int fds[LISTENER_MAX];
    size_t count;
    const char *path; /* of a unix socket, to be removed at the end if it is still ours; or NULL */
    ino_t inode;      /* by which we know it */
    int reserved_fd;  /* a descriptor given up to tell a newcomer that there are no more */
    int capacity;     /* how many connections there are descriptors for */
};

/* Who was accepted. */
struct peer_addr {
    struct sockaddr_storage from;
    char name[LISTENER_NAME];
};

/* Listens on a name, an IPv4 or IPv6 address or unix:PATH, and a port; NULL: on the loopback
 * addresses. Port 0 is any free one. Logs where. False after one line on standard error that says
 * why not. */
bool listener_open(struct listener *l, const char *address, const char *port);

/* Listens on sockets that somebody else bound, at most LISTENER_MAX descriptors from `first` on,
 * its own from now on; a unix socket's path stays at the end. Logs where, and the names of where
 * they come from. */
void listener_inherit(struct listener *l, int first, size_t count, const char *const names[]);

/* The same for what is not the room: `what` says what listens there, in the log. */
bool listener_open_for(struct listener *l, const char *what, const char *address, const char *port);

/* Listens on a unix socket that nobody but its owner may use; umask(2). */
bool listener_open_private(struct listener *l, const char *what, const char *path);

/* Accepts one peer, non-blocking. -1 with errno set when there is none now, or none can be had;
 * *ret_again says whether it is worth asking again at once. With EMFILE or ENFILE that is so when
 * one was told that the server is full. */
int listener_accept(struct listener *l, size_t which, struct peer_addr *ret_peer, bool *ret_again);

/* The same, and nobody is told anything. */
int listener_accept_only(struct listener *l, size_t which, struct sockaddr_storage *ret_from,
                         bool *ret_again);

/* Accepts one with the descriptor that is kept for when there are no others. -1 with errno set. */
int listener_accept_reserved(struct listener *l, size_t which);

/* Keeps one again, where that is gone and there is another. */
void listener_reserve_fd(struct listener *l);

/* Writes where an accepted socket's peer is; getpeername(2). */
void listener_name(int fd, char name[static LISTENER_NAME]);

/* Closes an accepted socket, whose peer is told why in a shutdown packet. */
void listener_reject(int fd, const char *why);

/* Closes the sockets; a unix socket's path goes. */
void listener_close(struct listener *l);

#endif
