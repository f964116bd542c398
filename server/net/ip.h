/* ip: the network address of a socket's peer, IPv4 and IPv6 alike, and networks of them. */
#ifndef SERVER_NET_IP_H
#define SERVER_NET_IP_H

#include <stdbool.h>
#include <sys/socket.h>

enum {
    IP_SIZE = 16,
    IP_TEXT = 48,          /* bytes for an address as text */
    IP_CIDR_TEXT = 64,     /* bytes for a network as text */
    IP_SOCKADDR_TEXT = 80, /* bytes for an address and a port, a scoped IPv6 address included */
    IP_CIDR_BITS = 8 * IP_SIZE
};

struct ip {
    unsigned char bytes[IP_SIZE]; /* IPv4 addresses as IPv6 maps them: RFC 4291, 2.5.5.2 */
    bool is_local;                /* loopback, or a unix socket */
    bool is_unix;                 /* a unix socket; the bytes are 0 */
};

struct cidr {
    unsigned char bytes[IP_SIZE]; /* beyond the prefix they are 0 */
    int bits;                     /* length of the prefix, of IP_CIDR_BITS */
};

/* Returns the address in a socket address. */
struct ip ip_from_sockaddr(const struct sockaddr *sa);

/* Gets the address of a socket's peer, or of the socket itself; getpeername(2), getsockname(2).
 * False with errno set. */
bool ip_of_peer(int fd, struct ip *ret);
bool ip_of_socket(int fd, struct ip *ret);

/* Whether both are the same host's address on a network; false for unix sockets. */
bool ip_is_same_host(const struct ip *a, const struct ip *b);

/* Whether it is an IPv4 address: the last 4 bytes. */
bool ip_is_v4(const struct ip *ip);

/* Parses an IPv4 or IPv6 address (inet_pton(3)). Returns false if the text is not one. */
bool ip_parse(struct ip *ip, const char *text);

/* Formats an address so that ip_parse parses it; a unix socket as "unix". */
void ip_format(const struct ip *ip, char text[static IP_TEXT]);

/* Formats an address and its port; a unix socket as "a unix socket". */
void ip_format_sockaddr(const struct sockaddr *sa, char text[static IP_SOCKADDR_TEXT]);

/* The same for a socket's peer; getpeername(2). */
void ip_format_peer(int fd, char text[static IP_SOCKADDR_TEXT]);

/* Parses ADDRESS or ADDRESS/BITS (RFC 4632). Without BITS, an IPv4 address stands alone, and an
 * IPv6 address stands for its network of 64 bits. Sets *ret_ip to the address. Returns NULL, or a
 * clause that says what is wrong. */
const char *cidr_parse(struct cidr *cidr, struct ip *ret_ip, const char *text);

/* Formats a network so that cidr_parse parses it. */
void cidr_format(const struct cidr *cidr, char text[static IP_CIDR_TEXT]);

/* Whether the address is in the network. */
bool cidr_contains(const struct cidr *cidr, const struct ip *ip);

#endif
