#include "tui/ui/messages/line_rows.h"

#include <string.h>

bool position_is_before(struct position a, struct position b)
{
    return a.seq < b.seq || (a.seq == b.seq && a.row < b.row);
}

/* -- runs -- */

static bool is_message(enum line_kind kind)
{
    return kind == LINE_MESSAGE || kind == LINE_OWN;
}

static bool is_own(enum line_kind kind)
{
    return kind == LINE_OWN || message_buffer_is_pending(kind);
}

/* Whether the line says who its author is by the line above: the same nickname in the same minute.
 * A mention and an action always show their author. */
static bool continues_run(const struct line_rows *r, uint64_t seq)
{
    if (r->ungrouped || seq == r->buffer.oldest) return false;
    const struct line *line = &message_buffer_at(&r->buffer, seq)->line;
    const struct line *above = &message_buffer_at(&r->buffer, seq - 1)->line;
    bool same_side = line->kind == LINE_MESSAGE ? above->kind == LINE_MESSAGE
                                                : is_own(line->kind) && is_own(above->kind);
    bool in_run = same_side && !line->highlighted && !line->action && !above->action;
    return in_run && line->at / 60 == above->at / 60 && strcmp(line->nick, above->nick) == 0;
}

/* -- wrapping -- */

static int text_cells(const struct line_rows *r, const struct entry *e, bool author)
{
    int cells = r->columns - r->gutter(r->context, &e->line, author);
    return cells > 1 ? cells : 1;
}

/* Returns the line, wrapped to the current width. */
static struct entry *wrapped(const struct line_rows *r, uint64_t seq)
{
    struct entry *e = message_buffer_at(&r->buffer, seq);
    bool author = !continues_run(r, seq);
    if (e->columns == r->columns && e->author == author) return e;
    line_wrap_set(&e->wrap, e->line.text, e->n, text_cells(r, e, author), text_cells(r, e, false));
    e->columns = r->columns;
    e->author = author;
    return e;
}

/* -- folding -- */

/* Returns how many rows of the line are shown at most, the last of which may be the fold; 0: all.
 */
static size_t rows_max(const struct entry *e)
{
    if (message_buffer_is_pending(e->line.kind)) return LINE_ROWS_PENDING_MAX;
    return is_message(e->line.kind) && !e->unfolded ? LINE_ROWS_MAX : 0;
}

static bool is_folded(const struct entry *e)
{
    return rows_max(e) > 0 && e->wrap.count > rows_max(e);
}

bool line_rows_is_long(const struct line_rows *r, uint64_t seq)
{
    const struct entry *e = wrapped(r, seq);
    return is_message(e->line.kind) && e->wrap.count > LINE_ROWS_MAX;
}

static size_t count_rows(const struct entry *e)
{
    return is_folded(e) ? rows_max(e) : e->wrap.count;
}

size_t line_rows_count(const struct line_rows *r, uint64_t seq)
{
    return count_rows(wrapped(r, seq));
}

struct row line_rows_at(const struct line_rows *r, struct position at)
{
    const struct entry *e = wrapped(r, at.seq);
    struct wrapped_row piece = line_wrap_row(&e->wrap, at.row);
    struct row row = {.line = &e->line,
                      .from = piece.from,
                      .to = piece.to,
                      .first = at.row == 0,
                      .author = at.row == 0 && e->author,
                      .can_unfold = is_message(e->line.kind)};
    if (!is_folded(e) || at.row + 1 < rows_max(e)) return row;
    row.to = row.from;
    row.folded = e->wrap.count - at.row;
    return row;
}

struct position line_rows_find(const struct line_rows *r, uint64_t seq, size_t byte)
{
    const struct entry *e = wrapped(r, seq);
    struct position at = {seq, count_rows(e) - 1};
    while (at.row > 0 && line_wrap_row(&e->wrap, at.row).from > byte) at.row--;
    return at;
}

/* -- all rows -- */

bool line_rows_up(const struct line_rows *r, struct position *at)
{
    if (at->row > 0) return at->row--, true;
    if (at->seq == r->buffer.oldest) return false;
    at->row = line_rows_count(r, --at->seq) - 1;
    return true;
}

bool line_rows_down(const struct line_rows *r, struct position *at)
{
    if (at->row + 1 < line_rows_count(r, at->seq)) return at->row++, true;
    if (at->seq + 1 == r->buffer.next) return false;
    *at = (struct position){at->seq + 1, 0};
    return true;
}

struct position line_rows_last(const struct line_rows *r)
{
    uint64_t last = r->buffer.next - 1;
    return (struct position){last, line_rows_count(r, last) - 1};
}

/* The nickname has space if it does not move the text. */
static bool has_space_for_author(const struct line_rows *r, const struct line *line)
{
    return r->gutter(r->context, line, true) == r->gutter(r->context, line, false);
}

int line_rows_fill(const struct line_rows *r, struct position at, struct row *rows, int max)
{
    int count = 0;
    do {
        rows[count++] = line_rows_at(r, at);
    } while (count < max && line_rows_down(r, &at));
    rows[0].author = rows[0].author || (rows[0].first && has_space_for_author(r, rows[0].line));
    return count;
}
