#include "tui/editor/viewport.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>

/* Returns a cluster, sanitised; NULL without memory. The caller frees it. */
static char *sanitise_cluster(const struct viewport *v, size_t at, size_t end)
{
    if (v->text[at] == '\n') return strdup("↵");
    return text_clean(v->text + at, end - at, TEXT_ONE_LINE, NULL);
}

static size_t cluster_cells(const struct viewport *v, size_t at, size_t end)
{
    char *s = sanitise_cluster(v, at, end);
    size_t width = s ? text_width(s, strlen(s)) : 0;
    free(s);
    return width;
}

/* Returns the end of the clusters from `at` on that fit into `room` cells. */
static size_t fitting_end(const struct viewport *v, size_t at, size_t room)
{
    while (at < v->length) {
        size_t next = text_next(v->text, v->length, at), width = cluster_cells(v, at, next);
        if (width > room) break;
        room -= width;
        at = next;
    }
    return at;
}

static size_t cells_between(const struct viewport *v, size_t from, size_t to)
{
    size_t sum = 0;
    for (size_t next; from < to; from = next) {
        next = text_next(v->text, v->length, from);
        sum += cluster_cells(v, from, next);
    }
    return sum;
}

/* Returns the start of the text that ends at the cursor and takes at most `room` cells. Goes back
 * by code points, which is fast, then forward by clusters. */
static size_t start_before_cursor(const struct viewport *v, size_t room)
{
    size_t at = v->cursor;
    for (size_t points = 0; points < room && at > 0; at--)
        if ((v->text[at - 1] & 0xC0) != 0x80) points++;
    at = text_boundary(v->text, v->length, at);
    size_t width = cells_between(v, at, v->cursor);
    while (at < v->cursor && width > room) {
        size_t next = text_next(v->text, v->length, at);
        width -= cluster_cells(v, at, next);
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

static bool append_text(char **text, size_t *n, const char *s)
{
    size_t more = s ? strlen(s) : 0;
    char *grown = s ? realloc(*text, *n + more + 1) : NULL;
    if (!grown) return false;
    memcpy(grown + *n, s, more + 1);
    *text = grown;
    *n += more;
    return true;
}

/* Returns the text of from..end, sanitised, after a space for the left mark if `blank`. */
static char *make_visible_text(const struct viewport *v, size_t from, size_t end, size_t blank)
{
    char *text = NULL;
    size_t n = 0;
    bool ok = append_text(&text, &n, blank ? " " : "");
    for (size_t at = from, next; ok && at < end; at = next) {
        next = text_next(v->text, v->length, at);
        char *s = sanitise_cluster(v, at, next);
        ok = append_text(&text, &n, s);
        free(s);
    }
    if (ok) return text;
    free(text);
    return NULL;
}

/* Keeps the last cell free, for the right mark or for the cursor after the last character. */
void viewport_show(struct viewport *v, int columns, struct editor_view *ret)
{
    size_t room = columns > 0 ? (size_t)columns - 1 : 0;
    v->scroll = scroll_to_cursor(v, room);
    size_t end = visible_end(v, v->scroll, room), blank = left_margin(v->scroll, room);
    ret->text = make_visible_text(v, v->scroll, end, blank);
    ret->cursor = (int)(blank + cells_between(v, v->scroll, v->cursor));
    ret->more_left = v->scroll > 0;
    ret->more_right = end < v->length;
}
