/* endpoint: a socket for the administrator beside the room's. Whoever comes asks once, is answered
 * once, and goes. It costs the room nothing while nobody comes, takes no memory, and none of the
 * room's places; of those who only come and stay, the one that was waited for longest makes place
 * for the next. */
#ifndef SERVER_ADMIN_ENDPOINT_H
#define SERVER_ADMIN_ENDPOINT_H

#include "server/net/listener.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ENDPOINT_REQUESTS = 16, /* at a time */
    ENDPOINT_INPUT = 4096,
    ENDPOINT_OUTPUT = 16 * 1024, /* of an answer: what is written at a time */
    ENDPOINT_TIMEOUT = 5000,     /* milliseconds for a request, and for a part */
    ENDPOINT_IDS = LISTENER_MAX + ENDPOINT_REQUESTS, /* of what it waits for in the loop's epoll */
};

enum request_state {
    REQUEST_NONE,
    REQUEST_READING,
    REQUEST_WRITING,
    REQUEST_CLOSING, /* our side is shut; waits for the visitor to have read it all and close */
};

struct request {
    enum request_state state;
    int fd;
    uint32_t events;  /* of epoll, that it is waited for */
    int64_t deadline; /* milliseconds */
    size_t n;         /* bytes of the request, with a NUL behind them */
    size_t from, to;  /* of the part, those that are not sent yet */
    size_t at;        /* the answerer's own: where its next part begins; 0 at first */
    bool more;        /* the answerer says so: there is another part */
    char input[ENDPOINT_INPUT + 1], output[ENDPOINT_OUTPUT];
};

/* What a service does. */
struct endpoint_ops {
    const char *name;
    bool (*is_complete)(const char *request, size_t n);
    /* Writes the next part of the answer to r->output and returns how many bytes; also to a request
     * that is not whole and has no place for more. */
    size_t (*answer)(void *context, struct request *r);
};

/* All zero: there is none. */
struct endpoint {
    const struct endpoint_ops *ops;
    void *context;
    struct listener listener;
    int epoll;
    size_t first;      /* of its ids; see conn_table_special */
    int64_t resume_at; /* milliseconds: when to listen again; 0: it does */
    int count;         /* of visits */
    struct request requests[ENDPOINT_REQUESTS];
};

/* Listens in the loop's epoll, under ids from conn_table_special(first) on; nothing where the
 * listener is not open. False with errno set. */
bool endpoint_start(struct endpoint *e, const struct endpoint_ops *ops, void *context, int epoll,
                    size_t first);

/* Takes care of what the so-manieth id stands for; each time a bounded piece of work. */
void endpoint_handle(struct endpoint *e, size_t which, int64_t now);

/* Ends the visits that took too long. */
void endpoint_tick(struct endpoint *e, int64_t now);

/* When it has something to do by itself; 0: never. */
int64_t endpoint_deadline(const struct endpoint *e);

/* Closes everything; nothing where there is none. */
void endpoint_close(struct endpoint *e);

#endif
