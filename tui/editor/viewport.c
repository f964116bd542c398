#include "tui/editor/viewport.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>

/* One cluster as the field shows it. */
static char *shown(const struct viewport *f, size_t at, size_t end)
{
    if (f->text[at] == '\n') return strdup("↵");
    return text_clean(f->text + at, end - at, TEXT_ONE_LINE, NULL);
}

static size_t cells(const struct viewport *f, size_t at, size_t end)
{
    char *s = shown(f, at, end);
    size_t width = s ? text_width(s, strlen(s)) : 0;
    free(s);
    return width;
}

/* How far whole clusters from `at` reach in so many cells. */
static size_t reach(const struct viewport *f, size_t at, size_t room)
{
    while (at < f->len) {
        size_t next = text_next(f->text, f->len, at), width = cells(f, at, next);
        if (width > room) break;
        room -= width;
        at = next;
    }
    return at;
}

static size_t cells_between(const struct viewport *f, size_t from, size_t to)
{
    size_t sum = 0;
    for (size_t next; from < to; from = next) {
        next = text_next(f->text, f->len, from);
        sum += cells(f, from, next);
    }
    return sum;
}

/* Back from the cursor by code points, which is quick, then on until it is no more than so many
 * cells. */
static size_t before_cursor(const struct viewport *f, size_t room)
{
    size_t at = f->cursor;
    for (size_t points = 0; points < room && at > 0; at--)
        if ((f->text[at - 1] & 0xC0) != 0x80) points++;
    at = text_boundary(f->text, f->len, at);
    size_t width = cells_between(f, at, f->cursor);
    while (at < f->cursor && width > room) {
        size_t next = text_next(f->text, f->len, at);
        width -= cells(f, at, next);
        at = next;
    }
    return at;
}

/* Cells kept free for the mark at the left edge. */
static size_t margin(size_t scroll, size_t room)
{
    return scroll > 0 && room > 0;
}

static size_t visible_end(const struct viewport *f, size_t scroll, size_t room)
{
    return reach(f, scroll, room - margin(scroll, room));
}

/* The cursor's own cluster counts, and so does one before it, unless the line starts here. */
static bool in_view(const struct viewport *f, size_t scroll, size_t room)
{
    if (scroll > 0 && f->cursor <= scroll) return false;
    size_t end = visible_end(f, scroll, room);
    return f->cursor < end || (f->cursor == end && end == f->len);
}

static size_t scroll_to_cursor(const struct viewport *f, size_t room)
{
    if (reach(f, 0, room) == f->len) return 0;
    size_t scroll = text_boundary(f->text, f->len, f->scroll);
    if (in_view(f, scroll, room)) return scroll;
    size_t centred = before_cursor(f, room / 2);
    return in_view(f, centred, room) ? centred : f->cursor;
}

static bool append(char **text, size_t *n, const char *s)
{
    size_t more = s ? strlen(s) : 0;
    char *grown = s ? realloc(*text, *n + more + 1) : NULL;
    if (!grown) return false;
    memcpy(grown + *n, s, more + 1);
    *text = grown;
    *n += more;
    return true;
}

/* The slice as it is shown, after the blank that the left mark takes. */
static char *paint(const struct viewport *f, size_t from, size_t end, size_t blank)
{
    char *text = NULL;
    size_t n = 0;
    bool ok = append(&text, &n, blank ? " " : "");
    for (size_t at = from, next; ok && at < end; at = next) {
        next = text_next(f->text, f->len, at);
        char *s = shown(f, at, next);
        ok = append(&text, &n, s);
        free(s);
    }
    if (ok) return text;
    free(text);
    return NULL;
}

/* The last cell is free for the mark there, or for the cursor after the last character. */
void viewport_show(struct viewport *f, int columns, struct editor_view *ret)
{
    size_t room = columns > 0 ? (size_t)columns - 1 : 0;
    f->scroll = scroll_to_cursor(f, room);
    size_t end = visible_end(f, f->scroll, room), blank = margin(f->scroll, room);
    ret->text = paint(f, f->scroll, end, blank);
    ret->cursor = (int)(blank + cells_between(f, f->scroll, f->cursor));
    ret->more_left = f->scroll > 0;
    ret->more_right = end < f->len;
}
