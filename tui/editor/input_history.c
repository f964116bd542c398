#include "tui/editor/input_history.h"

#include <stdlib.h>
#include <string.h>

const char *history_get(const struct history *h, size_t back)
{
    if (back == 0 || back > h->added || back > HISTORY_MAX) return NULL;
    return h->entries[(h->added - back) % HISTORY_MAX];
}

void history_add(struct history *h, const char *text)
{
    const char *newest = history_get(h, 1);
    if (*text == '\0' || (newest != NULL && strcmp(newest, text) == 0)) return;
    char *copy = strdup(text);
    if (copy == NULL) return;
    char **slot = &h->entries[h->added++ % HISTORY_MAX];
    free(*slot);
    *slot = copy;
}

void history_clear(struct history *h)
{
    for (size_t i = 0; i < HISTORY_MAX; i++) free(h->entries[i]);
    *h = (struct history){0};
}
