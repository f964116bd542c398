#include "tui/ui/messages/line_wrap.h"

#include "common/text.h"

#include <stdbool.h>
#include <stdlib.h>

static size_t trim_spaces(const char *text, size_t at, size_t end)
{
    while (end > at && text[end - 1] == ' ') end--;
    return end;
}

/* Skips the spaces at a break, and a line feed after them. */
static size_t skip_break(const char *text, size_t n, size_t at)
{
    while (at < n && text[at] == ' ') at++;
    return at < n && text[at] == '\n' ? at + 1 : at;
}

/* Returns the end of the code points of the cluster at..end that fit, at least one. */
static size_t split_cluster(const char *text, size_t at, size_t end, size_t cells)
{
    int32_t cp;
    size_t to = at + text_decode(text, end, at, &cp);
    while (to < end) {
        size_t next = to + text_decode(text, end, to, &cp);
        if (text_width(text + at, next - at) > cells) break;
        to = next;
    }
    return to;
}

size_t line_wrap_next(const char *text, size_t n, size_t at, int cells, size_t *ret_next)
{
    size_t end = at, space = at, left = cells > 0 ? (size_t)cells : 0;
    while (end < n && text[end] != '\n') {
        size_t next = text_next(text, n, end), width = text_width(text + end, next - end);
        if (text[end] == ' ') space = end;
        if (width > left && end == at) return *ret_next = split_cluster(text, at, next, left);
        if (width > left) break;
        left -= width;
        end = next;
    }
    if (end == n || text[end] == '\n') {
        *ret_next = end < n ? end + 1 : n;
        return end;
    }
    size_t kept = trim_spaces(text, at, space);
    if (kept == at) return *ret_next = end;
    *ret_next = skip_break(text, n, space);
    return kept;
}

void line_wrap_clear(struct line_wrap *w)
{
    free(w->rows);
    *w = (struct line_wrap){0};
}

static bool append_row(struct line_wrap *w, struct wrapped_row row)
{
    bool is_full = (w->count & (w->count - 1)) == 0; /* the capacity doubles at powers of two */
    if (is_full) {
        struct wrapped_row *more = realloc(w->rows, (w->count ? 2 * w->count : 1) * sizeof *more);
        if (more == NULL) return false;
        w->rows = more;
    }
    w->rows[w->count++] = row;
    return true;
}

/* Makes the whole text one row, because there is no memory. The end of the row is not visible. */
static void set_one_row(struct line_wrap *w, size_t n)
{
    line_wrap_clear(w);
    *w = (struct line_wrap){.whole = {0, n}, .count = 1};
}

void line_wrap_set(struct line_wrap *w, const char *text, size_t n, int first, int others)
{
    size_t at = 0, next;
    line_wrap_clear(w);
    do {
        size_t to = line_wrap_next(text, n, at, w->count ? others : first, &next);
        if (!append_row(w, (struct wrapped_row){at, to})) return set_one_row(w, n);
        at = next;
    } while (at < n);
}

struct wrapped_row line_wrap_row(const struct line_wrap *w, size_t index)
{
    return w->rows != NULL ? w->rows[index] : w->whole;
}
