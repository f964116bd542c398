/* bans: PURE the networks that the operator wants nobody from. They last as long as the server. */
#ifndef SERVER_NET_BANS_H
#define SERVER_NET_BANS_H

#include "server/base/ip.h"

#include <stddef.h>

/* What those who come from there are told. */
#define BANS_WORDS "Your address is banned here."

enum { BANS_MOST = 1024, BANS_TEXT = ORIGIN_TEXT + 16 };

/* A network. */
struct ban {
    unsigned char bytes[ORIGIN_SIZE]; /* those of the network; what is beyond the bits is 0 */
    int bits;                         /* how many count, of 128 */
};

/* All zero: nobody is banned. */
struct bans {
    struct ban all[BANS_MOST];
    size_t count;
};

/* Reads ADDRESS or ADDRESS/BITS (RFC 4632): an IPv4 address is meant alone, an IPv6 one with its
 * network of 64 bits. NULL, or a sentence that says what is wrong: this machine cannot be banned.
 */
const char *bans_read(struct ban *b, const char *text);

/* Writes it as bans_read takes it. */
void bans_write(const struct ban *b, char text[static BANS_TEXT]);

/* Adds one. NULL, or a sentence that says why not. */
const char *bans_add(struct bans *all, const struct ban *b);

/* Takes one out. False where it is not among them. */
bool bans_remove(struct bans *all, const struct ban *b);

/* Whether somebody from there is banned; from this machine nobody ever is. */
bool bans_has(const struct bans *all, const struct origin *from);

#endif
