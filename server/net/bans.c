#include "server/net/bans.h"

#include <string.h>

const char *bans_parse(struct cidr *cidr, const char *text)
{
    struct ip ip;
    const char *error = cidr_parse(cidr, &ip, text);
    if (error) return error;
    return ip.is_local ? BANS_THIS_MACHINE : NULL;
}

static struct cidr *find_ban(struct bans *bans, const struct cidr *cidr)
{
    for (size_t i = 0; i < bans->count; i++)
        if (bans->all[i].bits == cidr->bits && bans->all[i].scope == cidr->scope &&
            memcmp(bans->all[i].bytes, cidr->bytes, IP_SIZE) == 0)
            return &bans->all[i];
    return NULL;
}

const char *bans_add(struct bans *bans, const struct cidr *cidr)
{
    if (find_ban(bans, cidr)) return BANS_ALREADY;
    if (bans->count == BANS_MAX) return BANS_TOO_MANY;
    bans->all[bans->count++] = *cidr;
    return NULL;
}

bool bans_remove(struct bans *bans, const struct cidr *cidr)
{
    struct cidr *found = find_ban(bans, cidr);
    if (found) *found = bans->all[--bans->count];
    return found != NULL;
}

bool bans_match(const struct bans *bans, const struct ip *ip)
{
    if (ip->is_local) return false;
    for (size_t i = 0; i < bans->count; i++)
        if (cidr_contains(&bans->all[i], ip)) return true;
    return false;
}
