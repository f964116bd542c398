#include "tui/core/ignore_list.h"

#include "common/nick.h"

#include <stdlib.h>
#include <string.h>

static size_t find_ignored(const struct ignore_list *list, const char *nick)
{
    char wanted[NICK_KEY_SIZE], key[NICK_KEY_SIZE];
    size_t i = 0;
    if (list->count == 0 || nick_check(nick) != NULL) return list->count;
    nick_key(nick, wanted);
    for (; i < list->count; i++) {
        nick_key(list->nicks[i], key);
        if (strcmp(key, wanted) == 0) break;
    }
    return i;
}

bool ignore_list_has(const struct ignore_list *list, const char *nick)
{
    return find_ignored(list, nick) < list->count;
}

bool ignore_list_add(struct ignore_list *list, const char *nick)
{
    if (ignore_list_has(list, nick)) return true;
    char *copy = list->count < IGNORE_MAX ? strdup(nick) : NULL;
    if (copy != NULL) list->nicks[list->count++] = copy;
    return copy != NULL;
}

bool ignore_list_remove(struct ignore_list *list, const char *nick)
{
    size_t i = find_ignored(list, nick);
    if (i == list->count) return false;
    free(list->nicks[i]);
    list->nicks[i] = list->nicks[--list->count];
    return true;
}

const char *ignore_list_word(const void *list, size_t i)
{
    const struct ignore_list *l = list;
    return i < l->count ? l->nicks[i] : NULL;
}

void ignore_list_clear(struct ignore_list *list)
{
    while (list->count > 0) free(list->nicks[--list->count]);
}
