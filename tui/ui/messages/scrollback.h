/* scrollback: PURE the lines received, wrapped to a width, the reading place, and what is unread.
 * Knows no curses, socket or clock: time comes in with the line. */
#ifndef TUI_UI_MESSAGES_SCROLLBACK_H
#define TUI_UI_MESSAGES_SCROLLBACK_H

#include "tui/ui/messages/message_buffer.h"

/* One row of the pane: a piece of a line. Valid until the next change of the scrollback. */
struct row {
    const struct line *line; /* NULL: a blank row above the oldest line, or above pinned ones */
    size_t from, to;         /* the bytes of line->text shown in this row */
    bool first;              /* the line's first row: it carries the time and the nickname */
};

/* How many cells of a line's rows are taken by what stands left of the text: decided by the layout,
 * asked once per line and width. `place` is
 * the caller's. */
typedef int (*scrollback_gutter)(const void *place, const struct line *line, bool first);

enum {
    SCROLLBACK_PINNED_ROWS = 3,       /* rows that stay in sight below the reading place, */
    SCROLLBACK_PINNING_ROWS_MIN = 10, /* in a pane of so many */
    SCROLLBACK_NO_MATCH = -1,
};

struct scrollback;

/* Keeps at most max_lines, and MESSAGE_BUFFER_BYTES_MAX; the oldest go first, but never the page
 * being read: then those below it do, and a LINE_GAP says how many. NULL without memory. The caller
 * frees it.
 */
struct scrollback *scrollback_new(size_t max_lines, scrollback_gutter gutter, const void *place);
void scrollback_free(struct scrollback *s);

/* Adds a line, above the pending ones unless it is one itself; nick and text are raw and are
 * sanitised here. The reading place stays put unless it is at the bottom. False without memory. */
bool scrollback_add(struct scrollback *s, time_t at, enum line_kind kind, const char *nick,
                    const char *text);

/* The i-th pending line, the oldest being 0, is doubtful now, or pending again; or it is taken out.
 */
void scrollback_set_pending_kind(struct scrollback *s, size_t i, enum line_kind kind);
void scrollback_remove_pending(struct scrollback *s, size_t i);

/* Marks the newest line but the pending ones: it mentions us. */
void scrollback_highlight_last(struct scrollback *s);

/* Puts the rule of what is unread below the newest line, that time being now, and takes it from
 * where it was. */
void scrollback_set_unread_marker(struct scrollback *s, time_t at);

/* The newest line but for the pending ones has this text now. False without memory, or where there
 * is none. */
bool scrollback_edit_last(struct scrollback *s, const char *text);

/* The gutter has changed. */
void scrollback_rewrap(struct scrollback *s);

/* Sets the pane's size; the reading place keeps showing the same line. */
void scrollback_resize(struct scrollback *s, int rows, int columns);

/* Moves the reading place; negative is up, towards older lines. */
void scrollback_scroll(struct scrollback *s, int rows);
void scrollback_page(struct scrollback *s, int pages);
void scrollback_top(struct scrollback *s);
void scrollback_bottom(struct scrollback *s);

/* Which byte of the line's text is wanted; SCROLLBACK_NO_MATCH: none of it. */
typedef long (*scrollback_match)(const struct line *line, const void *what);

/* Brings the nearest line that is wanted into sight: the line that was found before, or one above
 * it, or below it where step is 1; where `next`, that line does not count. Where none was found
 * before, the search begins at the edge of what is in sight. False, and nothing moves, where there
 * is none. */
bool scrollback_seek(struct scrollback *s, int step, bool next, scrollback_match wanted,
                     const void *what);

/* The line that was found last, until the reading place moves otherwise; NULL: none. */
const struct line *scrollback_found(const struct scrollback *s);

/* Brings the first line that is unread to the top. False where none is. */
bool scrollback_first_unread(struct scrollback *s);

/* How many LINE_MESSAGE and LINE_SERVER lines came since the reading place left the bottom; 0 at
 * the bottom. */
size_t scrollback_unread(const struct scrollback *s);
bool scrollback_at_bottom(const struct scrollback *s);

/* Forgets every line but the pending ones. */
void scrollback_clear(struct scrollback *s);

/* How many of the pane's last rows are pinned ones; a blank row parts them from the reading place.
 */
int scrollback_pinned(const struct scrollback *s);

/* Fills rows[] for the pane, top to bottom, and returns how many there are: at most the pane's. */
int scrollback_rows(struct scrollback *s, struct row *rows, int max);

#endif
