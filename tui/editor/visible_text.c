#include "tui/editor/visible_text.h"

#include "common/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Returns a cluster, sanitised; NULL without memory. The caller frees it. */
static char *sanitise_cluster(const char *text, size_t at, size_t end)
{
    if (text[at] == '\n') return strdup("↵");
    return text_clean(text + at, end - at, TEXT_ONE_LINE, NULL);
}

/* Does without a copy in the common case: a whole text is measured after each key. */
static size_t cluster_cells(const char *text, size_t at, size_t end)
{
    if (end - at == 1 && text[at] >= ' ' && text[at] <= '~') return 1;
    char *s = sanitise_cluster(text, at, end);
    size_t cells = s != NULL ? text_width(s, strlen(s)) : 0;
    free(s);
    return cells;
}

size_t visible_text_cells(const char *text, size_t from, size_t to)
{
    size_t sum = 0;
    for (size_t next; from < to; from = next) {
        next = text_next(text, to, from);
        sum += cluster_cells(text, from, next);
    }
    return sum;
}

static bool append_text(char **text, size_t *n, const char *s)
{
    size_t more = s != NULL ? strlen(s) : 0;
    char *grown = s != NULL ? realloc(*text, *n + more + 1) : NULL;
    if (grown == NULL) return false;
    memcpy(grown + *n, s, more + 1);
    *text = grown;
    *n += more;
    return true;
}

char *visible_text_make(const char *start, const char *text, size_t from, size_t to)
{
    char *made = NULL;
    size_t n = 0;
    bool ok = append_text(&made, &n, start);
    for (size_t next; ok && from < to; from = next) {
        next = text_next(text, to, from);
        char *s = sanitise_cluster(text, from, next);
        ok = append_text(&made, &n, s);
        free(s);
    }
    if (ok) return made;
    free(made);
    return NULL;
}
