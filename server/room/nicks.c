#include "server/room/nicks.h"

#include "common/nick.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

const char *name_key(const struct name *name)
{
    return name->nick + strlen(name->nick) + 1;
}

static int by_key(const void *a, const void *b)
{
    return strcmp(name_key(a), name_key(b));
}

struct name *name_new(const char *nick)
{
    char key[NICK_KEY_SIZE];
    nick_key(nick, key);
    size_t nick_size = strlen(nick) + 1, key_size = strlen(key) + 1;
    struct name *name = malloc(sizeof *name + nick_size + key_size);
    if (!name) return NULL;
    name->bearer = NULL;
    memcpy(name->nick, nick, nick_size);
    memcpy(name->nick + nick_size, key, key_size);
    return name;
}

struct name *names_enter(struct names *n, struct name *name, const struct name *old)
{
    struct name **found = tsearch(name, &n->tree, by_key);
    if (!found) return NULL;
    if (*found == old) *found = name;
    return *found;
}

const struct name *names_find(const struct names *n, const char *nick)
{
    struct name *wanted = name_new(nick);
    struct name **found = wanted ? tfind(wanted, &n->tree, by_key) : NULL;
    free(wanted);
    return found ? *found : NULL;
}

void names_remove(struct names *n, struct name *name)
{
    struct name **found = tfind(name, &n->tree, by_key);
    if (found && *found == name) tdelete(name, &n->tree, by_key);
    free(name);
}
