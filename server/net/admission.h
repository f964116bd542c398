/* admission: PURE decides whether a new connection is accepted. Limits all connections, and those
 * of each address and of the networks around it; refuses banned addresses. */
#ifndef SERVER_NET_ADMISSION_H
#define SERVER_NET_ADMISSION_H

#include "server/base/counters.h"
#include "server/net/bans.h"
#include "server/net/network.h"

#include <stdbool.h>
#include <stddef.h>

/* The messages to rejected clients: the server is closing; too many connections in all; too many
 * from this address or network; too many new ones from it in a second. */
#define ADMISSION_CLOSING "The server is closing. Try again in a few seconds."
#define ADMISSION_FULL    "The server is full. Try again later."
#define ADMISSION_TOO_MANY                                                                         \
    "There are too many connections from your network address. Close one of them, and try again."
#define ADMISSION_TOO_FAST                                                                         \
    "Too many connections come from your network address at once. Try again in a few seconds."

/* Where a connection comes from: another machine; a loopback address of this machine, as through
 * ssh(1); a user of this machine, through a unix socket. */
enum limits_kind {
    LIMITS_REMOTE,
    LIMITS_LOOPBACK,
    LIMITS_USER,
    LIMITS_KINDS, /* number of kinds */
};

struct admission {
    int max, connections; /* of all addresses */
    struct limits limits[LIMITS_KINDS];
    size_t socket_memory; /* bytes for what all clients have not read */
    struct networks networks;
    struct bans bans;
};

/* The limits of an accepted connection, and the address that counts it. */
struct admission_grant {
    const struct limits *limits;
    struct network *address; /* network_charge(grant.address, ...) counts what it does; or NULL */
};

enum { ADMISSION_IDLE_MS = 60000 }; /* an idle client may be disconnected to make place */

/* Starts with a limit of all connections and no other limits. */
void admission_init(struct admission *a, int max);

/* Changes the limits, also for connections that exist. Fills all buckets. A new limit of
 * connections refuses new ones only. */
void admission_configure(struct admission *a, int max, const struct limits limits[LIMITS_KINDS]);

/* Frees the networks; no grant may be released after that. */
void admission_deinit(struct admission *a);

/* Admits a connection from this address, at a time in milliseconds. Returns REJECT_NONE and sets
 * *ret_grant; or returns why it is rejected, and nothing has changed. */
enum reject_reason admission_admit(struct admission *a, const struct ip *from, int64_t now,
                                   struct admission_grant *ret_grant);

/* Returns the share of a new connection's socket buffers, so that what the clients have not read
 * takes at most `socket_memory`, and an eighth of it for each address. All loopback addresses may
 * have all of it, because they are many people's. Without a grant, ignores its address. */
int admission_socket_share(const struct admission *a, const struct admission_grant *grant);

/* Returns the message to a rejected client. */
const char *admission_message(enum reject_reason why);

/* Returns the network that should make place for a connection from this address, which was rejected
 * because the server, or the network around the address, is full; NULL: there is none. */
const struct network *admission_find_largest(struct admission *a, const struct ip *from,
                                             int64_t now);

/* Ends an admitted connection, at a time in milliseconds, unless it was ended before. */
void admission_release(struct admission *a, struct admission_grant *grant, int64_t now);

/* Whether the limit of all connections is reached. */
bool admission_is_full(const struct admission *a);

#endif
