#include "tui/core/members.h"

#include "tui/base/text_search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t find(const struct complete *c, const char *nick)
{
    size_t i = 0;
    while (i < c->count && strcmp(c->nicks[i], nick) != 0) i++;
    return i;
}

static void take_out(struct complete *c, size_t i)
{
    memmove(c->nicks + i, c->nicks + i + 1, (--c->count - i) * sizeof *c->nicks);
}

static void put_in(struct complete *c, size_t i, char *nick)
{
    if (c->count == COMPLETE_NICKS) free(c->nicks[--c->count]);
    if (i > c->count) i = c->count;
    memmove(c->nicks + i + 1, c->nicks + i, (c->count++ - i) * sizeof *c->nicks);
    c->nicks[i] = nick;
}

static void add(struct complete *c, size_t i, const char *nick)
{
    char *copy = strlen(nick) <= NICK_BYTES && nick_check(nick) == NULL ? strdup(nick) : NULL;
    if (copy != NULL) put_in(c, i, copy);
}

void complete_spoke(struct complete *c, const char *nick)
{
    size_t i = find(c, nick);
    if (i == c->count) {
        add(c, 0, nick);
        return;
    }
    char *known = c->nicks[i];
    memmove(c->nicks + 1, c->nicks, i * sizeof *c->nicks);
    c->nicks[0] = known;
}

void complete_came(struct complete *c, const char *nick)
{
    if (find(c, nick) == c->count) add(c, c->count, nick);
}

void complete_left(struct complete *c, const char *nick)
{
    size_t i = find(c, nick);
    if (i == c->count) return;
    free(c->nicks[i]);
    take_out(c, i);
}

void complete_renamed(struct complete *c, const char *nick, const char *now)
{
    size_t i = find(c, nick);
    complete_left(c, nick);
    complete_left(c, now);
    add(c, i, now);
}

void complete_drop(struct complete *c)
{
    while (c->count > 0) free(c->nicks[--c->count]);
    complete_settle(c);
}

void complete_settle(struct complete *c)
{
    c->cycling = false;
    c->words = (struct complete_words){0};
}

void complete_among(struct complete *c, const struct complete_words *words)
{
    c->words = *words;
}

static bool fits(const struct complete *c, const char *word, const char *own)
{
    size_t end;
    if (c->typed[0] == '\0') return strcmp(word, own) != 0;
    return text_search_find(word, strlen(word), 0, c->typed, &end) == 0;
}

/* Our own nickname stands behind all others, wherever it is in the list: the places are gone round
 * one further than there are nicknames, with ours in the last. */
static size_t place_of(const struct complete *c, size_t place, const char *own)
{
    size_t mine = find(c, own);
    if (place == c->count) return mine;
    return place == mine ? c->count : place;
}

static size_t count_places(const struct complete *c)
{
    size_t count = 0;
    if (c->words.word == NULL) return c->count + 1;
    while (c->words.word(c->words.arg, count) != NULL) count++;
    return count;
}

static const char *word_at(const struct complete *c, size_t place, const char *own)
{
    if (c->words.word != NULL) return c->words.word(c->words.arg, place);
    size_t i = place_of(c, place, own);
    return i < c->count ? c->nicks[i] : NULL;
}

/* What fits at that place; NULL where nothing does. */
static const char *choice(const struct complete *c, size_t place, const char *own)
{
    const char *word = word_at(c, place, own);
    return word != NULL && fits(c, word, own) ? word : NULL;
}

/* From a place on, the first that fits; past all of them where none does. */
static size_t seek(const struct complete *c, size_t place, int step, const char *own)
{
    size_t places = count_places(c);
    for (size_t tried = 0; tried < places; tried++) {
        if (choice(c, place, own) != NULL) return place;
        place = (place + places + (size_t)step) % places;
    }
    return places;
}

static bool starts(const struct complete *c, const char *line, size_t cursor, size_t from)
{
    if (c->words.word != NULL) return from == c->words.from;
    if (from > 0 && strchr(" \n@", line[from - 1]) == NULL) return false;
    return from == cursor || strchr(" @", line[from]) == NULL;
}

/* A nickname may hold spaces, so that what is begun may have begun some words ago; an @ before it
 * is no part of it. */
static bool begin(struct complete *c, const char *line, size_t cursor, int step, const char *own)
{
    size_t from = cursor > NICK_BYTES ? cursor - NICK_BYTES : 0, places = count_places(c);
    for (; from <= cursor; from++) {
        if (!starts(c, line, cursor, from)) continue;
        memcpy(c->typed, line + from, cursor - from);
        c->typed[cursor - from] = '\0';
        c->at = seek(c, step > 0 ? 0 : places - 1, step, own);
        c->from = from;
        c->to = cursor;
        if (c->at < places) return true;
    }
    return false;
}

bool complete_next(struct complete *c, const char *line, size_t cursor, int step, const char *own,
                   struct completion *ret)
{
    size_t places = count_places(c);
    if (!c->cycling && !begin(c, line, cursor, step, own)) return false;
    if (c->cycling) c->at = seek(c, (c->at + places + (size_t)step) % places, step, own);
    if (c->at >= places) return c->cycling = false;
    const char *word = word_at(c, c->at, own);
    *ret = (struct completion){.from = c->from, .to = c->to};
    const char *after = c->from == 0 ? ": " : line[c->to] != ' ' ? " " : "";
    snprintf(ret->text, sizeof ret->text, "%s%s", word, after);
    c->to = c->from + strlen(ret->text);
    c->cycling = true;
    return true;
}

void complete_list(const struct complete *c, const char *own, char *ret, size_t size)
{
    size_t n = 0, many = 0;
    for (size_t place = 0; place < count_places(c); place++) {
        const char *word = choice(c, place, own);
        if (word == NULL) continue;
        if (n + strlen(word) + 3 > size) break;
        if (many++ > 0) n = (size_t)(stpcpy(ret + n, ", ") - ret);
        n = (size_t)(stpcpy(ret + n, word) - ret);
    }
    if (many < 2) n = 0;
    ret[n] = '\0';
}
