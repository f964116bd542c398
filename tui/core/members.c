#include "tui/core/members.h"

#include "common/nick.h"

#include <stdlib.h>
#include <string.h>

static size_t find_member(const struct members *m, const char *nick)
{
    size_t i = 0;
    while (i < m->count && strcmp(m->nicks[i], nick) != 0) i++;
    return i;
}

bool members_has(const struct members *m, const char *nick)
{
    return find_member(m, nick) < m->count;
}

static void insert_member(struct members *m, size_t i, char *nick)
{
    if (m->count == MEMBERS_MAX) free(m->nicks[--m->count]);
    if (i > m->count) i = m->count;
    memmove(m->nicks + i + 1, m->nicks + i, (m->count++ - i) * sizeof *m->nicks);
    m->nicks[i] = nick;
}

static void add_member(struct members *m, size_t i, const char *nick)
{
    char *copy = strlen(nick) <= NICK_BYTES && nick_check(nick) == NULL ? strdup(nick) : NULL;
    if (copy != NULL) insert_member(m, i, copy);
}

void members_spoke(struct members *m, const char *nick)
{
    size_t i = find_member(m, nick);
    if (i == m->count) {
        add_member(m, 0, nick);
        return;
    }
    char *known = m->nicks[i];
    memmove(m->nicks + 1, m->nicks, i * sizeof *m->nicks);
    m->nicks[0] = known;
}

void members_joined(struct members *m, const char *nick)
{
    if (find_member(m, nick) == m->count) add_member(m, m->count, nick);
}

void members_left(struct members *m, const char *nick)
{
    size_t i = find_member(m, nick);
    if (i == m->count) return;
    free(m->nicks[i]);
    memmove(m->nicks + i, m->nicks + i + 1, (--m->count - i) * sizeof *m->nicks);
}

void members_renamed(struct members *m, const char *nick, const char *new_nick)
{
    size_t i = find_member(m, nick);
    members_left(m, nick);
    members_left(m, new_nick);
    add_member(m, i, new_nick);
}

void members_clear(struct members *m)
{
    while (m->count > 0) free(m->nicks[--m->count]);
}

const char *members_word(const void *own_last, size_t i)
{
    const struct members_own_last *list = own_last;
    const struct members *m = list->members;
    size_t own = find_member(m, list->own);
    if (own < m->count && i >= own) i = i == m->count - 1 ? own : i + 1;
    return i < m->count ? m->nicks[i] : NULL;
}
