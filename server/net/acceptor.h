/* acceptor: accepts connections, or rejects them with a message. Pauses if accept(2) fails, and
 * after too many rejections because the server is full. */
#ifndef SERVER_NET_ACCEPTOR_H
#define SERVER_NET_ACCEPTOR_H

#include "server/base/counters.h"
#include "server/net/admission.h"
#include "server/net/connections.h"
#include "server/net/listener.h"
#include "server/net/poller.h"

/* The log line of a rejected connection. */
#define ACCEPTOR_REJECTED(from) "rejected " from

struct acceptor {
    struct listener *listener; /* the caller's, as are the next three */
    struct counters *counters;
    const struct poller *poller;
    struct conn_table *conns;
    struct admission admission;
    struct token_bucket displaced;    /* connections that made place */
    struct token_bucket full_replies; /* rejections because the server is full */
    struct token_bucket reject_lines; /* log lines of rejected connections */
    uint64_t rejected;                /* connections since the start, for these lines */
    struct token_bucket accept_lines; /* log lines of accepted connections */
    uint64_t unlogged;                /* connections accepted since the last of these lines */
    int receive_share;                /* of the receive buffers of accepted sockets */
    int64_t resume_at;                /* milliseconds: when a pause ends; 0: no pause */
};

/* The connections from one listening socket in an iteration. */
struct accept_batch {
    size_t which;    /* of the listener's sockets */
    int64_t now;     /* milliseconds */
    bool is_closing; /* the server closes: reject all */
    int accepts;     /* tried so far; a rejection counts as several */
    int full;        /* of them, rejected because the server is full */

    /* The accepted connection: */
    int fd; /* the caller's */
    struct sockaddr_storage from;
    int share;                    /* of its socket's buffers, as socket_set_share set it */
    struct admission_grant grant; /* the caller returns it by admission_release */
};

/* Starts paused. All pointers stay the caller's. When the server is full, disconnects clients in
 * `conns` for others from smaller networks. */
void acceptor_init(struct acceptor *a, struct listener *listener, struct counters *counters,
                   const struct poller *poller, struct conn_table *conns);

/* Sets the limit of all connections, 0: as many as there are descriptors for; the memory for what
 * they have not read, in bytes; and the others, as admission_configure does. */
void acceptor_configure(struct acceptor *a, int max, size_t socket_memory,
                        const struct limits limits[LIMITS_KINDS]);

/* Accepts from now on, with POLLER_LISTENER events. Returns false with errno set; then it retries
 * after a pause. */
bool acceptor_resume(struct acceptor *a, int64_t now);

/* Ends a pause that is over. */
void acceptor_tick(struct acceptor *a, int64_t now);

/* Accepts the next admitted connection, and rejects the others before it. Returns false if there is
 * none left for this iteration. */
bool acceptor_accept(struct acceptor *a, struct accept_batch *batch);

/* Stops accepting for good. */
void acceptor_stop(struct acceptor *a);

/* Logs an accepted connection under its number, rate-limited. Returns whether it did. */
bool acceptor_log(struct acceptor *a, const struct accept_batch *batch, uint32_t number);

/* Frees the memory; the sockets stay open. */
void acceptor_deinit(struct acceptor *a);

#endif
