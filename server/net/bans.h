/* bans: the networks, and the users of this machine's unix sockets, from which no connection is
 * accepted, and the keys that may not come in. They last as long as the server. */
#ifndef SERVER_NET_BANS_H
#define SERVER_NET_BANS_H

#include "common/tls_identity.h"
#include "server/net/ip.h"

#include <stddef.h>

/* The message to a rejected client. */
#define BANS_MESSAGE     "Your address is banned here."
#define BANS_KEY_MESSAGE "Your key is banned here."

/* Why a network is not banned. */
#define BANS_THIS_MACHINE                                                                          \
    "this machine cannot be banned, because ssh and proxies connect from it; a user of its unix "  \
    "sockets can, as in uid:1000"
#define BANS_NOT_A_KEY  "a key is SHA256: and 43 characters, as 'who' shows it"
#define BANS_NOT_A_USER "the number of a user must follow uid:, as in uid:1000"
#define BANS_ALREADY    "this address is already banned"
#define BANS_TOO_MANY   "there are too many bans: lift some, or ban a whole network"

enum { BANS_MAX = 1024 };

struct ban {
    char key[FINGERPRINT_TEXT]; /* "": not of a key */
    bool is_of_user;
    uint32_t user;       /* of a unix socket */
    struct cidr network; /* if it is not of a key or a user */
};

/* All zero: no bans. */
struct bans {
    struct ban all[BANS_MAX];
    size_t count;
};

/* Parses a fingerprint of a key; a network, as cidr_parse does; or uid: and the number of a user.
 * Returns NULL, or a clause that says what is wrong; the loopback addresses cannot be banned. */
const char *bans_parse(struct ban *ban, const char *text);

/* Formats a ban so that bans_parse parses it. */
void bans_format(const struct ban *ban, char text[static IP_CIDR_TEXT]);

/* Adds a ban. Returns NULL, or a clause that says why it cannot. */
const char *bans_add(struct bans *bans, const struct ban *ban);

/* Removes a ban. Returns false if there is no such ban. */
bool bans_remove(struct bans *bans, const struct ban *ban);

/* Whether a client's key is banned; "" is none. */
bool bans_match_key(const struct bans *bans, const char *key);

/* Whether the address, or the user of the unix socket, is banned; a loopback address never is. */
bool bans_match(const struct bans *bans, const struct ip *ip);

#endif
