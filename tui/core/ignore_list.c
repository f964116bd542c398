#include "tui/core/ignore_list.h"

#include "common/nick.h"

#include <stdlib.h>
#include <string.h>

static size_t find(const struct ignore *g, const char *nick)
{
    char wanted[NICK_KEY_SIZE], key[NICK_KEY_SIZE];
    size_t i = 0;
    if (g->count == 0 || nick_check(nick) != NULL) return g->count;
    nick_key(nick, wanted);
    for (; i < g->count; i++) {
        nick_key(g->nicks[i], key);
        if (strcmp(key, wanted) == 0) break;
    }
    return i;
}

bool ignore_has(const struct ignore *g, const char *nick)
{
    return find(g, nick) < g->count;
}

bool ignore_add(struct ignore *g, const char *nick)
{
    if (ignore_has(g, nick)) return true;
    char *copy = g->count < IGNORE_NICKS ? strdup(nick) : NULL;
    if (copy != NULL) g->nicks[g->count++] = copy;
    return copy != NULL;
}

bool ignore_remove(struct ignore *g, const char *nick)
{
    size_t i = find(g, nick);
    if (i == g->count) return false;
    free(g->nicks[i]);
    g->nicks[i] = g->nicks[--g->count];
    return true;
}

void ignore_drop(struct ignore *g)
{
    while (g->count > 0) free(g->nicks[--g->count]);
}
