/* line_editor: PURE the input line, with history, a kill buffer and undo. The text is UTF-8.
 * Commands work on grapheme clusters, and the cursor is always on a cluster boundary. */
#ifndef TUI_EDITOR_LINE_EDITOR_H
#define TUI_EDITOR_LINE_EDITOR_H

#include "tui/base/edit.h"
#include "tui/editor/rows.h"
#include "tui/editor/viewport.h"

#include <stdbool.h>
#include <stddef.h>

struct editor;

/* Returns an empty editor that holds at most `limit` bytes; NULL without memory. The caller frees
 * it. */
struct editor *editor_new(size_t limit);
void editor_free(struct editor *e);

/* Measure the text: keep the sum of `measure` over its parts up to date; and return it. The size of
 * a text must be the sum of the sizes of its parts. */
void editor_measure(struct editor *e, size_t (*measure)(const char *text, size_t n));
size_t editor_size(const struct editor *e);

/* Insert valid UTF-8 at the cursor: typed text; text from elsewhere, such as a paste. Return false,
 * and change nothing, if it does not fit. */
bool editor_insert(struct editor *e, const char *text, size_t n);
bool editor_paste(struct editor *e, const char *text, size_t n);

/* Whether the user typed the first character at the start of the line, or recalled the line from
 * the history. False if the character was pasted, completed or yanked, or if the text before it was
 * deleted. */
bool editor_start_is_typed(const struct editor *e);

/* Executes a command; does nothing if there is nothing to do. */
void editor_do(struct editor *e, enum edit command);

/* Whether the command removes text. */
bool editor_deletes(enum edit command);

/* Returns the text, NUL-terminated, valid until the next change; its length in *ret_n unless that
 * is NULL. */
const char *editor_text(const struct editor *e, size_t *ret_n);

/* Returns the cursor's position in the text, in bytes. */
size_t editor_cursor(const struct editor *e);

/* Replaces the text, as if it was typed, and puts the cursor at its end; EDIT_UNDO restores the
 * previous text. Returns false, and changes nothing, if it does not fit. */
bool editor_set(struct editor *e, const char *text);

/* Replaces the bytes from..to, which are on cluster boundaries, and puts the cursor behind the
 * replacement. Returns false, and changes nothing, if it does not fit. */
bool editor_replace(struct editor *e, size_t from, size_t to, const char *text);

/* Adds the text to the history, unless it repeats the newest entry, and clears the line. An entry
 * that was edited to this text is again as it was sent. */
void editor_commit(struct editor *e);

/* Whether there is no text: neither in the line, nor in a draft that waits while an older line is
 * edited. */
bool editor_is_empty(const struct editor *e);

/* Adds an entry to the history, as from an earlier run. */
void editor_add_history(struct editor *e, const char *text);

/* Shows the whole text as one line in a field `columns` cells wide, scrolled to the cursor. */
void editor_show(struct editor *e, int columns, struct editor_view *ret);

/* Returns the number of lines in the text. */
size_t editor_lines(const struct editor *e);

/* Wraps the text in a field `columns` cells wide; its last cell stays free for the cursor. The keys
 * that go to the line above or below go to the row above or below. */
void editor_wrap(struct editor *e, int columns);

/* Returns the number of rows of the wrapped text; the cursor's row, counted from 0, in
 * *ret_current. */
size_t editor_rows(const struct editor *e, size_t *ret_current);

/* Return the row with this index, or the last one; go to the next row, or return false at the last
 * one. */
struct text_row editor_row(const struct editor *e, size_t index);
bool editor_next_row(const struct editor *e, struct text_row *row);

/* Shows a row; ret->cursor is valid only for the cursor's row. */
void editor_show_row(const struct editor *e, const struct text_row *row, struct editor_view *ret);

#endif
