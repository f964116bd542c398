/* admission: PURE decides whether a new connection is accepted. Limits all connections, and for
 * each network address its connections and its new connections per second; refuses banned
 * addresses. An address is an IPv4 address, an IPv6 network of 64 bits, or this machine. */
#ifndef SERVER_NET_ADMISSION_H
#define SERVER_NET_ADMISSION_H

#include "common/token_bucket.h"
#include "server/base/counters.h"
#include "server/net/bans.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>
#include <sys/socket.h>

/* The messages to rejected clients: the server is closing; too many connections in all; too many
 * from this address; too many new ones from this address in a second. */
#define ADMISSION_CLOSING "The server is closing. Try again in a few seconds."
#define ADMISSION_FULL    "The server is full. Try again later."
#define ADMISSION_TOO_MANY                                                                         \
    "There are too many connections from your network address. Close one of them, and try again."
#define ADMISSION_TOO_FAST                                                                         \
    "Too many connections come from your network address at once. Try again in a few seconds."

enum { ADMISSION_SOURCES = 65536 /* addresses known at the same time */ };

/* All zero: no limit. */
struct limits {
    int per_address;            /* connections from an address */
    struct token_rate connects; /* new connections from an address */
    struct token_rate packets;  /* packets of a connection */
};

struct source;
TAILQ_HEAD(source_list, source);

struct admission {
    int max, connections;        /* of all addresses */
    struct limits remote, local; /* local: through a loopback address or a unix socket */
    void *sources;               /* tsearch(3) tree of struct source, one for each known address */
    struct source_list idle;     /* sources without a connection, the longest idle first */
    size_t source_count;
    struct bans bans;
};

/* The limits of an accepted connection, and the source that counts it. */
struct admission_grant {
    const struct limits *limits;
    struct source *source; /* NULL: its address has no limits */
};

/* Starts with a limit of all connections and no other limits. */
void admission_init(struct admission *a, int max);

/* Changes the limits: the limit of packets also for connections that exist. Fills the bucket of
 * every address. A new limit per address counts only connections that are accepted from now on. */
void admission_configure(struct admission *a, int max, const struct limits *remote,
                         const struct limits *local);

/* Frees the sources; no grant may be released after that. */
void admission_deinit(struct admission *a);

/* Admits a connection from this address, at a time in milliseconds. Returns REJECT_NONE and sets
 * *ret_grant; or returns why it is rejected, and nothing has changed. */
enum reject_reason admission_admit(struct admission *a, const struct sockaddr *from, int64_t now,
                                   struct admission_grant *ret_grant);

/* Returns the message to a rejected client. */
const char *admission_message(enum reject_reason why);

/* Ends an admitted connection, at a time in milliseconds. */
void admission_release(struct admission *a, const struct admission_grant *grant, int64_t now);

/* Whether the limit of all connections is reached. */
bool admission_is_full(const struct admission *a);

#endif
