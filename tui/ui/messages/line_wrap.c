#include "tui/ui/messages/line_wrap.h"

#include "common/text.h"

#include <stdbool.h>
#include <stdlib.h>

static size_t without_blanks_behind(const char *text, size_t at, size_t end)
{
    while (end > at && text[end - 1] == ' ') end--;
    return end;
}

/* Past the spaces at a break, and past the line feed that would break there anyway. */
static size_t after_break(const char *text, size_t n, size_t at)
{
    while (at < n && text[at] == ' ') at++;
    return at < n && text[at] == '\n' ? at + 1 : at;
}

/* As many code points of the cluster at..end as there is room for, but at least one. */
static size_t split(const char *text, size_t at, size_t end, size_t room)
{
    size_t to = at;
    for (size_t next = at; next < end; to = next) {
        for (next++; next < end && (text[next] & 0xC0) == 0x80; next++) {
        }
        if (to > at && text_width(text + at, next - at) > room) break;
    }
    return to;
}

size_t line_wrap_next(const char *text, size_t n, size_t at, int cells, size_t *ret_next)
{
    size_t end = at, space = at, room = cells > 0 ? (size_t)cells : 0;
    while (end < n && text[end] != '\n') {
        size_t next = text_next(text, n, end), width = text_width(text + end, next - end);
        if (text[end] == ' ') space = end;
        if (width > room && end == at) return *ret_next = split(text, at, next, room);
        if (width > room) break;
        room -= width;
        end = next;
    }
    if (end == n || text[end] == '\n') {
        *ret_next = end < n ? end + 1 : n;
        return end;
    }
    size_t kept = without_blanks_behind(text, at, space);
    if (kept == at) return *ret_next = end;
    *ret_next = after_break(text, n, space);
    return kept;
}

void line_wrap_clear(struct line_wrap *r)
{
    free(r->rows);
    *r = (struct line_wrap){0};
}

static bool add_piece(struct line_wrap *r, struct wrapped_row row)
{
    bool is_full = (r->count & (r->count - 1)) == 0; /* grows at every power of two */
    if (is_full) {
        struct wrapped_row *more = realloc(r->rows, (r->count ? 2 * r->count : 1) * sizeof *more);
        if (!more) return false;
        r->rows = more;
    }
    r->rows[r->count++] = row;
    return true;
}

/* Shown cut, but none of it is lost. */
static void leave_whole(struct line_wrap *r, size_t n)
{
    line_wrap_clear(r);
    *r = (struct line_wrap){.whole = {0, n}, .count = 1};
}

void line_wrap_set(struct line_wrap *r, const char *text, size_t n, int first, int others)
{
    size_t at = 0, next;
    line_wrap_clear(r);
    do {
        size_t to = line_wrap_next(text, n, at, r->count ? others : first, &next);
        if (!add_piece(r, (struct wrapped_row){at, to})) return leave_whole(r, n);
        at = next;
    } while (at < n);
}

struct wrapped_row line_wrap_row(const struct line_wrap *r, size_t row)
{
    return r->rows ? r->rows[row] : r->whole;
}
