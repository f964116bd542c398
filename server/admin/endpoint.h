/* endpoint: a listening socket for the administrator. A connection sends one request, receives one
 * answer and closes. Requests have their own memory and do not count as connections of the room. If
 * there are too many, a new request replaces the oldest. */
#ifndef SERVER_ADMIN_ENDPOINT_H
#define SERVER_ADMIN_ENDPOINT_H

#include "server/net/listener.h"
#include "server/net/poller.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ENDPOINT_REQUESTS = 16,      /* at the same time */
    ENDPOINT_INPUT = 4096,       /* bytes of a request */
    ENDPOINT_OUTPUT = 16 * 1024, /* bytes of a part of an answer */
    ENDPOINT_TIMEOUT = 5000,     /* milliseconds for a request, and for a part of an answer */
};

enum request_state {
    REQUEST_NONE,
    REQUEST_READING,
    REQUEST_WRITING,
    REQUEST_CLOSING, /* the answer is sent; waits until the client closes */
};

struct request {
    enum request_state state;
    int fd;
    unsigned waits_for; /* POLLER_READ or POLLER_WRITE */
    int64_t deadline;   /* milliseconds */
    size_t n;           /* bytes of `input`; a NUL follows them */
    size_t from, to;    /* range of `output` that is not sent yet */
    size_t at;          /* for ops->answer: where the next part starts; 0 for the first */
    bool more;          /* set by ops->answer: another part follows */
    char input[ENDPOINT_INPUT + 1], output[ENDPOINT_OUTPUT];
};

struct endpoint_ops {
    const char *name; /* in the log */
    bool (*is_complete)(const char *request, size_t n);
    /* Writes the next part of the answer to r->output and returns its length; also for a request
     * that is too long to become complete. */
    size_t (*answer)(void *context, struct request *r, int64_t now);
};

/* All zero: not open. */
struct endpoint {
    const struct endpoint_ops *ops;
    void *context;
    struct listener listener;
    const struct poller *poller;
    enum poller_kind kind; /* of its tokens */
    int64_t resume_at;     /* milliseconds: when a pause ends; 0: no pause */
    int count;             /* of open requests */
    struct request requests[ENDPOINT_REQUESTS];
};

/* Lets silent clients wait in the kernel for a second, where they replace no request:
 * TCP_DEFER_ACCEPT in tcp(7). Call it before the sandbox stands. */
void endpoint_defer_silent(struct endpoint *e);

/* Watches the sockets, with tokens of this kind; does nothing if the endpoint is not open. Returns
 * false with errno set. */
bool endpoint_start(struct endpoint *e, const struct endpoint_ops *ops, void *context,
                    const struct poller *poller, enum poller_kind kind);

/* Handles an event whose token has this index; the work is bounded. */
void endpoint_handle(struct endpoint *e, uint32_t index, int64_t now);

/* Closes requests that took too long, and accepts again after a pause. */
void endpoint_tick(struct endpoint *e, int64_t now);

/* Returns when endpoint_tick has something to do, in milliseconds; 0: never. */
int64_t endpoint_deadline(const struct endpoint *e);

/* Closes the requests and the sockets, if they are open. */
void endpoint_close(struct endpoint *e);

#endif
