#include "tui/editor/rows.h"

#include "tui/editor/visible_text.h"

static bool is_line_end(const char *text, size_t n, size_t at)
{
    return text[at] == '\n' || (text[at] == '\r' && at + 1 < n && text[at + 1] == '\n');
}

/* Lets spaces stay in the row that they end, however many there are. */
static struct text_row make_row(const char *text, size_t n, size_t cells, size_t from, size_t index)
{
    size_t at = from, used = 0, word = from;
    while (at < n && !is_line_end(text, n, at)) {
        size_t width, next = visible_text_next(text, n, at, &width);
        bool space = text[at] == ' ';
        if (!space && used + width > cells && at > from) {
            size_t to = word > from ? word : at;
            return (struct text_row){index, from, to, to};
        }
        used += width;
        at = next;
        if (space) word = at;
    }
    size_t end = at < n && text[at] == '\r' ? at + 1 : at;
    return (struct text_row){index, from, at, end + 1};
}

struct text_row rows_first(const char *text, size_t n, size_t cells)
{
    return make_row(text, n, cells, 0, 0);
}

bool rows_next(const char *text, size_t n, size_t cells, struct text_row *row)
{
    if (row->next > n) return false;
    *row = make_row(text, n, cells, row->next, row->index + 1);
    return true;
}

struct text_row rows_find(const char *text, size_t n, size_t cells, size_t at)
{
    struct text_row row = rows_first(text, n, cells);
    while (at >= row.next && rows_next(text, n, cells, &row)) continue;
    return row;
}

/* Returns the last position of the row that is at most so many cells from its start. */
static size_t position_at(const char *text, const struct text_row *row, size_t cells)
{
    size_t at = row->from, used = 0;
    while (at < row->to) {
        size_t width, next = visible_text_next(text, row->to, at, &width);
        used += width;
        if (used > cells || next >= row->next) break;
        at = next;
    }
    return at;
}

size_t rows_above(const char *text, size_t n, size_t cells, size_t at)
{
    struct text_row row = rows_find(text, n, cells, at), above = rows_first(text, n, cells);
    if (row.index == 0) return at;
    while (above.next < row.from) rows_next(text, n, cells, &above);
    return position_at(text, &above, visible_text_cells(text, row.from, at));
}

size_t rows_below(const char *text, size_t n, size_t cells, size_t at)
{
    struct text_row row = rows_find(text, n, cells, at), below = row;
    if (!rows_next(text, n, cells, &below)) return at;
    return position_at(text, &below, visible_text_cells(text, row.from, at));
}
