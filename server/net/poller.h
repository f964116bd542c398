/* poller: epoll(7), with a typed token for each descriptor that it watches. */
#ifndef SERVER_NET_POLLER_H
#define SERVER_NET_POLLER_H

#include <stdbool.h>
#include <stdint.h>

enum { POLLER_EVENTS = 256 }; /* received in one call */

/* Identifies a descriptor; the kernel returns it with each event. */
struct poller_token {
    enum poller_kind {
        POLLER_CONN,     /* index: its slot in the connection table */
        POLLER_LISTENER, /* index: of the listener's sockets */
        POLLER_SIGNALS,
        POLLER_METRICS, /* index: for the endpoint */
        POLLER_CONTROL, /* index: for the endpoint */
        POLLER_WORKER,  /* a job is finished */
    } kind;
    uint32_t index;  /* up to POLLER_INDEX_MAX */
    uint32_t number; /* POLLER_CONN: the connection's number; an earlier one in its slot differs */
};

enum { POLLER_INDEX_MAX = (1 << 28) - 1 };

/* The events to wait for, and those that happened. */
enum {
    POLLER_READ = 1,
    POLLER_WRITE = 2,
    POLLER_EDGE = 4, /* wait only: one event per change; epoll(7), EPOLLET */
};

struct poller_event {
    struct poller_token token;
    unsigned what; /* POLLER_READ also if the peer has closed, or the socket has failed */
};

struct poller {
    int fd;
};

/* Opens the epoll descriptor. Returns false with errno set. */
bool poller_open(struct poller *p);

/* Watch a descriptor, or change the events of a watched one. Return false with errno set. */
bool poller_add(const struct poller *p, int fd, unsigned what, struct poller_token token);
bool poller_modify(const struct poller *p, int fd, unsigned what, struct poller_token token);

/* Stops watching a descriptor; close(2) of its last copy does the same. */
void poller_remove(const struct poller *p, int fd);

/* Waits for events for up to `timeout` milliseconds, -1: without limit. Returns their number, or -1
 * with errno set. */
int poller_wait(const struct poller *p, struct poller_event events[static POLLER_EVENTS],
                int timeout);

/* Closes the epoll descriptor. */
void poller_close(struct poller *p);

#endif
