/* acceptor: who comes to the listening sockets, one after another: let in, or turned away in words.
 * It stays shut for a moment where neither can be done, or where it would take all of the server's
 * time. */
#ifndef SERVER_NET_ACCEPTOR_H
#define SERVER_NET_ACCEPTOR_H

#include "server/net/admission.h"
#include "server/net/listener.h"
#include "server/options.h"

struct acceptor {
    struct listener *listener; /* the caller's, */
    struct counters *counters; /* as is where it counts */
    struct admission admission;
    struct token_bucket full_replies; /* told to those who found no place */
    struct token_bucket reject_lines; /* lines about those who were turned away */
    uint64_t rejected;                /* in all */
    struct token_bucket accept_lines; /* lines about those who were let in */
    uint64_t unlogged;                /* who were let in since the last one */
    int64_t resume_at;                /* milliseconds: when to open again; 0 while it is open */
    int capacity;                     /* how many connections there are descriptors for */
    int epoll;                        /* the caller's: where an open door waits for newcomers */
};

/* Those who come to one listening socket in a turn of the loop. */
struct accept_batch {
    size_t which;     /* of the listener's sockets */
    int64_t now;      /* milliseconds */
    int accepts;      /* so many accepts */
    int full_replies; /* so many that the server is full */

    /* The one let in. */
    int fd; /* its socket, the caller's from now on */
    struct peer_addr peer;
    struct admission_grant grant; /* to be given back by admission_release */
};

/* A shut door. */
void acceptor_init(struct acceptor *a, struct listener *listener, struct counters *counters,
                   const struct options *options, int epoll);

/* Takes over the options' limits, as admission_configure says. */
void acceptor_configure(struct acceptor *a, const struct options *options);

/* Waits for newcomers, epoll_ctl(2), as conn_table_special(1) for the first socket and so on. False
 * with errno set, and the door is tried again after a pause. */
bool acceptor_resume(struct acceptor *a, int64_t now);

/* Opens it again where a pause is over. */
void acceptor_resume_if_due(struct acceptor *a, int64_t now);

/* The next one who may come in; those before are turned away. False: no more in this turn. */
bool acceptor_accept(struct acceptor *a, struct accept_batch *batch);

/* Logs the one let in under this number, if those before it came slowly enough, and returns whether
 * it did: strangers must not fill a disk. */
bool acceptor_log(struct acceptor *a, const struct accept_batch *batch, uint32_t number);

/* Frees what it holds; the sockets stay. */
void acceptor_deinit(struct acceptor *a);

#endif
