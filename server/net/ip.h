/* ip: PURE the network address that somebody comes from, IPv4 and IPv6 alike. */
#ifndef SERVER_NET_IP_H
#define SERVER_NET_IP_H

#include <stdbool.h>
#include <sys/socket.h>

enum { IP_SIZE = 16, IP_TEXT = 48 /* bytes for it as people write it */ };

struct ip {
    unsigned char bytes[IP_SIZE]; /* of IPv4, as IPv6 maps it: RFC 4291, 2.5.5.2 */
    bool is_local;                /* this machine: loopback, or no network at all */
    bool is_unix;                 /* a unix socket; the bytes are 0 */
};

/* Where an address of a socket is. */
struct ip ip_from_sockaddr(const struct sockaddr *from);

/* Reads an IPv4 or IPv6 address (inet_pton(3)). False where it is none. */
bool ip_parse(struct ip *ip, const char *text);

/* Whether it is an IPv4 address: the last 4 of its bytes. */
bool ip_is_v4(const struct ip *ip);

/* Writes it as ip_parse takes it; "unix" of a unix socket. */
void ip_format(const struct ip *ip, char text[static IP_TEXT]);

#endif
