#include "tui/history.h"

#include <stdlib.h>
#include <string.h>

const char *history_line(const struct history *h, size_t back)
{
    if (back == 0 || back > h->added || back > HISTORY_LINES) return NULL;
    return h->lines[(h->added - back) % HISTORY_LINES];
}

void history_add(struct history *h, const char *line)
{
    const char *newest = history_line(h, 1);
    if (*line == '\0' || (newest && strcmp(newest, line) == 0)) return;
    char *copy = strdup(line);
    if (!copy) return;
    char **slot = &h->lines[h->added++ % HISTORY_LINES];
    free(*slot);
    *slot = copy;
}

void history_drop(struct history *h)
{
    for (size_t i = 0; i < HISTORY_LINES; i++) free(h->lines[i]);
    *h = (struct history){0};
}
