#include "server/net/bans.h"

#include "common/option.h"

#include <stdio.h>
#include <string.h>

enum { ALL = 8 * IP_SIZE, V4 = 32, MAPPED = ALL - V4, V6_NETWORK = 64 };

static bool contains(const struct cidr *cidr, const unsigned char bytes[static IP_SIZE])
{
    size_t whole = (size_t)cidr->bits / 8;
    unsigned rest = (unsigned)cidr->bits % 8;
    if (memcmp(cidr->bytes, bytes, whole) != 0) return false;
    return rest == 0 || (cidr->bytes[whole] ^ bytes[whole]) >> (8 - rest) == 0;
}

static void clear_host_bits(struct cidr *cidr)
{
    for (int bit = cidr->bits; bit < ALL; bit++)
        cidr->bytes[bit / 8] &= (unsigned char)~(0x80 >> bit % 8);
}

static bool parse_bits(struct cidr *cidr, const char *text, bool v4)
{
    int bits = option_parse_number(text, v4 ? V4 : ALL);
    cidr->bits = v4 ? bits + MAPPED : bits;
    return bits >= 0;
}

const char *cidr_parse(struct cidr *cidr, const char *text)
{
    char address[IP_TEXT];
    struct ip ip;
    size_t n = strcspn(text, "/");
    if (n >= sizeof address) return "that is no address";
    memcpy(address, text, n);
    address[n] = '\0';
    if (!ip_parse(&ip, address)) return "that is no IPv4 or IPv6 address";
    if (ip.is_local) return "that is this machine: who comes through ssh would be locked out, too";
    bool v4 = ip_is_v4(&ip);
    cidr->bits = v4 ? ALL : V6_NETWORK;
    memcpy(cidr->bytes, ip.bytes, IP_SIZE);
    if (text[n] && !parse_bits(cidr, text + n + 1, v4))
        return "what follows the / is no number of bits";
    clear_host_bits(cidr);
    return NULL;
}

void cidr_format(const struct cidr *cidr, char text[static CIDR_TEXT])
{
    char address[IP_TEXT];
    struct ip ip = {0};
    memcpy(ip.bytes, cidr->bytes, IP_SIZE);
    ip_format(&ip, address);
    bool v4 = ip_is_v4(&ip);
    if (v4 && cidr->bits == ALL)
        snprintf(text, CIDR_TEXT, "%s", address);
    else
        snprintf(text, CIDR_TEXT, "%s/%d", address, v4 ? cidr->bits - MAPPED : cidr->bits);
}

static struct cidr *find_ban(struct bans *all, const struct cidr *cidr)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->all[i].bits == cidr->bits && memcmp(all->all[i].bytes, cidr->bytes, IP_SIZE) == 0)
            return &all->all[i];
    return NULL;
}

const char *bans_add(struct bans *all, const struct cidr *cidr)
{
    if (find_ban(all, cidr)) return "it is banned already";
    if (all->count == BANS_MAX) return "there are too many bans: ban a network, or unban some";
    all->all[all->count++] = *cidr;
    return NULL;
}

bool bans_remove(struct bans *all, const struct cidr *cidr)
{
    struct cidr *found = find_ban(all, cidr);
    if (found) *found = all->all[--all->count];
    return found != NULL;
}

bool bans_match(const struct bans *all, const struct ip *from)
{
    if (from->is_local) return false;
    for (size_t i = 0; i < all->count; i++)
        if (contains(&all->all[i], from->bytes)) return true;
    return false;
}
