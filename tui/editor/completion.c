#include "tui/editor/completion.h"

#include "tui/base/text_search.h"

#include <stdio.h>
#include <string.h>

static size_t count_words(const struct completion *c)
{
    size_t count = 0;
    while (c->source.word(c->source.arg, count) != NULL) count++;
    return count;
}

static bool fits_typed(const struct completion *c, const char *word)
{
    size_t end;
    if (c->typed[0] == '\0') return c->source.own == NULL || strcmp(word, c->source.own) != 0;
    return text_search_find(word, strlen(word), 0, c->typed, &end) == 0;
}

/* Returns the candidate `i`; NULL if it does not fit. */
static const char *fitting_word(const struct completion *c, size_t i)
{
    const char *word = c->source.word(c->source.arg, i);
    return word != NULL && fits_typed(c, word) ? word : NULL;
}

/* Returns the first candidate from `i` on that fits, and wraps around; `count` if none does. */
static size_t seek_word(const struct completion *c, size_t i, int step, size_t count)
{
    for (size_t tried = 0; tried < count; tried++) {
        if (fitting_word(c, i) != NULL) return i;
        i = (i + count + (size_t)step) % count;
    }
    return count;
}

static bool may_start(const struct completion *c, const char *line, size_t cursor, size_t from)
{
    if (c->source.fixed || from < c->source.from) return from == c->source.from;
    if (from > c->source.from && strchr(" \n@", line[from - 1]) == NULL) return false;
    return from == cursor || strchr(" @", line[from]) == NULL;
}

static bool start_at(struct completion *c, const char *line, size_t from, size_t cursor, int step)
{
    size_t count = count_words(c);
    if (count == 0) return false;
    memcpy(c->typed, line + from, cursor - from);
    c->typed[cursor - from] = '\0';
    c->at = seek_word(c, step > 0 ? 0 : count - 1, step, count);
    c->from = from;
    c->to = cursor;
    return c->at < count;
}

/* Tries several words before the cursor, because a nickname may contain spaces. An @ is not part of
 * the nickname. At last tries a command as the start of a nickname. */
static bool start_cycle(struct completion *c, const char *line, size_t cursor, int step)
{
    for (size_t from = cursor > NICK_BYTES ? cursor - NICK_BYTES : 0; from <= cursor; from++)
        if (may_start(c, line, cursor, from) && start_at(c, line, from, cursor, step)) return true;
    return c->source.in_command && cursor > 0 && cursor <= NICK_BYTES &&
           start_at(c, line, 0, cursor, step);
}

static bool next_in_cycle(struct completion *c, int step)
{
    size_t count = count_words(c);
    if (count == 0) return false;
    c->at = seek_word(c, (c->at + count + (size_t)step) % count, step, count);
    return c->at < count;
}

bool completion_next(struct completion *c, const struct completion_source *source, const char *line,
                     size_t cursor, int step, struct completion_edit *ret)
{
    if (!c->cycling) c->source = *source;
    c->cycling = c->cycling ? next_in_cycle(c, step) : start_cycle(c, line, cursor, step);
    if (!c->cycling) return false;
    *ret = (struct completion_edit){.from = c->from, .to = c->to};
    bool opens = c->from == (c->source.in_command ? 0 : c->source.from) && !c->source.fixed;
    const char *after = opens ? ": " : line[c->to] != ' ' ? " " : "";
    const char *word = c->source.word(c->source.arg, c->at);
    const char *slash = c->from == 0 && word[0] == '/' ? "/" : "";
    snprintf(ret->text, sizeof ret->text, "%s%s%s", slash, word, after);
    c->to = c->from + strlen(ret->text);
    return true;
}

void completion_end(struct completion *c)
{
    c->cycling = false;
}

void completion_list(const struct completion *c, char *ret, size_t size)
{
    size_t n = 0, listed = 0, count = count_words(c);
    for (size_t i = 0; i < count; i++) {
        const char *word = fitting_word(c, i);
        if (word == NULL) continue;
        if (n + strlen(word) + 3 > size) break;
        if (listed++ > 0) n = (size_t)(stpcpy(ret + n, ", ") - ret);
        n = (size_t)(stpcpy(ret + n, word) - ret);
    }
    if (listed < 2) n = 0;
    ret[n] = '\0';
}
