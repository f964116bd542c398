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
    size_t i = find_ignored(list, nick);
    if (i < list->count) list->followed[i] = false;
    if (i < list->count) return true;
    char *copy = list->count < IGNORE_MAX ? strdup(nick) : NULL;
    if (copy == NULL) return false;
    list->followed[list->count] = false;
    list->nicks[list->count++] = copy;
    return true;
}

bool ignore_list_remove(struct ignore_list *list, const char *nick)
{
    size_t i = find_ignored(list, nick);
    if (i == list->count) return false;
    free(list->nicks[i]);
    list->nicks[i] = list->nicks[--list->count];
    list->followed[i] = list->followed[list->count];
    return true;
}

enum ignore_follow ignore_list_follow(struct ignore_list *list, const char *nick,
                                      const char *new_nick)
{
    size_t i = find_ignored(list, nick);
    if (i == list->count || nick_check(new_nick) != NULL || ignore_list_has(list, new_nick))
        return IGNORE_FOLLOW_NONE;
    if (list->followed[i]) ignore_list_remove(list, nick);
    if (!ignore_list_add(list, new_nick)) return IGNORE_FOLLOW_FULL;
    list->followed[list->count - 1] = true;
    return IGNORE_FOLLOW_ADDED;
}

void ignore_list_member_left(struct ignore_list *list, const char *nick)
{
    size_t i = find_ignored(list, nick);
    if (i < list->count && list->followed[i]) ignore_list_remove(list, nick);
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
