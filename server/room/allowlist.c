#include "server/room/allowlist.h"

#include "common/nick.h"
#include "server/room/lookalike.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPACES " \t\r"

enum { KEY = FINGERPRINT_TEXT - 1 }; /* characters of a fingerprint */

/* -- reading -- */

static struct allowed *add(struct allowlist *list)
{
    if (list->count == list->cap) {
        size_t cap = list->cap ? 2 * list->cap : 16;
        struct allowed *lines = realloc(list->lines, cap * sizeof *lines);
        if (!lines) return NULL;
        list->lines = lines;
        list->cap = cap;
    }
    struct allowed *a = &list->lines[list->count++];
    *a = (struct allowed){0};
    return a;
}

/* A key may have several lines, also with the same nickname. */
static const char *set_nick(struct allowlist *list, struct allowed *a, const char *nick)
{
    const char *wrong = nick_check(nick);
    if (wrong) return wrong;
    a->nick = nick_entry_new(&list->nicks, nick);
    if (!a->nick) return ALLOWLIST_NO_MEMORY;
    a->nick->index = (uint32_t)(a - list->lines); /* the array may still move */
    const struct nick_entry *holder = nicks_insert(&list->nicks, a->nick, NULL);
    if (holder == a->nick) return NULL;
    free(a->nick);
    a->nick = NULL;
    if (!holder) return ALLOWLIST_NO_MEMORY;
    return strcmp(list->lines[holder->index].key, a->key) == 0 ? NULL : ALLOWLIST_TAKEN;
}

/* Removes the spaces at both ends. */
static char *trim(char *text)
{
    text += strspn(text, SPACES);
    size_t n = strlen(text);
    while (n > 0 && strchr(SPACES, text[n - 1])) n--;
    text[n] = '\0';
    return text;
}

static const char *parse_line(struct allowlist *list, char *line)
{
    if (*line == '\0' || *line == '#') return NULL;
    char *rest = line + strcspn(line, SPACES);
    if (*rest) *rest++ = '\0';
    if (!fingerprint_is_valid(line)) return ALLOWLIST_NO_KEY;
    struct allowed *a = add(list);
    if (!a) return ALLOWLIST_NO_MEMORY;
    memcpy(a->key, line, sizeof a->key);
    char *nick = trim(rest);
    return *nick ? set_nick(list, a, nick) : NULL;
}

static int compare_lines(const void *a, const void *b)
{
    const struct allowed *const *one = a, *const *other = b;
    return strcmp((*one)->key, (*other)->key);
}

static bool sort(struct allowlist *list)
{
    list->by_key = malloc((list->count + 1) * sizeof(struct allowed *));
    if (!list->by_key) return false;
    for (size_t i = 0; i < list->count; i++) list->by_key[i] = &list->lines[i];
    qsort(list->by_key, list->count, sizeof(struct allowed *), compare_lines);
    return true;
}

const char *allowlist_parse(struct allowlist *ret, struct lookalike *lookalike, char *text,
                            int *ret_line)
{
    const char *wrong = NULL;
    *ret = (struct allowlist){.nicks.lookalike = lookalike};
    *ret_line = 0;
    for (char *line; !wrong && (line = strsep(&text, "\n"));) {
        ++*ret_line;
        wrong = parse_line(ret, trim(line));
    }
    if (!wrong && !sort(ret)) wrong = ALLOWLIST_NO_MEMORY;
    if (wrong) allowlist_free(ret);
    return wrong;
}

void allowlist_free(struct allowlist *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->lines[i].nick) nicks_remove(&list->nicks, list->lines[i].nick);
    free(list->lines);
    free(list->by_key);
    *list = (struct allowlist){0};
}

/* -- asking -- */

static int compare_key(const void *key, const void *line)
{
    const struct allowed *const *a = line;
    return strcmp(key, (*a)->key);
}

bool allowlist_has_key(const struct allowlist *list, const char *key)
{
    return bsearch(key, list->by_key, list->count, sizeof(struct allowed *), compare_key);
}

bool allowlist_admits(const struct allowlist *list, const char *key)
{
    return list->has_guests || allowlist_has_key(list, key);
}

bool allowlist_grants(const struct allowlist *list, const char *key, const char *nick)
{
    struct nick_entry *entry = nick_check(nick) ? NULL : nick_entry_new(&list->nicks, nick);
    const struct nick_entry *holder = entry ? nicks_find_rival(&list->nicks, entry) : NULL;
    free(entry);
    return !holder || strcmp(list->lines[holder->index].key, key) == 0;
}

/* -- editing -- */

char *allowlist_add_line(const char *text, const char *key, const char *nick)
{
    char *next;
    size_t n = strlen(text);
    const char *end = n > 0 && text[n - 1] != '\n' ? "\n" : "";
    bool has_nick = nick && *nick;
    int size =
        asprintf(&next, "%s%s%s%s%s\n", text, end, key, has_nick ? " " : "", has_nick ? nick : "");
    return size < 0 ? NULL : next;
}

static bool is_line_of(const char *line, const char *key)
{
    line += strspn(line, SPACES);
    return strncmp(line, key, KEY) == 0 && strchr(SPACES "\n", line[KEY]);
}

char *allowlist_remove_lines(const char *text, const char *key)
{
    char *next = malloc(strlen(text) + 1);
    size_t size = 0;
    if (!next) return NULL;
    while (*text) {
        size_t n = strcspn(text, "\n");
        n += text[n] == '\n';
        memcpy(next + size, text, n);
        if (!is_line_of(text, key)) size += n;
        text += n;
    }
    next[size] = '\0';
    return next;
}
