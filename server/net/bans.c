#include "server/net/bans.h"

#include "common/option.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static_assert((int)IP_CIDR_TEXT >= (int)FINGERPRINT_TEXT, "bans_format writes a fingerprint too");

static const char *parse_user(struct ban *ban, const char *text)
{
    int user = option_parse_number(text, INT_MAX);
    if (user < 0) return BANS_NOT_A_USER;
    *ban = (struct ban){.is_of_user = true, .user = (uint32_t)user};
    return NULL;
}

static const char *parse_key(struct ban *ban, const char *text)
{
    if (!fingerprint_is_valid(text)) return BANS_NOT_A_KEY;
    memcpy(ban->key, text, sizeof ban->key);
    return NULL;
}

const char *bans_parse(struct ban *ban, const char *text)
{
    struct ip ip;
    size_t n = strlen(IP_USER);
    if (strncmp(text, IP_USER, n) == 0) return parse_user(ban, text + n);
    *ban = (struct ban){0};
    if (strncmp(text, FINGERPRINT_START, sizeof FINGERPRINT_START - 1) == 0)
        return parse_key(ban, text);
    const char *error = cidr_parse(&ban->network, &ip, text);
    if (error) return error;
    return ip.is_local ? BANS_THIS_MACHINE : NULL;
}

void bans_format(const struct ban *ban, char text[static IP_CIDR_TEXT])
{
    if (*ban->key)
        snprintf(text, IP_CIDR_TEXT, "%s", ban->key);
    else if (ban->is_of_user)
        snprintf(text, IP_CIDR_TEXT, IP_USER "%u", ban->user);
    else
        cidr_format(&ban->network, text);
}

static bool is_same(const struct ban *a, const struct ban *b)
{
    if (*a->key || *b->key) return strcmp(a->key, b->key) == 0;
    if (a->is_of_user || b->is_of_user) return a->is_of_user == b->is_of_user && a->user == b->user;
    return a->network.bits == b->network.bits && a->network.scope == b->network.scope &&
           memcmp(a->network.bytes, b->network.bytes, IP_SIZE) == 0;
}

static struct ban *find_ban(struct bans *bans, const struct ban *ban)
{
    for (size_t i = 0; i < bans->count; i++)
        if (is_same(&bans->all[i], ban)) return &bans->all[i];
    return NULL;
}

const char *bans_add(struct bans *bans, const struct ban *ban)
{
    if (find_ban(bans, ban)) return BANS_ALREADY;
    if (bans->count == BANS_MAX) return BANS_TOO_MANY;
    bans->all[bans->count++] = *ban;
    return NULL;
}

bool bans_remove(struct bans *bans, const struct ban *ban)
{
    struct ban *found = find_ban(bans, ban);
    if (found) *found = bans->all[--bans->count];
    return found != NULL;
}

static bool matches(const struct ban *ban, const struct ip *ip)
{
    if (*ban->key) return false;
    if (ip->is_unix) return ban->is_of_user && ban->user == ip->user;
    return !ban->is_of_user && !ip->is_local && cidr_contains(&ban->network, ip);
}

bool bans_match_key(const struct bans *bans, const char *key)
{
    for (size_t i = 0; i < bans->count && *key; i++)
        if (strcmp(bans->all[i].key, key) == 0) return true;
    return false;
}

bool bans_match(const struct bans *bans, const struct ip *ip)
{
    for (size_t i = 0; i < bans->count; i++)
        if (matches(&bans->all[i], ip)) return true;
    return false;
}
