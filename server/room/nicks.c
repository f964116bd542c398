#include "server/room/nicks.h"

#include "common/nick.h"
#include "server/room/lookalike.h"

#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char *entry_form(const struct nick_entry *entry, enum nick_form form)
{
    const char *last = entry->text, *text = last;
    for (enum nick_form f = 0; f <= form; f++) {
        text += strlen(text) + 1;
        if (*text != '\0') last = text;
    }
    return last;
}

const char *nick_entry_key(const struct nick_entry *entry)
{
    return entry_form(entry, NICK_KEY);
}

bool nick_entry_is(const struct nicks *n, const struct nick_entry *entry, const char *nick)
{
    char plain[NICK_BYTES + 1], key[NICK_KEY_SIZE];
    lookalike_unstyle(n->lookalike, nick, plain);
    nick_key(plain, key);
    return strcmp(key, nick_entry_key(entry)) == 0;
}

/* -- the trees: tfind(3) passes the wanted text as the first argument -- */

static int compare_folded(const void *text, const void *entry)
{
    return strcmp(text, entry_form(entry, NICK_FOLDED));
}

static int compare_written(const void *text, const void *entry)
{
    return strcmp(text, entry_form(entry, NICK_WRITTEN));
}

static int compare_keys(const void *a, const void *b)
{
    int order = compare_folded(entry_form(a, NICK_FOLDED), b);
    return order ? order : strcmp(nick_entry_key(a), nick_entry_key(b));
}

/* Compares addresses last, because several nicknames in ASCII may have the same skeleton. */
static int compare_entries(const void *a, const void *b)
{
    int order = compare_written(entry_form(a, NICK_WRITTEN), b);
    return order ? order : ((uintptr_t)a > (uintptr_t)b) - ((uintptr_t)a < (uintptr_t)b);
}

static const struct nick_entry *find(void *const *tree, const void *what,
                                     int (*compare)(const void *, const void *))
{
    struct nick_entry **found = tfind(what, tree, compare);
    return found ? *found : NULL;
}

static bool is_written_otherwise(const struct nick_entry *entry)
{
    return strcmp(entry_form(entry, NICK_WRITTEN), entry_form(entry, NICK_FOLDED)) != 0;
}

static void detach_entry(struct nicks *n, const struct nick_entry *entry)
{
    if (find(&n->by_key, entry, compare_keys) == entry) tdelete(entry, &n->by_key, compare_keys);
    tdelete(entry, &n->by_written, compare_entries);
}

/* Returns false if out of memory; then the entry may be in one of the trees. */
static bool attach_entry(struct nicks *n, const struct nick_entry *entry)
{
    return tsearch(entry, &n->by_key, compare_keys) &&
           (!is_written_otherwise(entry) || tsearch(entry, &n->by_written, compare_entries));
}

/* -- entries -- */

/* Appends a text, or an empty text if it equals the last one. Returns the end. */
static char *put_form(char *at, const char *text, const char *last)
{
    return stpcpy(at, strcmp(text, last) == 0 ? "" : text) + 1;
}

/* Writes the skeleton of the nickname or of its key; without a lookalike, the key. */
static bool find_skeleton(const struct nicks *n, const char *text, const char *key, char *out)
{
    if (n->lookalike) return lookalike_skeleton(n->lookalike, text, out);
    stpcpy(out, key);
    return true;
}

struct nick_entry *nick_entry_new(const struct nicks *n, const char *nick)
{
    char plain[NICK_BYTES + 1], key[NICK_KEY_SIZE], folded[LOOKALIKE_SIZE], written[LOOKALIKE_SIZE];
    char texts[NICK_BYTES + 1 + sizeof key + sizeof folded + sizeof written];
    lookalike_unstyle(n->lookalike, nick, plain);
    nick_key(plain, key);
    bool is_folded = strcmp(nick, key) == 0;
    if (!find_skeleton(n, key, key, folded)) return NULL;
    if (!is_folded && !find_skeleton(n, nick, key, written)) return NULL;

    char *end = stpcpy(texts, nick) + 1;
    end = put_form(end, key, nick);
    end = put_form(end, folded, key);
    end = put_form(end, is_folded ? folded : written, folded);
    size_t size = (size_t)(end - texts);
    struct nick_entry *entry = malloc(sizeof *entry + size);
    if (!entry) return NULL;
    *entry = (struct nick_entry){0};
    memcpy(entry->text, texts, size);
    return entry;
}

void nick_entry_renew_secret(const struct nicks *n, struct nick_entry *entry)
{
    resume_renew(&entry->secret, n->fill_random);
}

/* -- the set -- */

/* Compares only the keys if both are in ASCII, because people have names such as Ian and lan. */
static bool excludes(const struct nick_entry *a, const struct nick_entry *b)
{
    return !lookalike_is_ascii(a->text) || !lookalike_is_ascii(b->text);
}

const struct nick_entry *nicks_find_rival(const struct nicks *n, const struct nick_entry *entry)
{
    const char *const skeletons[] = {entry_form(entry, NICK_FOLDED),
                                     entry_form(entry, NICK_WRITTEN)};
    const struct nick_entry *same = find(&n->by_key, entry, compare_keys);
    if (same) return same;
    for (size_t i = 0; i < 2; i++) {
        const struct nick_entry *a = find(&n->by_key, skeletons[i], compare_folded);
        const struct nick_entry *b = find(&n->by_written, skeletons[i], compare_written);
        if (a && excludes(a, entry)) return a;
        if (b && excludes(b, entry)) return b;
    }
    return NULL;
}

/* Removes old first, because a tree finds only one of several entries with the same skeleton. */
const struct nick_entry *nicks_insert(struct nicks *n, const struct nick_entry *entry,
                                      const struct nick_entry *old)
{
    if (old) detach_entry(n, old);
    const struct nick_entry *rival = nicks_find_rival(n, entry);
    if (!rival && attach_entry(n, entry)) return entry;
    detach_entry(n, entry);
    return !old || attach_entry(n, old) ? rival : NULL;
}

const struct nick_entry *nicks_find(const struct nicks *n, const char *nick)
{
    struct nick_entry *entry = nick_entry_new(n, nick);
    const struct nick_entry *found = entry ? find(&n->by_key, entry, compare_keys) : NULL;
    free(entry);
    return found;
}

void nicks_remove(struct nicks *n, struct nick_entry *entry)
{
    detach_entry(n, entry);
    free(entry);
}
