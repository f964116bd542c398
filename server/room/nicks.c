#include "server/room/nicks.h"

#include "common/nick.h"
#include "server/room/lookalike.h"

#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char *entry_form(const struct nick_entry *entry, enum nick_form form)
{
    const char *text = entry->text + strlen(entry->text) + 1;
    while (form-- > 0) text += strlen(text) + 1;
    return text;
}

const char *nick_entry_key(const struct nick_entry *entry)
{
    return entry_form(entry, NICK_KEY);
}

bool nick_entry_is(const struct nick_entry *entry, const char *nick)
{
    char key[NICK_KEY_SIZE];
    nick_key(nick, key);
    return strcmp(key, nick_entry_key(entry)) == 0;
}

/* -- the trees: several nicknames in ASCII may have one skeleton, so addresses order them -- */

static int compare_entries(const struct nick_entry *a, const struct nick_entry *b,
                           enum nick_form form)
{
    int order = strcmp(entry_form(a, form), entry_form(b, form));
    return order ? order : ((uintptr_t)a > (uintptr_t)b) - ((uintptr_t)a < (uintptr_t)b);
}

static int compare_keys(const void *a, const void *b)
{
    return compare_entries(a, b, NICK_KEY);
}

static int compare_written(const void *a, const void *b)
{
    return compare_entries(a, b, NICK_WRITTEN);
}

static int compare_folded(const void *a, const void *b)
{
    return compare_entries(a, b, NICK_FOLDED);
}

static int compare_to_key(const void *text, const void *entry)
{
    return strcmp(text, entry_form(entry, NICK_KEY));
}

static int compare_to_written(const void *text, const void *entry)
{
    return strcmp(text, entry_form(entry, NICK_WRITTEN));
}

static int compare_to_folded(const void *text, const void *entry)
{
    return strcmp(text, entry_form(entry, NICK_FOLDED));
}

static const struct {
    int (*entries)(const void *, const void *);
    int (*text)(const void *, const void *);
} comparisons[NICK_FORMS] = {
    [NICK_KEY] = {compare_keys, compare_to_key},
    [NICK_WRITTEN] = {compare_written, compare_to_written},
    [NICK_FOLDED] = {compare_folded, compare_to_folded},
};

static const struct nick_entry *find_text(const struct nicks *n, enum nick_form form,
                                          const char *text)
{
    struct nick_entry **found = tfind(text, &n->trees[form], comparisons[form].text);
    return found ? *found : NULL;
}

static void detach_entry(struct nicks *n, const struct nick_entry *entry)
{
    for (enum nick_form form = 0; form < NICK_FORMS; form++)
        tdelete(entry, &n->trees[form], comparisons[form].entries);
}

/* Returns false if out of memory; then the entry may be in some of the trees. */
static bool attach_entry(struct nicks *n, const struct nick_entry *entry)
{
    for (enum nick_form form = 0; form < NICK_FORMS; form++)
        if (*entry_form(entry, form) != '\0' &&
            !tsearch(entry, &n->trees[form], comparisons[form].entries))
            return false;
    return true;
}

/* -- entries -- */

static size_t put_text(char *out, size_t at, const char *text)
{
    size_t size = strlen(text) + 1;
    if (out) memcpy(out + at, text, size);
    return at + size;
}

/* Writes the texts of an entry, if out is not NULL, and returns their size. */
static size_t put_texts(char *out, const char *nick, const char *const forms[NICK_FORMS])
{
    size_t n = put_text(out, 0, nick);
    for (enum nick_form form = 0; form < NICK_FORMS; form++) n = put_text(out, n, forms[form]);
    return n;
}

struct nick_entry *nick_entry_new(const struct nicks *n, const char *nick)
{
    char key[NICK_KEY_SIZE], written[LOOKALIKE_SIZE] = "", folded[LOOKALIKE_SIZE] = "";
    const char *const forms[NICK_FORMS] = {key, written, folded};
    nick_key(nick, key);
    if (n->lookalike && !(lookalike_skeleton(n->lookalike, nick, written) &&
                          lookalike_skeleton(n->lookalike, key, folded)))
        return NULL;
    if (strcmp(folded, written) == 0 || strcmp(folded, key) == 0) folded[0] = '\0';
    if (strcmp(written, key) == 0) written[0] = '\0';

    struct nick_entry *entry = malloc(sizeof *entry + put_texts(NULL, nick, forms));
    if (!entry) return NULL;
    entry->member = NULL;
    put_texts(entry->text, nick, forms);
    return entry;
}

/* -- the set -- */

/* Of ASCII alone, only the keys count: people do share names such as Ian and lan. */
static bool excludes(const struct nick_entry *a, const struct nick_entry *b)
{
    return !lookalike_is_ascii(a->text) || !lookalike_is_ascii(b->text);
}

/* Looks a skeleton up among the keys, too: the key that equals it is its own skeleton. */
static const struct nick_entry *find_rival(const struct nicks *n, const struct nick_entry *entry)
{
    const struct nick_entry *rival = find_text(n, NICK_KEY, nick_entry_key(entry));
    for (enum nick_form form = 0; form < NICK_FORMS && !rival; form++)
        for (enum nick_form tree = 0; tree < NICK_FORMS && !rival; tree++) {
            const char *text = entry_form(entry, form);
            rival = *text != '\0' ? find_text(n, tree, text) : NULL;
            if (rival && !excludes(rival, entry)) rival = NULL;
        }
    return rival;
}

/* Takes old out first: a tree finds only one of several entries with the same skeleton. */
const struct nick_entry *nicks_insert(struct nicks *n, const struct nick_entry *entry,
                                      const struct nick_entry *old)
{
    if (old) detach_entry(n, old);
    const struct nick_entry *rival = find_rival(n, entry);
    if (!rival && attach_entry(n, entry)) return entry;
    detach_entry(n, entry);
    return !old || attach_entry(n, old) ? rival : NULL;
}

const struct nick_entry *nicks_find(const struct nicks *n, const char *nick)
{
    char key[NICK_KEY_SIZE];
    nick_key(nick, key);
    return find_text(n, NICK_KEY, key);
}

void nicks_remove(struct nicks *n, struct nick_entry *entry)
{
    detach_entry(n, entry);
    free(entry);
}
