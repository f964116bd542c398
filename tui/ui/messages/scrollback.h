/* scrollback: PURE the lines on the screen, wrapped to its width, with the reading position and the
 * unread lines. */
#ifndef TUI_UI_MESSAGES_SCROLLBACK_H
#define TUI_UI_MESSAGES_SCROLLBACK_H

#include "tui/ui/messages/line_rows.h"

enum {
    SCROLLBACK_PINNED_ROWS = 3,       /* newest rows that stay visible when scrolled up */
    SCROLLBACK_PINNING_ROWS_MIN = 10, /* minimum height of a pane that pins them */
    SCROLLBACK_NO_MATCH = -1,
};

struct scrollback;

/* Returns a scrollback for at most max_lines lines and MESSAGE_BUFFER_BYTES_MAX bytes. If full, it
 * drops the oldest line; if that line is visible, it drops lines below the page instead, and a
 * LINE_GAP says how many. Returns NULL without memory. The caller frees it. */
struct scrollback *scrollback_new(size_t max_lines, line_gutter gutter, const void *context);
void scrollback_free(struct scrollback *s);

/* Adds a line, above the pending lines unless it is pending; sanitises nick and text. Moves the
 * reading position only if it is at the bottom. `at` is in seconds, local time. Returns false
 * without memory. */
bool scrollback_add(struct scrollback *s, int64_t at, enum line_kind kind, const char *nick,
                    const char *text);

/* Change the kind of the i-th pending line, where 0 is the oldest; remove it. */
void scrollback_set_pending_kind(struct scrollback *s, size_t i, enum line_kind kind);
void scrollback_remove_pending(struct scrollback *s, size_t i);

/* Highlights the newest line that is not pending. */
void scrollback_highlight_last(struct scrollback *s);

/* Moves the unread marker below the newest line. `at` is the current time. */
void scrollback_set_unread_marker(struct scrollback *s, int64_t at);

/* Replaces the text of the newest line that is not pending. Returns false without memory, or if
 * there is no such line. */
bool scrollback_edit_last(struct scrollback *s, const char *text);

/* Keeps the style of emoji (TEXT_EMOJI_STYLE) in lines that are added from now on, or drops it. */
void scrollback_set_emoji(struct scrollback *s, bool keep);

/* Shows the author of each message, or only of the first one of a run. */
void scrollback_set_grouped(struct scrollback *s, bool grouped);

/* Unfolds the long messages on the page; if all are unfolded, folds them. The top row stays.
 * Returns false if there are none. */
bool scrollback_toggle_folds(struct scrollback *s);

/* Wraps all lines again, after the gutter has changed. */
void scrollback_rewrap(struct scrollback *s);

/* Sets the pane's size. The same line stays at the top. */
void scrollback_resize(struct scrollback *s, int rows, int columns);

/* Moves the reading position; negative is up, to older lines. */
void scrollback_scroll(struct scrollback *s, int rows);
void scrollback_page(struct scrollback *s, int pages);
void scrollback_top(struct scrollback *s);
void scrollback_bottom(struct scrollback *s);

/* Returns the byte of line->text where the match begins; SCROLLBACK_NO_MATCH if there is none. */
typedef long (*scrollback_match)(const struct line *line, const void *context);

/* Scrolls to the nearest matching line: up if step is -1, down if it is 1. Starts at the previous
 * match, or after it if `next`; without a previous match, at the edge of the visible lines. Returns
 * false, and does not move, if there is no match. */
bool scrollback_seek(struct scrollback *s, int step, bool next, scrollback_match match,
                     const void *context);

/* Returns the last match; NULL: none, or the reading position has moved since. */
const struct line *scrollback_found(const struct scrollback *s);

/* Counts the matching lines. *ret_index is the place of the last match among them, where 1 is the
 * newest; 0: it does not match, or there is none. */
size_t scrollback_count(const struct scrollback *s, scrollback_match match, const void *context,
                        size_t *ret_index);

/* Keep the reading position; go back to it. */
void scrollback_keep_place(struct scrollback *s);
void scrollback_go_back(struct scrollback *s);

/* Scrolls the first unread line to the top. Returns false if there is none. */
bool scrollback_first_unread(struct scrollback *s);

/* Returns how many lines of others and of the server arrived while scrolled up; 0 at the bottom. */
size_t scrollback_unread(const struct scrollback *s);
bool scrollback_at_bottom(const struct scrollback *s);

/* Returns the i-th line from the newest, which is 0; NULL past the oldest. */
const struct line *scrollback_newest(const struct scrollback *s, size_t i);

/* Removes all lines that are not pending. */
void scrollback_clear(struct scrollback *s);

/* Returns how many of the pane's last rows are pinned; an empty row is above them. */
int scrollback_pinned(const struct scrollback *s);

/* Fills rows[] for the pane, top to bottom. Returns their number: the pane's height, at most max.
 */
int scrollback_rows(struct scrollback *s, struct row *rows, int max);

#endif
