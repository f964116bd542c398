#include "server/base/ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool origin_is_v4(const struct origin *o)
{
    return memcmp(o->bytes, mapped, sizeof mapped) == 0;
}

static struct origin of_v4(const struct in_addr *address)
{
    struct origin o = {0};
    memcpy(o.bytes, mapped, sizeof mapped);
    memcpy(o.bytes + sizeof mapped, address, sizeof *address);
    o.is_local = o.bytes[sizeof mapped] == IN_LOOPBACKNET;
    return o;
}

static struct origin of_v6(const struct in6_addr *address)
{
    struct origin o = {0};
    memcpy(o.bytes, address, ORIGIN_SIZE);
    o.is_local =
        origin_is_v4(&o) ? o.bytes[sizeof mapped] == IN_LOOPBACKNET : IN6_IS_ADDR_LOOPBACK(address);
    return o;
}

struct origin origin_of(const struct sockaddr *from)
{
    const struct sockaddr_in *v4 = (const void *)from;
    const struct sockaddr_in6 *v6 = (const void *)from;
    if (from->sa_family == AF_INET) return of_v4(&v4->sin_addr);
    if (from->sa_family == AF_INET6) return of_v6(&v6->sin6_addr);
    return (struct origin){.is_local = true, .is_unix = true};
}

bool origin_read(struct origin *o, const char *text)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, text, &v4) == 1)
        *o = of_v4(&v4);
    else if (inet_pton(AF_INET6, text, &v6) == 1)
        *o = of_v6(&v6);
    else
        return false;
    return true;
}

void origin_write(const struct origin *o, char text[static ORIGIN_TEXT])
{
    bool v4 = origin_is_v4(o);
    if (o->is_unix)
        snprintf(text, ORIGIN_TEXT, "unix");
    else
        inet_ntop(v4 ? AF_INET : AF_INET6, o->bytes + (v4 ? sizeof mapped : 0), text, ORIGIN_TEXT);
}
