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

static bool is_ascii(const char *text, size_t n, size_t at)
{
    return at < n && text[at] >= ' ' && text[at] <= '~';
}

/* Is fast in the common case: a whole text is measured after each key. */
size_t visible_text_next(const char *text, size_t n, size_t at, size_t *ret_cells)
{
    *ret_cells = 1;
    if (is_ascii(text, n, at) && (at + 1 == n || is_ascii(text, n, at + 1))) return at + 1;
    size_t end = text_next(text, n, at);
    char *s = sanitise_cluster(text, at, end);
    *ret_cells = s != NULL ? text_width(s, strlen(s)) : 0;
    free(s);
    return end;
}

size_t visible_text_cells(const char *text, size_t from, size_t to)
{
    size_t sum = 0, cells;
    while (from < to) {
        from = visible_text_next(text, to, from, &cells);
        sum += cells;
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
