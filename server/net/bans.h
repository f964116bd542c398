/* bans: the networks from which no connection is accepted. They last as long as the server. */
#ifndef SERVER_NET_BANS_H
#define SERVER_NET_BANS_H

#include "server/net/ip.h"

#include <stddef.h>

/* The message to a rejected client. */
#define BANS_MESSAGE "Your address is banned here."

/* Why a network is not banned. */
#define BANS_THIS_MACHINE "this machine cannot be banned, because ssh and proxies connect from it"
#define BANS_ALREADY      "this address is already banned"
#define BANS_TOO_MANY     "there are too many bans: lift some, or ban a whole network"

enum { BANS_MAX = 1024 };

/* All zero: no bans. */
struct bans {
    struct cidr all[BANS_MAX];
    size_t count;
};

/* Parses a network, as cidr_parse does. Returns NULL, or a clause that says what is wrong; this
 * machine cannot be banned. */
const char *bans_parse(struct cidr *cidr, const char *text);

/* Adds a network. Returns NULL, or a clause that says why it cannot. */
const char *bans_add(struct bans *bans, const struct cidr *cidr);

/* Removes a network. Returns false if it is not banned. */
bool bans_remove(struct bans *bans, const struct cidr *cidr);

/* Whether the address is banned; this machine never is. */
bool bans_match(const struct bans *bans, const struct ip *ip);

#endif
