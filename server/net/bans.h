/* bans: PURE the networks that the operator wants nobody from. They last as long as the server. */
#ifndef SERVER_NET_BANS_H
#define SERVER_NET_BANS_H

#include "server/net/ip.h"

#include <stddef.h>

/* What those who come from there are told. */
#define BANS_MESSAGE "Your address is banned here."

enum { BANS_MAX = 1024, CIDR_TEXT = IP_TEXT + 16 };

/* A network. */
struct cidr {
    unsigned char bytes[IP_SIZE]; /* those of the network; what is beyond the bits is 0 */
    int bits;                     /* how many count, of 128 */
};

/* All zero: nobody is banned. */
struct bans {
    struct cidr all[BANS_MAX];
    size_t count;
};

/* Reads ADDRESS or ADDRESS/BITS (RFC 4632): an IPv4 address is meant alone, an IPv6 one with its
 * network of 64 bits. NULL, or a sentence that says what is wrong: this machine cannot be banned.
 */
const char *cidr_parse(struct cidr *cidr, const char *text);

/* Writes it as cidr_parse takes it. */
void cidr_format(const struct cidr *cidr, char text[static CIDR_TEXT]);

/* Adds one. NULL, or a sentence that says why not. */
const char *bans_add(struct bans *all, const struct cidr *cidr);

/* Takes one out. False where it is not among them. */
bool bans_remove(struct bans *all, const struct cidr *cidr);

/* Whether somebody from there is banned; from this machine nobody ever is. */
bool bans_match(const struct bans *all, const struct ip *from);

#endif
