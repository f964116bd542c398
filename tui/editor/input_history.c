#include "tui/editor/input_history.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>

const char *history_get(const struct history *h, size_t back)
{
    if (back == 0 || back > h->added || back > HISTORY_MAX) return NULL;
    return h->lines[(h->added - back) % HISTORY_MAX];
}

void history_add(struct history *h, const char *line)
{
    const char *newest = history_get(h, 1);
    if (*line == '\0' || (newest && strcmp(newest, line) == 0)) return;
    char *copy = strdup(line);
    if (!copy) return;
    char **slot = &h->lines[h->added++ % HISTORY_MAX];
    free(*slot);
    *slot = copy;
}

void history_clear(struct history *h)
{
    for (size_t i = 0; i < HISTORY_MAX; i++) free(h->lines[i]);
    *h = (struct history){0};
}

char *history_escape(const char *line)
{
    char *row = malloc(2 * strlen(line) + 1), *to = row;
    if (!row) return NULL;
    for (; *line; line++) {
        if (*line == '\n' || *line == '\\') *to++ = '\\';
        *to++ = *line == '\n' ? 'n' : *line;
    }
    *to = '\0';
    return row;
}

static bool is_control(char c)
{
    return ((unsigned char)c < ' ' && c != '\t') || c == 0x7F;
}

bool history_unescape(char *row)
{
    char *to = row;
    if (!*row || !text_valid(row, strlen(row))) return false;
    for (const char *from = row; *from; from++) {
        if (is_control(*from)) return false;
        bool escaped = *from == '\\' && from[1];
        if (escaped) from++;
        *to++ = escaped && *from == 'n' ? '\n' : *from;
    }
    *to = '\0';
    return true;
}
