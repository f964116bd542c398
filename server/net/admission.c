#include "server/net/admission.h"

#include "server/net/socket.h"

#include <string.h>

enum {
    ADDRESS_PART = 8, /* of the memory for sockets, for an address */
    RESERVE = 4,      /* see socket_share */
};

void admission_init(struct admission *a, int max)
{
    *a = (struct admission){.max = max};
    networks_init(&a->networks);
}

void admission_deinit(struct admission *a)
{
    networks_deinit(&a->networks);
    admission_init(a, 0);
}

void admission_configure(struct admission *a, int max, const struct limits limits[LIMITS_KINDS])
{
    a->max = max;
    memcpy(a->limits, limits, sizeof a->limits);
    networks_reset_charges(&a->networks);
}

bool admission_is_full(const struct admission *a)
{
    return a->connections >= a->max;
}

static enum limits_kind kind_of(const struct ip *from)
{
    if (from->is_unix) return LIMITS_USER;
    return from->is_local ? LIMITS_LOOPBACK : LIMITS_REMOTE;
}

/* Returns the address with its networks; NULL: there is no memory. */
static struct network *find_address(struct admission *a, const struct ip *from, int64_t now)
{
    return networks_find(&a->networks, from, &a->limits[kind_of(from)], now);
}

static enum reject_reason check_limits(const struct admission *a, struct network *address,
                                       int64_t now)
{
    if (!address) return REJECT_FULL;
    if (network_find_full(address, a->max)) return REJECT_PER_ADDRESS;
    return network_allows(address, CHARGE_CONNECTS, now) ? REJECT_NONE : REJECT_CONNECT_RATE;
}

enum reject_reason admission_admit(struct admission *a, const struct ip *from, int64_t now,
                                   struct admission_grant *ret_grant)
{
    if (bans_match(&a->bans, from)) return REJECT_BANNED;
    if (admission_is_full(a)) return REJECT_FULL;
    struct network *address = find_address(a, from, now);
    enum reject_reason why = check_limits(a, address, now);
    if (why) return why;
    network_charge(address, CHARGE_CONNECTS, 1, now);
    network_add_connection(&a->networks, address);
    a->connections++;
    *ret_grant = (struct admission_grant){&a->limits[kind_of(from)], address};
    return REJECT_NONE;
}

/* Returns the share of the last of these connections: the largest with which all of them would take
 * a quarter of the memory. The earlier ones have larger shares, but only half as many connections
 * have twice the share, and so on: all together take at most (1 + (SOCKET_SHARES - 1) / 2) /
 * RESERVE of the memory, until there is no smaller share. */
static int socket_share(size_t memory, int connections)
{
    int share = 0;
    while (share < SOCKET_SHARES - 1 &&
           socket_send_memory(share) > memory / RESERVE / (size_t)connections)
        share++;
    return share;
}

int admission_socket_share(const struct admission *a, const struct admission_grant *grant)
{
    int of_all = socket_share(a->socket_memory, a->connections);
    if (!grant || grant->limits == &a->limits[LIMITS_LOOPBACK]) return of_all;
    int own = socket_share(a->socket_memory / ADDRESS_PART, network_connections(grant->address));
    return own > of_all ? own : of_all;
}

const char *admission_message(enum reject_reason why)
{
    if (why == REJECT_CLOSING) return ADMISSION_CLOSING;
    if (why == REJECT_BANNED) return BANS_MESSAGE;
    if (why == REJECT_PER_ADDRESS) return ADMISSION_TOO_MANY;
    return why == REJECT_CONNECT_RATE ? ADMISSION_TOO_FAST : ADMISSION_FULL;
}

const struct network *admission_find_largest(struct admission *a, const struct ip *from,
                                             int64_t now)
{
    struct network *address = find_address(a, from, now);
    if (!address || !network_allows(address, CHARGE_CONNECTS, now)) return NULL;
    const struct network *full = network_find_full(address, a->max);
    return full == address ? NULL : networks_find_largest(&a->networks, full, address);
}

void admission_release(struct admission *a, struct admission_grant *grant, int64_t now)
{
    if (!grant->address) return;
    a->connections--;
    network_remove_connection(&a->networks, grant->address, now);
    grant->address = NULL;
}
