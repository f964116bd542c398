#include "server/net/bans.h"

#include "common/option.h"

#include <stdio.h>
#include <string.h>

enum { ALL = 8 * ORIGIN_SIZE, V4 = 32, MAPPED = ALL - V4, V6_NETWORK = 64 };

static bool matches(const struct ban *b, const unsigned char bytes[static ORIGIN_SIZE])
{
    size_t whole = (size_t)b->bits / 8;
    unsigned rest = (unsigned)b->bits % 8;
    if (memcmp(b->bytes, bytes, whole) != 0) return false;
    return rest == 0 || (b->bytes[whole] ^ bytes[whole]) >> (8 - rest) == 0;
}

static void cut_off(struct ban *b)
{
    for (int bit = b->bits; bit < ALL; bit++)
        b->bytes[bit / 8] &= (unsigned char)~(0x80 >> bit % 8);
}

static bool read_bits(struct ban *b, const char *text, bool v4)
{
    int bits = option_parse_number(text, v4 ? V4 : ALL);
    b->bits = v4 ? bits + MAPPED : bits;
    return bits >= 0;
}

const char *bans_read(struct ban *b, const char *text)
{
    char address[ORIGIN_TEXT];
    struct origin o;
    size_t n = strcspn(text, "/");
    if (n >= sizeof address) return "that is no address";
    memcpy(address, text, n);
    address[n] = '\0';
    if (!origin_read(&o, address)) return "that is no IPv4 or IPv6 address";
    if (o.is_local) return "that is this machine: who comes through ssh would be locked out, too";
    bool v4 = origin_is_v4(&o);
    b->bits = v4 ? ALL : V6_NETWORK;
    memcpy(b->bytes, o.bytes, ORIGIN_SIZE);
    if (text[n] && !read_bits(b, text + n + 1, v4))
        return "what follows the / is no number of bits";
    cut_off(b);
    return NULL;
}

void bans_write(const struct ban *b, char text[static BANS_TEXT])
{
    char address[ORIGIN_TEXT];
    struct origin o = {0};
    memcpy(o.bytes, b->bytes, ORIGIN_SIZE);
    origin_write(&o, address);
    bool v4 = origin_is_v4(&o);
    if (v4 && b->bits == ALL)
        snprintf(text, BANS_TEXT, "%s", address);
    else
        snprintf(text, BANS_TEXT, "%s/%d", address, v4 ? b->bits - MAPPED : b->bits);
}

static struct ban *find(struct bans *all, const struct ban *b)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->all[i].bits == b->bits && memcmp(all->all[i].bytes, b->bytes, ORIGIN_SIZE) == 0)
            return &all->all[i];
    return NULL;
}

const char *bans_add(struct bans *all, const struct ban *b)
{
    if (find(all, b)) return "it is banned already";
    if (all->count == BANS_MOST) return "there are too many bans: ban a network, or unban some";
    all->all[all->count++] = *b;
    return NULL;
}

bool bans_remove(struct bans *all, const struct ban *b)
{
    struct ban *found = find(all, b);
    if (found) *found = all->all[--all->count];
    return found != NULL;
}

bool bans_has(const struct bans *all, const struct origin *from)
{
    if (from->is_local) return false;
    for (size_t i = 0; i < all->count; i++)
        if (matches(&all->all[i], from->bytes)) return true;
    return false;
}
