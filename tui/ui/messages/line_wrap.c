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

size_t wrap_row(const char *text, size_t n, size_t at, int cells, size_t *ret_next)
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

void wrap_drop(struct rows *r)
{
    free(r->pieces);
    *r = (struct rows){0};
}

static bool add_piece(struct rows *r, struct piece piece)
{
    bool is_full = (r->count & (r->count - 1)) == 0; /* grows at every power of two */
    if (is_full) {
        struct piece *more = realloc(r->pieces, (r->count ? 2 * r->count : 1) * sizeof *more);
        if (!more) return false;
        r->pieces = more;
    }
    r->pieces[r->count++] = piece;
    return true;
}

/* Shown cut, but none of it is lost. */
static void leave_whole(struct rows *r, size_t n)
{
    wrap_drop(r);
    *r = (struct rows){.whole = {0, n}, .count = 1};
}

void wrap_text(struct rows *r, const char *text, size_t n, int first, int others)
{
    size_t at = 0, next;
    wrap_drop(r);
    do {
        size_t to = wrap_row(text, n, at, r->count ? others : first, &next);
        if (!add_piece(r, (struct piece){at, to})) return leave_whole(r, n);
        at = next;
    } while (at < n);
}

struct piece wrap_at(const struct rows *r, size_t row)
{
    return r->pieces ? r->pieces[row] : r->whole;
}
