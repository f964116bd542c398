#include "tui/editor/viewport.h"

#include "common/text.h"
#include "tui/editor/visible_text.h"

/* Returns the end of the clusters from `at` on that fit into `room` cells. */
static size_t fitting_end(const struct viewport *v, size_t at, size_t room)
{
    while (at < v->length) {
        size_t next = text_next(v->text, v->length, at),
               width = visible_text_cells(v->text, at, next);
        if (width > room) break;
        room -= width;
        at = next;
    }
    return at;
}

/* Returns the start of the text that ends at the cursor and takes at most `room` cells. Goes back
 * by code points, which is fast, then forward by clusters. */
static size_t start_before_cursor(const struct viewport *v, size_t room)
{
    size_t at = v->cursor;
    for (size_t points = 0; points < room && at > 0; at--)
        if ((v->text[at - 1] & 0xC0) != 0x80) points++;
    at = text_boundary(v->text, v->length, at);
    size_t width = visible_text_cells(v->text, at, v->cursor);
    while (at < v->cursor && width > room) {
        size_t next = text_next(v->text, v->length, at);
        width -= visible_text_cells(v->text, at, next);
        at = next;
    }
    return at;
}

/* Returns the cells reserved for the mark at the left edge. */
static size_t left_margin(size_t scroll, size_t room)
{
    return scroll > 0 && room > 0;
}

static size_t visible_end(const struct viewport *v, size_t scroll, size_t room)
{
    return fitting_end(v, scroll, room - left_margin(scroll, room));
}

/* Whether the cursor's cluster is visible, and the one before it unless the text starts here. */
static bool is_cursor_visible(const struct viewport *v, size_t scroll, size_t room)
{
    if (scroll > 0 && v->cursor <= scroll) return false;
    size_t end = visible_end(v, scroll, room);
    return v->cursor < end || (v->cursor == end && end == v->length);
}

static size_t scroll_to_cursor(const struct viewport *v, size_t room)
{
    if (fitting_end(v, 0, room) == v->length) return 0;
    size_t scroll = text_boundary(v->text, v->length, v->scroll);
    if (is_cursor_visible(v, scroll, room)) return scroll;
    size_t centred = start_before_cursor(v, room / 2);
    return is_cursor_visible(v, centred, room) ? centred : v->cursor;
}

/* Keeps the last cell free, for the right mark or for the cursor after the last character. */
void viewport_show(struct viewport *v, int columns, struct editor_view *ret)
{
    size_t room = columns > 0 ? (size_t)columns - 1 : 0;
    v->scroll = scroll_to_cursor(v, room);
    size_t end = visible_end(v, v->scroll, room), blank = left_margin(v->scroll, room);
    ret->text = visible_text_make(blank ? " " : "", v->text, v->scroll, end);
    ret->cursor = (int)(blank + visible_text_cells(v->text, v->scroll, v->cursor));
    ret->more_left = v->scroll > 0;
    ret->more_right = end < v->length;
}
