#include "tui/editor/input_history.h"

#include <stdlib.h>
#include <string.h>

static bool has_entry(const struct history *h, size_t number)
{
    return number < h->added && h->added - number <= HISTORY_MAX;
}

static void set_line(struct history_line *line, char *text, bool start_typed)
{
    free(line->text);
    *line = (struct history_line){text, start_typed};
}

struct history_line history_get(const struct history *h, size_t number)
{
    if (number == HISTORY_DRAFT) return h->draft;
    if (!has_entry(h, number)) return (struct history_line){0};
    const struct history_line *edited = &h->edited[number % HISTORY_MAX];
    return edited->text != NULL ? *edited : h->sent[number % HISTORY_MAX];
}

size_t history_older(const struct history *h, size_t number)
{
    size_t older = (number == HISTORY_DRAFT ? h->added : number) - 1;
    return has_entry(h, older) ? older : number;
}

size_t history_newer(const struct history *h, size_t number)
{
    if (number == HISTORY_DRAFT) return number;
    return has_entry(h, number + 1) ? number + 1 : HISTORY_DRAFT;
}

static bool is_newest(const struct history *h, const char *text, bool start_typed)
{
    if (h->added == 0) return false;
    const struct history_line *newest = &h->sent[(h->added - 1) % HISTORY_MAX];
    return newest->start_typed == start_typed && strcmp(newest->text, text) == 0;
}

void history_add(struct history *h, const char *text, bool start_typed)
{
    if (*text == '\0' || is_newest(h, text, start_typed)) return;
    char *copy = strdup(text);
    if (copy == NULL) return;
    size_t i = h->added++ % HISTORY_MAX;
    set_line(&h->sent[i], copy, start_typed);
    set_line(&h->edited[i], NULL, false);
}

bool history_edit(struct history *h, size_t number, const char *text, bool start_typed)
{
    if (number != HISTORY_DRAFT && !has_entry(h, number)) return false;
    char *copy = text != NULL ? strdup(text) : NULL;
    if (copy == NULL && text != NULL) return false;
    if (number == HISTORY_DRAFT)
        set_line(&h->draft, copy, start_typed);
    else
        set_line(&h->edited[number % HISTORY_MAX], copy, start_typed);
    return true;
}

void history_clear(struct history *h)
{
    for (size_t i = 0; i < HISTORY_MAX; i++) {
        free(h->sent[i].text);
        free(h->edited[i].text);
    }
    free(h->draft.text);
    *h = (struct history){0};
}
