/* connection: the connection. Tries every address of a name in turn, then carries bytes both ways.
 * Never blocks but in connection_resolve. */
#ifndef TUI_NET_CONNECTION_H
#define TUI_NET_CONNECTION_H

#include "common/frame.h"

#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/un.h>

enum {
    CONNECTION_TIMEOUT_MS = 10000, /* milliseconds for one address to answer */
    CONNECTION_QUEUE_SIZE = 4 * FRAME_MAX,
    CONNECTION_READ_SIZE = 65536, /* bytes per turn, so that a flood leaves time for the keys */
};

enum connection_state {
    CONNECTION_DOWN, /* connection->error says why; 0 when the other side closed it */
    CONNECTION_CONNECTING,
    CONNECTION_UP,
};

struct connection {
    enum connection_state state;
    int fd, error;
    int64_t deadline;                      /* for the address being tried */
    struct addrinfo *found, *first, *next; /* the addresses; the one to try next */
    struct addrinfo local;                 /* for unix:PATH */
    struct sockaddr_un path;
    size_t from, to; /* the bytes of out that wait to be sent */
    bool closing;    /* nothing more will be sent: close that direction once all is out */
    char out[CONNECTION_QUEUE_SIZE], in[CONNECTION_READ_SIZE];
};

/* Looks the name up, once and for all tries. Returns NULL, or a sentence that says why it could not
 * be found. */
const char *connection_resolve(struct connection *c, const char *host, const char *port);

/* Starts to connect; on a link that was up, once more, with nothing queued. */
void connection_start(struct connection *c, int64_t now);

/* What to poll for. */
struct pollfd connection_pollfd(const struct connection *c);

/* Acts on what poll found, or on the time: connects, sends, receives once. Returns what was
 * received, valid until the next call. */
struct span connection_process(struct connection *c, short events, int64_t now);

/* Queues bytes to be sent; false, and nothing is queued, where they would not fit. */
bool connection_send(struct connection *c, const char *bytes, size_t n);

/* Sends what is queued, then closes our direction; the other side's end follows as CONNECTION_DOWN.
 */
void connection_finish(struct connection *c);

void connection_free(struct connection *c);

#endif
