#include "server/room/nicks.h"

#include "common/nick.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

const char *nick_entry_key(const struct nick_entry *name)
{
    return name->text + strlen(name->text) + 1;
}

static int by_key(const void *a, const void *b)
{
    return strcmp(nick_entry_key(a), nick_entry_key(b));
}

struct nick_entry *nick_entry_new(const char *nick)
{
    char key[NICK_KEY_SIZE];
    nick_key(nick, key);
    size_t nick_size = strlen(nick) + 1, key_size = strlen(key) + 1;
    struct nick_entry *name = malloc(sizeof *name + nick_size + key_size);
    if (!name) return NULL;
    name->member = NULL;
    memcpy(name->text, nick, nick_size);
    memcpy(name->text + nick_size, key, key_size);
    return name;
}

struct nick_entry *nicks_insert(struct nicks *n, struct nick_entry *name,
                                const struct nick_entry *old)
{
    struct nick_entry **found = tsearch(name, &n->tree, by_key);
    if (!found) return NULL;
    if (*found == old) *found = name;
    return *found;
}

const struct nick_entry *nicks_find(const struct nicks *n, const char *nick)
{
    struct nick_entry *wanted = nick_entry_new(nick);
    struct nick_entry **found = wanted ? tfind(wanted, &n->tree, by_key) : NULL;
    free(wanted);
    return found ? *found : NULL;
}

void nicks_remove(struct nicks *n, struct nick_entry *name)
{
    struct nick_entry **found = tfind(name, &n->tree, by_key);
    if (found && *found == name) tdelete(name, &n->tree, by_key);
    free(name);
}
