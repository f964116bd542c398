#include "tui/wrap.h"

#include "common/text.h"

static size_t without_blanks_behind(const char *text, size_t at, size_t end)
{
    while (end > at && text[end - 1] == ' ') end--;
    return end;
}

static size_t after_blanks(const char *text, size_t n, size_t at)
{
    while (at < n && text[at] == ' ') at++;
    return at;
}

size_t wrap_row(const char *text, size_t n, size_t at, int cells, size_t *ret_next)
{
    size_t end = at, space = at, room = cells > 0 ? (size_t)cells : 0;
    while (end < n && text[end] != '\n') {
        size_t next = text_next(text, n, end), width = text_width(text + end, next - end);
        if (text[end] == ' ') space = end;
        if (width > room && end > at) break;
        room -= width < room ? width : room;
        end = next;
    }
    if (end == n || text[end] == '\n') {
        *ret_next = end < n ? end + 1 : n;
        return end;
    }
    size_t kept = without_blanks_behind(text, at, space);
    if (kept == at) return *ret_next = end;
    *ret_next = after_blanks(text, n, space);
    return kept;
}
