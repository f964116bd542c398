/* Arbitrary bytes as bans and the addresses of peers. Each line of the input is a ban; 16 bytes
 * at its start are also an address.
 *
 * What must hold: a ban that parses is formatted to a text that parses to the same ban; it is
 * added once and removed once; an address is banned if and only if it has the first bits of a
 * ban, and an address is formatted to a text that parses to the same address. */
#include "server/net/bans.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct bans bans;

static bool is_same(const struct ban *a, const struct ban *b)
{
    if (a->is_of_user || b->is_of_user) return a->is_of_user == b->is_of_user && a->user == b->user;
    return a->network.bits == b->network.bits && a->network.scope == b->network.scope &&
           memcmp(a->network.bytes, b->network.bytes, IP_SIZE) == 0;
}

static void must_parse_again(const struct ban *ban)
{
    char text[IP_CIDR_TEXT];
    struct ban again;
    bans_format(ban, text);
    assert(!bans_parse(&again, text) && is_same(ban, &again));
}

static bool has_first_bits(const struct cidr *cidr, const struct ip *ip)
{
    for (int i = 0; i < cidr->bits; i++)
        if ((cidr->bytes[i / 8] ^ ip->bytes[i / 8]) & 0x80 >> i % 8) return false;
    return true;
}

/* A network of IPv6 bans no IPv4 address, though all have a first part in common. */
static bool is_in(const struct ban *ban, const struct ip *ip)
{
    const struct cidr *cidr = &ban->network;
    struct ip network = {0};
    memcpy(network.bytes, cidr->bytes, IP_SIZE);
    bool v4 = cidr->bits >= 96 && ip_is_v4(&network);
    return !ban->is_of_user && v4 == ip_is_v4(ip) &&
           (cidr->scope == 0 || cidr->scope == ip->scope) && has_first_bits(cidr, ip);
}

static void must_ban(const char *text)
{
    struct ban ban;
    if (bans_parse(&ban, text)) return;
    must_parse_again(&ban);
    size_t count = bans.count;
    const char *error = bans_add(&bans, &ban);
    assert(error ? strcmp(error, BANS_ALREADY) == 0 : bans.count == count + 1);
    assert(strcmp(bans_add(&bans, &ban), BANS_ALREADY) == 0);
    if (count % 2 == 0) return;
    assert(bans_remove(&bans, &ban) && !bans_remove(&bans, &ban));
}

static void must_parse_ip_again(const struct ip *ip)
{
    char text[IP_TEXT];
    struct ip again;
    ip_format(ip, text);
    const char *error = ip_parse(&again, text);
    if (ip->scope > INT32_MAX) return;
    assert(!error && ip->is_local == again.is_local && ip->scope == again.scope);
    assert(memcmp(ip->bytes, again.bytes, IP_SIZE) == 0);
}

static void must_match(const char *bytes, size_t n)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_scope_id = (uint32_t)n % 4};
    memcpy(&address.sin6_addr, bytes, n < IP_SIZE ? n : IP_SIZE);
    struct ip ip = ip_from_sockaddr((const struct sockaddr *)&address);
    bool expected = false;
    for (size_t i = 0; i < bans.count; i++) expected |= is_in(&bans.all[i], &ip);
    assert(bans_match(&bans, &ip) == (expected && !ip.is_local));
    must_parse_ip_again(&ip);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *left = (const char *)data, *end = left + size;
    bans.count = 0;
    while (left < end) {
        const char *feed = memchr(left, '\n', (size_t)(end - left));
        size_t n = (size_t)((feed ? feed : end) - left);
        char *line = strndup(left, n);
        assert(line != NULL);
        must_ban(line);
        must_match(left, n);
        free(line);
        left = feed ? feed + 1 : end;
    }
    for (size_t i = 0; i < bans.count; i++) must_parse_again(&bans.all[i]);
    while (bans.count > 0) {
        struct ban last = bans.all[bans.count - 1];
        assert(bans_remove(&bans, &last) && !bans_remove(&bans, &last));
    }
    return 0;
}
