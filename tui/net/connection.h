/* link: the connection. Tries every address of a name in turn, then carries bytes both ways. Never
 * blocks but in link_find. */
#ifndef TUI_NET_CONNECTION_H
#define TUI_NET_CONNECTION_H

#include "common/frame.h"

#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/un.h>

enum {
    LINK_PATIENCE = 10000, /* milliseconds for one address to answer */
    LINK_QUEUE = 4 * FRAME_MAX,
    LINK_READ = 65536, /* bytes per turn, so that a flood leaves time for the keys */
};

enum link_state {
    LINK_DOWN, /* link->error says why; 0 when the other side closed it */
    LINK_CONNECTING,
    LINK_UP,
};

struct link {
    enum link_state state;
    int fd, error;
    int64_t deadline;                      /* for the address being tried */
    struct addrinfo *found, *first, *next; /* the addresses; the one to try next */
    struct addrinfo local;                 /* for unix:PATH */
    struct sockaddr_un path;
    size_t from, to; /* the bytes of out that wait to be sent */
    bool closing;    /* nothing more will be sent: close that direction once all is out */
    char out[LINK_QUEUE], in[LINK_READ];
};

/* Looks the name up, once and for all tries. Returns NULL, or a sentence that says why it could not
 * be found. */
const char *link_find(struct link *l, const char *host, const char *port);

/* Starts to connect; on a link that was up, once more, with nothing queued. */
void link_start(struct link *l, int64_t now);

/* What to poll for. */
struct pollfd link_poll(const struct link *l);

/* Acts on what poll found, or on the time: connects, sends, receives once. Returns what was
 * received, valid until the next call. */
struct span link_turn(struct link *l, short events, int64_t now);

/* Queues bytes to be sent; false, and nothing is queued, where they would not fit. */
bool link_send(struct link *l, const char *bytes, size_t n);

/* Sends what is queued, then closes our direction; the other side's end follows as LINK_DOWN. */
void link_finish(struct link *l);

void link_free(struct link *l);

#endif
