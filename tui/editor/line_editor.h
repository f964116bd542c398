/* line_editor: PURE the input line. Text is UTF-8, edited by grapheme cluster; the cursor always
 * rests on a cluster boundary. Keeps history, a kill buffer and undo. */
#ifndef TUI_EDITOR_LINE_EDITOR_H
#define TUI_EDITOR_LINE_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

/* Those that take text away stand together, EDIT_BACKSPACE to EDIT_KILL_WORD_RIGHT. */
enum edit {
    EDIT_LEFT,
    EDIT_RIGHT,
    EDIT_WORD_LEFT,
    EDIT_WORD_RIGHT,
    EDIT_HOME,
    EDIT_END,
    EDIT_BACKSPACE,
    EDIT_DELETE,
    EDIT_KILL_TO_END,
    EDIT_KILL_TO_START,
    EDIT_KILL_WORD_LEFT,
    EDIT_KILL_WORD_RIGHT,
    EDIT_YANK,
    EDIT_TRANSPOSE,
    EDIT_UNDO,
    EDIT_HISTORY_PREV, /* the line above; from the first one the message sent before this one: the
                   draft is kept and comes back */
    EDIT_HISTORY_NEXT,
};

struct editor;

/* An empty editor that holds at most `limit` bytes; NULL without memory. The caller frees it. */
struct editor *editor_new(size_t limit);
void editor_free(struct editor *e);

/* Inserts valid UTF-8 at the cursor. False, and nothing is changed, where it would not fit. */
bool editor_insert(struct editor *e, const char *text, size_t n);

/* Carries out one command; one that cannot do anything does nothing. */
void editor_do(struct editor *e, enum edit what);

/* The text, NUL-terminated, and its length unless ret_n is NULL; valid until the next change. */
const char *editor_text(const struct editor *e, size_t *ret_n);

/* The cursor's place in the text, in bytes. */
size_t editor_cursor(const struct editor *e);

/* Replaces the text and puts the cursor at its end; EDIT_UNDO brings back what was there. False,
 * and nothing is changed, where it would not fit. */
bool editor_set(struct editor *e, const char *text);

/* Replaces the bytes from..to, which lie on cluster boundaries, and puts the cursor behind what
 * took their place. False, and nothing is changed, where it would not fit. */
bool editor_replace(struct editor *e, size_t from, size_t to, const char *text);

/* Empties the line and remembers what it held in the history, once where it repeats the newest. */
void editor_commit(struct editor *e);

/* Puts a line into the history that was sent in an earlier run. */
void editor_add_history(struct editor *e, const char *text);

/* What a field `columns` cells wide shows: sanitised text, scrolled so that the cursor is in it,
 * and no further than that takes. No cluster is cut in half. */
struct editor_view {
    char *text; /* stands in the field from its first cell; NULL without memory; the caller frees it
                 */
    int cursor; /* cells from the field's left edge, 0 to columns - 1 */
    bool more_left, more_right; /* there is text beyond the edge: the first cell, a space in the
                                   text, or the last one, past the text, is free for a mark */
};
void editor_show(struct editor *e, int columns, struct editor_view *ret);

/* How many lines the text has, and which of them, counted from 0, the cursor is in. */
size_t editor_lines(const struct editor *e, size_t *ret_current);

/* The same for one line of the text alone; ret->cursor counts only where the cursor is in it. */
void editor_show_line(struct editor *e, size_t line, int columns, struct editor_view *ret);

#endif
