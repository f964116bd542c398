/* ip: the network address of a socket's peer, IPv4 and IPv6 alike, and networks of them. */
#ifndef SERVER_NET_IP_H
#define SERVER_NET_IP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
    IP_SIZE = 16,
    IP_TEXT = 64,          /* bytes for an address as text, with its interface */
    IP_CIDR_TEXT = 80,     /* bytes for a network as text */
    IP_SOCKADDR_TEXT = 80, /* bytes for an address and a port as text */
    IP_CIDR_BITS = 8 * IP_SIZE
};

#define IP_NO_USER UINT32_MAX /* no user has this number; chown(2) */

struct ip {
    unsigned char bytes[IP_SIZE]; /* IPv4 addresses as IPv6 maps them: RFC 4291, 2.5.5.2 */
    uint32_t scope;               /* interface of a link-local IPv6 address; 0: not given */
    bool is_local;                /* loopback, or a unix socket */
    bool is_unix;                 /* a unix socket; the bytes are 0 */
    uint32_t user;                /* of a unix socket: the user who connected; or IP_NO_USER */
};

/* A network of IPv4 addresses is stored as mapped addresses, with a prefix of at least 96 bits. */
struct cidr {
    unsigned char bytes[IP_SIZE]; /* beyond the prefix they are 0 */
    uint32_t scope;               /* interface of link-local addresses; 0: any */
    int bits;                     /* length of the prefix, of IP_CIDR_BITS */
};

/* Returns the address in a socket address. A mapped IPv4 address is an IPv4 address. */
struct ip ip_from_sockaddr(const struct sockaddr *sa);

/* Gets the address of a socket's peer, with the user of a unix socket's; or of the socket itself.
 * Makes the calls getpeername(2) and, for a unix socket, getsockopt(2) with SO_PEERCRED; or
 * getsockname(2). Returns false with errno set. */
bool ip_of_peer(int fd, struct ip *ret);
bool ip_of_socket(int fd, struct ip *ret);

/* Whether both are the same host's address on the same network; false for unix sockets. */
bool ip_is_same_host(const struct ip *a, const struct ip *b);

/* Whether it is an IPv4 address: the last 4 bytes. */
bool ip_is_v4(const struct ip *ip);

/* Parses an IPv4 or IPv6 address (inet_pton(3)); a link-local address may end in % and the number
 * of its interface. Returns NULL, or a sentence that says what is wrong. */
const char *ip_parse(struct ip *ip, const char *text);

/* Formats an address so that ip_parse parses it; a unix socket as "uid:" and the user, or "unix".
 */
void ip_format(const struct ip *ip, char text[static IP_TEXT]);

/* The user of a unix socket: before the number; and in the log. */
#define IP_USER            "uid:"
#define IP_UNIX_PEER(user) "user " user " on a unix socket"

/* Formats an address and its port; a unix socket as "a unix socket". */
void ip_format_sockaddr(const struct sockaddr *sa, char text[static IP_SOCKADDR_TEXT]);

/* The same for a socket's peer, as ip_of_peer gets it; that of a unix socket as "user N on a unix
 * socket". */
void ip_format_peer(int fd, char text[static IP_SOCKADDR_TEXT]);

/* Errors of ip_parse and cidr_parse. */
#define IP_NOT_AN_ADDRESS "not an IPv4 or IPv6 address"
#define IP_NOT_A_SCOPE    "the number of an interface must follow the %, as in fe80::1%2"
#define IP_NO_SCOPE       "only a link-local address (fe80::/10) has an interface after %"
#define IP_NOT_BITS_V4    "a number from 0 to 32 must follow the /, as in 192.0.2.0/24"
#define IP_NOT_BITS_V6    "a number from 0 to 128 must follow the /, as in 2001:db8::/48"

/* Parses ADDRESS or ADDRESS/BITS (RFC 4632). Without BITS, an IPv4 address stands alone, and an
 * IPv6 address stands for its network of 64 bits. A mapped address with 96 bits or more is an IPv4
 * network. Sets *ret_ip to the address. Returns NULL, or a sentence that says what is wrong. */
const char *cidr_parse(struct cidr *cidr, struct ip *ret_ip, const char *text);

/* Formats a network so that cidr_parse parses it. */
void cidr_format(const struct cidr *cidr, char text[static IP_CIDR_TEXT]);

/* Whether the address is in the network, of the same family, and on the network's interface. */
bool cidr_contains(const struct cidr *cidr, const struct ip *ip);

#endif
