#include "server/net/ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

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

struct ip ip_from_sockaddr(const struct sockaddr *from)
{
    const struct sockaddr_in *v4 = (const void *)from;
    const struct sockaddr_in6 *v6 = (const void *)from;
    if (from->sa_family == AF_INET) return from_v4(&v4->sin_addr);
    if (from->sa_family == AF_INET6) return from_v6(&v6->sin6_addr);
    return (struct ip){.is_local = true, .is_unix = true};
}

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
