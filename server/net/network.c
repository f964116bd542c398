#include "server/net/network.h"

#include <assert.h>
#include <limits.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

enum {
    LEVELS = 4,
    FORGET = 4,       /* idle networks checked for each connection, so that their number falls */
    PARTS = 4,        /* `part` below counts quarters of all connections */
    MAPPED_BITS = 96, /* before an IPv4 address, as IPv6 maps it */
};

/* A network has `share` times the limits of an address, so that a neighbour of an address that uses
 * all of its own limits can still connect. */
struct level {
    int bits;  /* length of the prefix, of IP_CIDR_BITS */
    int share; /* of the limits of an address */
    int part;  /* of all connections, at most */
};

/* From the address to its largest network. */
static const struct level v4_levels[LEVELS] = {{MAPPED_BITS + 32, 1, 2}, {MAPPED_BITS + 24, 8, 3}},
                          v6_levels[LEVELS] = {{128, 1, 2}, {64, 4, 3}, {56, 8, 3}, {48, 16, 3}},
                          loopback_levels[LEVELS] = {{128, 1, 3}},
                          user_levels[LEVELS] = {{128, 1, 2}};

struct key {
    unsigned char bytes[IP_SIZE]; /* beyond the prefix they are 0 */
    uint32_t scope;               /* interface, or user */
    uint16_t bits;
    uint16_t is_of_user;
};

static_assert(sizeof(struct key) == IP_SIZE + 8, "memcmp(3) compares no padding");

struct network {
    struct key key;
    const struct level *level;
    const struct limits *limits;
    struct network *parent; /* the next larger network; NULL: none */
    int connections;
    int children;    /* networks whose parent it is */
    int64_t idle_at; /* milliseconds: when its last connection ended */
    struct token_bucket charge[CHARGES];
    int64_t turn_at;          /* milliseconds: the last turn */
    struct network_list busy; /* the children with connections */
    TAILQ_ENTRY(network)
    link; /* in a list of networks without connections, or of those with some */
};

void networks_init(struct networks *all)
{
    *all = (struct networks){0};
    TAILQ_INIT(&all->idle);
    for (int i = 0; i < NETWORK_SIZES; i++) TAILQ_INIT(&all->largest[i]);
}

void networks_deinit(struct networks *all)
{
    tdestroy(all->tree, free);
    networks_init(all);
}

static void reset_charges(const void *node, VISIT order, int depth)
{
    struct network *const *n = node;
    (void)depth;
    if (order == preorder || order == leaf) memset((*n)->charge, 0, sizeof(*n)->charge);
}

void networks_reset_charges(struct networks *all)
{
    twalk(all->tree, reset_charges);
}

/* -- the tree -- */

static int by_key(const void *a, const void *b)
{
    return memcmp(&((const struct network *)a)->key, &((const struct network *)b)->key,
                  sizeof(struct key));
}

static const struct level *levels_of(const struct ip *ip)
{
    if (ip->is_unix) return user_levels;
    if (ip->is_local) return loopback_levels;
    return ip_is_v4(ip) ? v4_levels : v6_levels;
}

/* Uses one key for all loopback addresses. */
static struct key make_key(const struct ip *ip, const struct level *level)
{
    struct key key = {.scope = ip->scope, .bits = (uint16_t)level->bits};
    if (ip->is_unix)
        key = (struct key){.scope = ip->user, .is_of_user = true};
    else if (ip->is_local)
        key.bytes[IP_SIZE - 1] = 1;
    else
        memcpy(key.bytes, ip->bytes, (size_t)level->bits / 8);
    return key;
}

static void put_idle(struct networks *all, struct network *n)
{
    if (n->connections == 0 && n->children == 0) TAILQ_INSERT_TAIL(&all->idle, n, link);
}

static void take_idle(struct networks *all, struct network *n)
{
    if (n->connections == 0 && n->children == 0) TAILQ_REMOVE(&all->idle, n, link);
}

static void forget(struct networks *all, struct network *n)
{
    struct network *parent = n->parent;
    tdelete(n, &all->tree, by_key);
    TAILQ_REMOVE(&all->idle, n, link);
    all->count--;
    free(n);
    if (!parent) return;
    parent->children--;
    put_idle(all, parent);
}

static int64_t refill_ms(const struct network *n)
{
    int64_t longest = 0;
    for (int i = 0; i < CHARGES; i++) {
        int64_t ms = token_bucket_refill_ms(&n->limits->charge[i]);
        if (ms > longest) longest = ms;
    }
    return longest;
}

/* Removes only networks whose buckets are full again: a new entry would be equal. */
static void forget_idle(struct networks *all, int64_t now)
{
    for (int i = 0; i < FORGET; i++) {
        struct network *longest = TAILQ_FIRST(&all->idle);
        if (!longest || now < longest->idle_at + refill_ms(longest)) return;
        forget(all, longest);
    }
}

static struct network *add_network(struct networks *all, const struct network *wanted)
{
    if (all->count == NETWORKS_MAX && TAILQ_FIRST(&all->idle)) forget(all, TAILQ_FIRST(&all->idle));
    struct network *n = all->count < NETWORKS_MAX ? malloc(sizeof *n) : NULL;
    if (!n) return NULL;
    *n = *wanted;
    TAILQ_INIT(&n->busy);
    if (!tsearch(n, &all->tree, by_key)) {
        free(n);
        return NULL;
    }
    TAILQ_INSERT_TAIL(&all->idle, n, link);
    all->count++;
    return n;
}

/* Adopts the child before the caller can forget the parent, which is idle without it. */
static struct network *add_below(struct networks *all, struct network *parent,
                                 const struct network *wanted)
{
    if (!parent) return add_network(all, wanted);
    take_idle(all, parent);
    parent->children++;
    struct network *n = add_network(all, wanted);
    if (n) return n;
    parent->children--;
    put_idle(all, parent);
    return NULL;
}

/* Finds or creates the largest network first, and the address last. */
struct network *networks_find(struct networks *all, const struct ip *ip,
                              const struct limits *limits, int64_t now)
{
    const struct level *levels = levels_of(ip);
    struct network *n = NULL;
    forget_idle(all, now);
    for (int i = LEVELS - 1; i >= 0; i--) {
        if (levels[i].bits == 0) continue;
        struct network wanted = {make_key(ip, &levels[i]), &levels[i], limits, n, .idle_at = now};
        struct network **found = tfind(&wanted, &all->tree, by_key);
        n = found ? *found : add_below(all, n, &wanted);
        if (!n) return NULL;
    }
    return n;
}

/* -- connections -- */

/* Returns how many connections a network may have. A large network leaves places for others however
 * many an address may have. */
static int connections_max(const struct network *n, int max)
{
    if (n->limits->per_address <= 0) return INT_MAX;
    int64_t own = (int64_t)n->limits->per_address * n->level->share;
    int64_t part = (int64_t)max * n->level->part / PARTS;
    int64_t least = own < part ? own : part;
    return least > 0 ? (int)least : 1;
}

struct network *network_find_full(struct network *address, int max)
{
    for (struct network *n = address; n; n = n->parent)
        if (n->connections >= connections_max(n, max)) return n;
    return NULL;
}

/* Returns the list of a network with connections. */
static struct network_list *list_of(struct networks *all, const struct network *n)
{
    int size = 31 - __builtin_clz((unsigned)n->connections);
    return n->parent ? &n->parent->busy : &all->largest[size];
}

static void take_busy(struct networks *all, struct network *n)
{
    if (n->connections > 0) TAILQ_REMOVE(list_of(all, n), n, link);
}

static void put_busy(struct networks *all, struct network *n)
{
    if (n->connections > 0) TAILQ_INSERT_TAIL(list_of(all, n), n, link);
}

void network_add_connection(struct networks *all, struct network *address)
{
    for (struct network *n = address; n; n = n->parent) {
        take_idle(all, n);
        take_busy(all, n);
        n->connections++;
        put_busy(all, n);
    }
}

void network_remove_connection(struct networks *all, struct network *address, int64_t now)
{
    for (struct network *n = address; n; n = n->parent) {
        take_busy(all, n);
        n->connections--;
        put_busy(all, n);
        n->idle_at = now;
        put_idle(all, n);
    }
}

int network_connections(const struct network *address)
{
    return address->connections;
}

/* -- making place -- */

bool network_contains(const struct network *network, const struct network *address)
{
    const struct network *n = address;
    while (n && n != network) n = n->parent;
    return n != NULL;
}

static struct network *largest_in(const struct network_list *list)
{
    struct network *n, *largest = NULL;
    TAILQ_FOREACH (n, list, link)
        if (!largest || n->connections > largest->connections) largest = n;
    return largest;
}

/* Returns a network with more than half as many connections as the largest one. */
static struct network *largest_of_all(const struct networks *all)
{
    for (int size = NETWORK_SIZES - 1; size >= 0; size--)
        if (TAILQ_FIRST(&all->largest[size])) return TAILQ_FIRST(&all->largest[size]);
    return NULL;
}

/* Returns the network around an address whose parent is this one, which may be NULL. */
static const struct network *child_around(const struct network *address,
                                          const struct network *parent)
{
    while (address && address->parent != parent) address = address->parent;
    return address;
}

struct network *networks_find_largest(const struct networks *all, const struct network *full,
                                      const struct network *address)
{
    struct network *n = full ? largest_in(&full->busy) : largest_of_all(all), *child;
    const struct network *own = child_around(address, full);
    for (; n && n == own; n = largest_in(&n->busy)) own = child_around(address, own);
    if (!n || n->connections < 2 * ((own ? own->connections : 0) + 1)) return NULL;
    while ((child = largest_in(&n->busy)) && child->connections > n->connections / 2) n = child;
    return n;
}

/* -- charges -- */

/* A larger share is refilled faster, in the same time. */
static struct token_rate rate_of(const struct network *n, enum charge charge)
{
    struct token_rate rate = n->limits->charge[charge];
    if (rate.step > n->level->share)
        rate.step /= n->level->share;
    else if (rate.step > 0)
        rate.step = 1;
    return rate;
}

bool network_allows(const struct network *address, enum charge charge, int64_t now)
{
    for (const struct network *n = address; n; n = n->parent) {
        const struct token_rate rate = rate_of(n, charge);
        if (!token_bucket_allows(&n->charge[charge], &rate, now)) return false;
    }
    return true;
}

bool network_take_turn(struct network *address, enum charge charge, int64_t now)
{
    if (!network_allows(address, charge, now)) return false;
    for (const struct network *n = address; n; n = n->parent)
        if (n->limits->charge[charge].step > 0 && n->turn_at == now) return false;
    for (struct network *n = address; n; n = n->parent) n->turn_at = now;
    return true;
}

void network_charge(struct network *address, enum charge charge, int n, int64_t now)
{
    for (struct network *network = address; network; network = network->parent) {
        const struct token_rate rate = rate_of(network, charge);
        token_bucket_take(&network->charge[charge], &rate, n, now);
    }
}
