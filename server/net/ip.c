#include "server/net/ip.h"

#include "common/option.h"

#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

enum { V4_BITS = 32, MAPPED_BITS = IP_CIDR_BITS - V4_BITS, V6_NETWORK = 64, LINK_LOCAL_BITS = 10 };

static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/* The first bytes of fe80::/10. A network on one interface may be wider: they fill its text,
 * because only a link-local address may have an interface. */
static const unsigned char link_local[] = {0xfe, 0x80};

/* -- addresses -- */

bool ip_is_v4(const struct ip *ip)
{
    return memcmp(ip->bytes, mapped, sizeof mapped) == 0;
}

static struct ip from_v4(const struct in_addr *address)
{
    struct ip ip = {0};
    memcpy(ip.bytes, mapped, sizeof mapped);
    memcpy(ip.bytes + sizeof mapped, address, sizeof *address);
    ip.is_local = ip.bytes[sizeof mapped] == IN_LOOPBACKNET;
    return ip;
}

/* fe80::/10 */
static bool is_link_local(const struct ip *ip)
{
    return ip->bytes[0] == 0xfe && (ip->bytes[1] & 0xc0) == 0x80;
}

static struct ip from_v6(const struct in6_addr *address, uint32_t scope)
{
    struct ip ip = {0};
    memcpy(ip.bytes, address, IP_SIZE);
    ip.scope = is_link_local(&ip) ? scope : 0;
    ip.is_local =
        ip_is_v4(&ip) ? ip.bytes[sizeof mapped] == IN_LOOPBACKNET : IN6_IS_ADDR_LOOPBACK(address);
    return ip;
}

struct ip ip_from_sockaddr(const struct sockaddr *sa)
{
    const struct sockaddr_in *v4 = (const void *)sa;
    const struct sockaddr_in6 *v6 = (const void *)sa;
    if (sa->sa_family == AF_INET) return from_v4(&v4->sin_addr);
    if (sa->sa_family == AF_INET6) return from_v6(&v6->sin6_addr, v6->sin6_scope_id);
    return (struct ip){.is_local = true, .is_unix = true, .user = IP_NO_USER};
}

/* Returns the user who connected a unix socket. */
static uint32_t query_user(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 ? peer.uid : IP_NO_USER;
}

bool ip_of_peer(int fd, struct ip *ret)
{
    struct sockaddr_storage sa = {0};
    socklen_t len = sizeof sa;
    if (getpeername(fd, (struct sockaddr *)&sa, &len) < 0) return false;
    *ret = ip_from_sockaddr((struct sockaddr *)&sa);
    if (ret->is_unix) ret->user = query_user(fd);
    return true;
}

bool ip_of_socket(int fd, struct ip *ret)
{
    struct sockaddr_storage sa = {0};
    socklen_t len = sizeof sa;
    if (getsockname(fd, (struct sockaddr *)&sa, &len) < 0) return false;
    *ret = ip_from_sockaddr((struct sockaddr *)&sa);
    return true;
}

bool ip_is_same_host(const struct ip *a, const struct ip *b)
{
    if (a->is_unix || b->is_unix) return false;
    return a->scope == b->scope && memcmp(a->bytes, b->bytes, IP_SIZE) == 0;
}

/* -- addresses as text -- */

static const char *parse_scope(struct ip *ip, const char *text)
{
    int scope = option_parse_number(text, INT_MAX);
    if (!is_link_local(ip)) return IP_NO_SCOPE;
    if (scope <= 0) return IP_NOT_A_SCOPE;
    ip->scope = (uint32_t)scope;
    return NULL;
}

const char *ip_parse(struct ip *ip, const char *text)
{
    char address[INET6_ADDRSTRLEN];
    struct in_addr v4;
    struct in6_addr v6;
    size_t n = strcspn(text, "%");
    if (n >= sizeof address) return IP_NOT_AN_ADDRESS;
    memcpy(address, text, n);
    address[n] = '\0';
    if (inet_pton(AF_INET, address, &v4) == 1)
        *ip = from_v4(&v4);
    else if (inet_pton(AF_INET6, address, &v6) == 1)
        *ip = from_v6(&v6, 0);
    else
        return IP_NOT_AN_ADDRESS;
    return text[n] ? parse_scope(ip, text + n + 1) : NULL;
}

/* Writes the interface as a number: if_indextoname(3) would open a socket to find its name. */
void ip_format(const struct ip *ip, char text[static IP_TEXT])
{
    char address[INET6_ADDRSTRLEN] = "unix", scope[16] = "";
    bool v4 = ip_is_v4(ip);
    if (!ip->is_unix)
        inet_ntop(v4 ? AF_INET : AF_INET6, ip->bytes + (v4 ? sizeof mapped : 0), address,
                  sizeof address);
    else if (ip->user != IP_NO_USER)
        snprintf(address, sizeof address, IP_USER "%u", ip->user);
    if (ip->scope > 0) snprintf(scope, sizeof scope, "%%%u", ip->scope);
    snprintf(text, IP_TEXT, "%s%s", address, scope);
}

void ip_format_sockaddr(const struct sockaddr *sa, char text[static IP_SOCKADDR_TEXT])
{
    char address[IP_TEXT];
    const struct ip ip = ip_from_sockaddr(sa);
    if (ip.is_unix) {
        snprintf(text, IP_SOCKADDR_TEXT, "a unix socket");
        return;
    }
    in_port_t port = ((const struct sockaddr_in *)(const void *)sa)->sin_port; /* of IPv6 as well */
    ip_format(&ip, address);
    snprintf(text, IP_SOCKADDR_TEXT, "%s port %u", address, ntohs(port));
}

void ip_format_peer(int fd, char text[static IP_SOCKADDR_TEXT])
{
    struct sockaddr_storage sa = {0};
    socklen_t len = sizeof sa;
    uint32_t user = IP_NO_USER;
    if (getpeername(fd, (struct sockaddr *)&sa, &len) < 0) {
        snprintf(text, IP_SOCKADDR_TEXT, "a disconnected peer");
        return;
    }
    if (sa.ss_family == AF_UNIX) user = query_user(fd);
    if (user != IP_NO_USER)
        snprintf(text, IP_SOCKADDR_TEXT, IP_UNIX_PEER("%u"), user);
    else
        ip_format_sockaddr((struct sockaddr *)&sa, text);
}

/* -- networks -- */

static void clear_host_bits(struct cidr *cidr)
{
    for (int bit = cidr->bits; bit < IP_CIDR_BITS; bit++)
        cidr->bytes[bit / 8] &= (unsigned char)~(0x80 >> bit % 8);
}

static bool cidr_is_v4(const struct cidr *cidr)
{
    return cidr->bits >= MAPPED_BITS && memcmp(cidr->bytes, mapped, sizeof mapped) == 0;
}

/* Parses the text after the / of an IPv4 address, or of an IPv6 address. */
static const char *parse_bits(struct cidr *cidr, const char *text, bool v4)
{
    int bits = option_parse_number(text, v4 ? V4_BITS : IP_CIDR_BITS);
    cidr->bits = v4 ? bits + MAPPED_BITS : bits;
    if (bits >= 0) return NULL;
    return v4 ? IP_NOT_BITS_V4 : IP_NOT_BITS_V6;
}

const char *cidr_parse(struct cidr *cidr, struct ip *ret_ip, const char *text)
{
    char address[IP_TEXT];
    size_t n = strcspn(text, "/");
    if (n >= sizeof address) return IP_NOT_AN_ADDRESS;
    memcpy(address, text, n);
    address[n] = '\0';
    const char *error = ip_parse(ret_ip, address);
    if (error) return error;
    bool is_dotted = strchr(address, ':') == NULL;
    cidr->bits = ip_is_v4(ret_ip) ? IP_CIDR_BITS : V6_NETWORK;
    cidr->scope = ret_ip->scope;
    memcpy(cidr->bytes, ret_ip->bytes, IP_SIZE);
    if (text[n]) error = parse_bits(cidr, text + n + 1, is_dotted);
    if (!error) clear_host_bits(cidr);
    return error;
}

void cidr_format(const struct cidr *cidr, char text[static IP_CIDR_TEXT])
{
    char address[IP_TEXT];
    struct ip ip = {.scope = cidr->scope};
    memcpy(ip.bytes, cidr->bytes, IP_SIZE);
    if (ip.scope > 0 && cidr->bits < LINK_LOCAL_BITS)
        memcpy(ip.bytes, link_local, sizeof link_local);
    ip_format(&ip, address);
    bool v4 = cidr_is_v4(cidr);
    if (v4 && cidr->bits == IP_CIDR_BITS)
        snprintf(text, IP_CIDR_TEXT, "%s", address);
    else
        snprintf(text, IP_CIDR_TEXT, "%s/%d", address, v4 ? cidr->bits - MAPPED_BITS : cidr->bits);
}

bool cidr_contains(const struct cidr *cidr, const struct ip *ip)
{
    size_t whole = (size_t)cidr->bits / 8;
    unsigned rest = (unsigned)cidr->bits % 8;
    if (ip->is_unix || cidr_is_v4(cidr) != ip_is_v4(ip)) return false;
    if (cidr->scope > 0 && cidr->scope != ip->scope) return false;
    if (memcmp(cidr->bytes, ip->bytes, whole) != 0) return false;
    return rest == 0 || (cidr->bytes[whole] ^ ip->bytes[whole]) >> (8 - rest) == 0;
}
