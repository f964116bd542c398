/* connection: the socket to the server. Tries each address of a host name in turn, then carries
 * bytes both ways. Only connection_resolve blocks. */
#ifndef TUI_NET_CONNECTION_H
#define TUI_NET_CONNECTION_H

#include "common/frame.h"

#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/un.h>

enum {
    CONNECTION_TIMEOUT_MS = 10000, /* for one address to answer */
    CONNECTION_QUEUE_SIZE = 4 * FRAME_MAX,
    CONNECTION_READ_SIZE = 65536, /* bytes per turn; a flood must leave time for the keys */
};

enum connection_state {
    CONNECTION_DOWN, /* connection->error is the reason; 0: the server closed it */
    CONNECTION_CONNECTING,
    CONNECTION_UP,
};

struct connection {
    enum connection_state state;
    int fd, error;
    int64_t deadline;           /* for the address being tried, in milliseconds */
    struct addrinfo *resolved;  /* the resolver's list, freed by connection_free; may be NULL */
    struct addrinfo *addresses; /* all addresses to try */
    struct addrinfo *next;      /* the address to try next; NULL: none is left */
    struct addrinfo local;      /* the only address of unix:PATH */
    struct sockaddr_un path;
    size_t from, to; /* the bytes of out that are queued */
    bool finishing;  /* shut down the sending side once the queue is empty */
    char out[CONNECTION_QUEUE_SIZE], in[CONNECTION_READ_SIZE];
};

/* Resolves the host name, once for all attempts. Returns NULL, or a sentence that says why it
 * failed. */
const char *connection_resolve(struct connection *c, const char *host, const char *port);

/* Starts to connect, also again after a connection has ended. Empties the queue. */
void connection_start(struct connection *c, int64_t now);

/* Returns what to poll for. */
struct pollfd connection_pollfd(const struct connection *c);

/* Acts on poll's result and the time: connects, receives once, sends. Returns the received bytes,
 * valid until the next call. */
struct span connection_process(struct connection *c, short events, int64_t now);

/* Queues bytes to send. Returns false, and queues nothing, if they do not fit. */
bool connection_send(struct connection *c, const char *bytes, size_t n);

/* Sends what is queued, then shuts down the sending side; CONNECTION_DOWN follows when the server
 * closes its side. */
void connection_finish(struct connection *c);

/* Closes the socket and frees the addresses. */
void connection_free(struct connection *c);

#endif
