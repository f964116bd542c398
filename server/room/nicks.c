#include "server/room/nicks.h"

#include "common/nick.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

/* An entry with an empty nickname, to look up a key without allocating. */
union lookup_entry {
    struct nick_entry entry;
    char space[sizeof(struct nick_entry) + 1 + NICK_KEY_SIZE];
};

const char *nick_entry_key(const struct nick_entry *entry)
{
    return entry->text + strlen(entry->text) + 1;
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(nick_entry_key(a), nick_entry_key(b));
}

struct nick_entry *nick_entry_new(const char *nick)
{
    char key[NICK_KEY_SIZE];
    nick_key(nick, key);
    size_t nick_size = strlen(nick) + 1, key_size = strlen(key) + 1;
    struct nick_entry *entry = malloc(sizeof *entry + nick_size + key_size);
    if (!entry) return NULL;
    entry->member = NULL;
    memcpy(entry->text, nick, nick_size);
    memcpy(entry->text + nick_size, key, key_size);
    return entry;
}

struct nick_entry *nicks_insert(struct nicks *n, struct nick_entry *entry,
                                const struct nick_entry *old)
{
    struct nick_entry **found = tsearch(entry, &n->tree, compare_keys);
    if (!found) return NULL;
    if (*found == old) *found = entry;
    return *found;
}

const struct nick_entry *nicks_find(const struct nicks *n, const char *nick)
{
    union lookup_entry wanted;
    wanted.entry.text[0] = '\0';
    nick_key(nick, wanted.entry.text + 1);
    struct nick_entry **found = tfind(&wanted.entry, &n->tree, compare_keys);
    return found ? *found : NULL;
}

void nicks_remove(struct nicks *n, struct nick_entry *entry)
{
    struct nick_entry **found = tfind(entry, &n->tree, compare_keys);
    if (found && *found == entry) tdelete(entry, &n->tree, compare_keys);
    free(entry);
}
