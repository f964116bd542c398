#include "server/net/ip.h"

#include "common/option.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

enum { V4_BITS = 32, MAPPED_BITS = IP_CIDR_BITS - V4_BITS, V6_NETWORK = 64 };

static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

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

static struct ip from_v6(const struct in6_addr *address)
{
    struct ip ip = {0};
    memcpy(ip.bytes, address, IP_SIZE);
    ip.is_local =
        ip_is_v4(&ip) ? ip.bytes[sizeof mapped] == IN_LOOPBACKNET : IN6_IS_ADDR_LOOPBACK(address);
    return ip;
}

struct ip ip_from_sockaddr(const struct sockaddr *sa)
{
    const struct sockaddr_in *v4 = (const void *)sa;
    const struct sockaddr_in6 *v6 = (const void *)sa;
    if (sa->sa_family == AF_INET) return from_v4(&v4->sin_addr);
    if (sa->sa_family == AF_INET6) return from_v6(&v6->sin6_addr);
    return (struct ip){.is_local = true, .is_unix = true};
}

bool ip_of_peer(int fd, struct ip *ret)
{
    struct sockaddr_storage sa = {0};
    socklen_t len = sizeof sa;
    if (getpeername(fd, (struct sockaddr *)&sa, &len) < 0) return false;
    *ret = ip_from_sockaddr((struct sockaddr *)&sa);
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
    return memcmp(a->bytes, b->bytes, IP_SIZE) == 0;
}

/* -- addresses as text -- */

bool ip_parse(struct ip *ip, const char *text)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, text, &v4) == 1)
        *ip = from_v4(&v4);
    else if (inet_pton(AF_INET6, text, &v6) == 1)
        *ip = from_v6(&v6);
    else
        return false;
    return true;
}

void ip_format(const struct ip *ip, char text[static IP_TEXT])
{
    bool v4 = ip_is_v4(ip);
    if (ip->is_unix)
        snprintf(text, IP_TEXT, "unix");
    else
        inet_ntop(v4 ? AF_INET : AF_INET6, ip->bytes + (v4 ? sizeof mapped : 0), text, IP_TEXT);
}

/* Writes the scope as a number: getnameinfo(3) would open a socket to find its name. */
static void format_inet6(const struct sockaddr_in6 *sa, char text[static IP_SOCKADDR_TEXT])
{
    char host[INET6_ADDRSTRLEN] = "", scope[16] = "";
    inet_ntop(AF_INET6, &sa->sin6_addr, host, sizeof host);
    if (sa->sin6_scope_id > 0) snprintf(scope, sizeof scope, "%%%u", sa->sin6_scope_id);
    snprintf(text, IP_SOCKADDR_TEXT, "%s%s port %u", host, scope, ntohs(sa->sin6_port));
}

static void format_inet(const struct sockaddr_in *sa, char text[static IP_SOCKADDR_TEXT])
{
    char host[INET_ADDRSTRLEN] = "";
    inet_ntop(AF_INET, &sa->sin_addr, host, sizeof host);
    snprintf(text, IP_SOCKADDR_TEXT, "%s port %u", host, ntohs(sa->sin_port));
}

void ip_format_sockaddr(const struct sockaddr *sa, char text[static IP_SOCKADDR_TEXT])
{
    if (sa->sa_family == AF_INET6)
        format_inet6((const void *)sa, text);
    else if (sa->sa_family == AF_INET)
        format_inet((const void *)sa, text);
    else
        snprintf(text, IP_SOCKADDR_TEXT, "a unix socket");
}

void ip_format_peer(int fd, char text[static IP_SOCKADDR_TEXT])
{
    struct sockaddr_storage sa = {0};
    socklen_t len = sizeof sa;
    if (getpeername(fd, (struct sockaddr *)&sa, &len) == 0)
        ip_format_sockaddr((struct sockaddr *)&sa, text);
    else
        snprintf(text, IP_SOCKADDR_TEXT, "a disconnected peer");
}

/* -- networks -- */

static void clear_host_bits(struct cidr *cidr)
{
    for (int bit = cidr->bits; bit < IP_CIDR_BITS; bit++)
        cidr->bytes[bit / 8] &= (unsigned char)~(0x80 >> bit % 8);
}

static bool parse_bits(struct cidr *cidr, const char *text, bool v4)
{
    int bits = option_parse_number(text, v4 ? V4_BITS : IP_CIDR_BITS);
    cidr->bits = v4 ? bits + MAPPED_BITS : bits;
    return bits >= 0;
}

const char *cidr_parse(struct cidr *cidr, struct ip *ret_ip, const char *text)
{
    char address[IP_TEXT];
    size_t n = strcspn(text, "/");
    if (n >= sizeof address) return "not an address";
    memcpy(address, text, n);
    address[n] = '\0';
    if (!ip_parse(ret_ip, address)) return "not an IPv4 or IPv6 address";
    bool v4 = ip_is_v4(ret_ip);
    cidr->bits = v4 ? IP_CIDR_BITS : V6_NETWORK;
    memcpy(cidr->bytes, ret_ip->bytes, IP_SIZE);
    if (text[n] && !parse_bits(cidr, text + n + 1, v4)) return "not a number of bits after the /";
    clear_host_bits(cidr);
    return NULL;
}

void cidr_format(const struct cidr *cidr, char text[static IP_CIDR_TEXT])
{
    char address[IP_TEXT];
    struct ip ip = {0};
    memcpy(ip.bytes, cidr->bytes, IP_SIZE);
    ip_format(&ip, address);
    bool v4 = ip_is_v4(&ip);
    if (v4 && cidr->bits == IP_CIDR_BITS)
        snprintf(text, IP_CIDR_TEXT, "%s", address);
    else
        snprintf(text, IP_CIDR_TEXT, "%s/%d", address, v4 ? cidr->bits - MAPPED_BITS : cidr->bits);
}

bool cidr_contains(const struct cidr *cidr, const struct ip *ip)
{
    size_t whole = (size_t)cidr->bits / 8;
    unsigned rest = (unsigned)cidr->bits % 8;
    if (memcmp(cidr->bytes, ip->bytes, whole) != 0) return false;
    return rest == 0 || (cidr->bytes[whole] ^ ip->bytes[whole]) >> (8 - rest) == 0;
}
