/* network: PURE counts connections and what they do, for each address and for the networks around
 * it. An IPv4 address is in its /24; an IPv6 address is in its /64, /56 and /48; loopback
 * addresses, and each user of a unix socket, stand alone. */
#ifndef SERVER_NET_NETWORK_H
#define SERVER_NET_NETWORK_H

#include "common/token_bucket.h"
#include "server/net/ip.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

enum { NETWORK_SIZES = 31 };

enum { NETWORKS_MAX = 4 * 65536 /* addresses and networks known at the same time */ };

/* What the connections of an address do, at a limited rate. A network may do several times as much
 * as an address in it; see network.c. */
enum charge {
    CHARGE_CONNECTS, /* new connections */
    CHARGE_ANSWERS,  /* KiB of member lists and history that they receive */
    CHARGE_INPUT,    /* input, in units of INPUT_UNIT bytes */
    CHARGES,         /* number of charges */
};

/* Bytes that the limits of input count as one. A packet counts as one more than it has, because it
 * costs something however short it is. */
enum { INPUT_UNIT = 512 };

/* All zero: no limit. */
struct limits {
    int per_address;                   /* connections from an address */
    struct token_rate charge[CHARGES]; /* from an address */
    struct token_rate packets;         /* packets of a connection */
    struct token_rate lists;           /* KiB of member lists that a connection receives */
    struct token_rate input;           /* input of a connection, in units of INPUT_UNIT bytes */
};

struct network;
TAILQ_HEAD(network_list, network);

struct networks {
    void *tree;               /* tsearch(3) tree of struct network */
    struct network_list idle; /* without connections and networks in them, the longest idle first */
    struct network_list largest[NETWORK_SIZES]; /* the largest networks, by connections: list i has
                                                 * those with 2^i or more */
    size_t count;
};

void networks_init(struct networks *all);

/* Frees the networks. */
void networks_deinit(struct networks *all);

/* Fills all buckets of all networks, after the limits have changed. */
void networks_reset_charges(struct networks *all);

/* Returns the network of one address, and creates it and those around it if necessary, at a time in
 * milliseconds. The limits stay the caller's. Returns NULL if out of memory, or if NETWORKS_MAX
 * networks have connections. */
struct network *networks_find(struct networks *all, const struct ip *ip,
                              const struct limits *limits, int64_t now);

/* Returns the address, or the smallest network around it, that has as many connections as it may
 * have; NULL: each may have more. `max` is the limit of all connections. */
struct network *network_find_full(struct network *address, int max);

/* Returns a network that should make place for a connection from an address, because it has at
 * least twice as many connections as the network of the same size around that address: the largest
 * one in a full network, or of all if that is NULL; then the one in it that has more than half of
 * its connections. Returns NULL if there is none. */
struct network *networks_find_largest(const struct networks *all, const struct network *full,
                                      const struct network *address);

/* Whether an address is in a network; a network is in itself. */
bool network_contains(const struct network *network, const struct network *address);

/* Returns the number of connections from an address. */
int network_connections(const struct network *address);

/* Counts a connection from an address, and its end. */
void network_add_connection(struct networks *all, struct network *address);
void network_remove_connection(struct networks *all, struct network *address, int64_t now);

/* Whether the rate of a charge allows the address, and each network around it, one more. */
bool network_allows(const struct network *address, enum charge charge, int64_t now);

/* Takes the turn of the address and of each network around it, if the charge allows one more and
 * none of them has had a turn at this time. Connections that wait for a charge continue in turns,
 * so that the first of them does not take all that is refilled. */
bool network_take_turn(struct network *address, enum charge charge, int64_t now);

/* Counts n, even if the rate does not allow them. */
void network_charge(struct network *address, enum charge charge, int n, int64_t now);

#endif
