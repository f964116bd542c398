/* origin: PURE the network address that somebody comes from, IPv4 and IPv6 alike. */
#ifndef SERVER_BASE_IP_H
#define SERVER_BASE_IP_H

#include <stdbool.h>
#include <sys/socket.h>

enum { ORIGIN_SIZE = 16, ORIGIN_TEXT = 48 /* bytes for it as people write it */ };

struct origin {
    unsigned char bytes[ORIGIN_SIZE]; /* of IPv4, as IPv6 maps it: RFC 4291, 2.5.5.2 */
    bool is_local;                    /* this machine: loopback, or no network at all */
    bool is_unix;                     /* a unix socket; the bytes are 0 */
};

/* Where an address of a socket is. */
struct origin origin_of(const struct sockaddr *from);

/* Reads an IPv4 or IPv6 address (inet_pton(3)). False where it is none. */
bool origin_read(struct origin *o, const char *text);

/* Whether it is an IPv4 address: the last 4 of its bytes. */
bool origin_is_v4(const struct origin *o);

/* Writes it as origin_read takes it; "unix" of a unix socket. */
void origin_write(const struct origin *o, char text[static ORIGIN_TEXT]);

#endif
