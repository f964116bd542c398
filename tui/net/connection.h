/* connection: the socket to the server. Connects, then carries bytes both ways, encrypted if its
 * `tls` is open. Never blocks. */
#ifndef TUI_NET_CONNECTION_H
#define TUI_NET_CONNECTION_H

#include "common/frame.h"
#include "tui/base/byte_queue.h"
#include "tui/net/connector.h"
#include "tui/net/dialer.h"
#include "tui/net/tls.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    CONNECTION_READ_SIZE = 65536, /* bytes per turn, so that a flood leaves time for the keys */
    CONNECTION_HANDSHAKE_MS = 10000,
};

/* The error after CONNECTION_HANDSHAKE_MS. */
#define CONNECTION_NO_HANDSHAKE "it did not finish the TLS handshake within 10 seconds"

enum connection_state {
    CONNECTION_DOWN, /* connection->error is the reason; NULL: the server closed it */
    CONNECTION_CONNECTING,
    CONNECTION_UP,
};

struct connection {
    enum connection_state state;
    int fd;                  /* -1 before the socket is connected */
    const char *error;       /* why it is down */
    struct tls_channel tls;  /* set up by the caller; tls.verdict explains why a handshake failed */
    int64_t handshake_until; /* milliseconds */
    bool is_local;           /* the server is on this machine */
    struct connector connector;
    struct dialer dialer;   /* connects instead of the connector if it has a process */
    struct byte_queue *out; /* the bytes to send; set by the caller before connection_start */
    bool finishing;         /* shut down the sending side once the queue is empty, */
    bool finished;          /* which has happened */
    char in[CONNECTION_READ_SIZE];
};

/* Prepares for a host name, an IP address, or unix:PATH, without TLS. The strings stay the
 * caller's. Returns NULL, or a sentence that says what is wrong with a path. */
const char *connection_init(struct connection *c, const char *host, const char *port);

/* Starts a process that connects from now on, before the sandbox forbids it. Returns false with
 * errno set. */
bool connection_start_dialer(struct connection *c);

/* Starts to connect, also again after a connection has ended. Empties the queue. */
void connection_start(struct connection *c, int64_t now);

/* Whether this attempt to connect knows the host's addresses. If not, the lookup is in progress, or
 * has failed. */
bool connection_is_resolved(const struct connection *c);

/* Returns what to poll for: one descriptor, however many sockets are connecting. */
struct pollfd connection_pollfd(const struct connection *c);

/* Returns the latest time to call connection_process, in milliseconds; -1: none. */
int64_t connection_deadline(const struct connection *c);

/* Handles poll's events and timeouts: connects, receives once, sends. It is up after the TLS
 * handshake. Returns the received bytes, valid until the next call. */
struct span connection_process(struct connection *c, short events, int64_t now);

/* Sends as much of the queue as the socket accepts. On an error, empties the queue; a later receive
 * reports the error. */
void connection_flush(struct connection *c);

/* Sends the queue, then shuts down the sending side. CONNECTION_DOWN follows when the server closes
 * its side. */
void connection_finish(struct connection *c);

/* Closes all sockets. A lookup in progress goes on in its thread, which frees it. */
void connection_free(struct connection *c);

#endif
