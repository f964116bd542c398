/* line_wrap: PURE breaks a text into rows: between words if possible, and at every line feed. */
#ifndef TUI_UI_MESSAGES_LINE_WRAP_H
#define TUI_UI_MESSAGES_LINE_WRAP_H

#include <stddef.h>

/* The bytes of a text in one row. */
struct wrapped_row {
    size_t from, to;
};

/* All rows of a text. All zero is empty. */
struct line_wrap {
    struct wrapped_row *rows; /* NULL without memory: then `whole` is the only row */
    struct wrapped_row whole;
    size_t count;
};

/* Returns the end of the row that starts at byte `at` of a sanitised text and has at most `cells`
 * cells. Splits a wider cluster between code points; a code point that is too wide is a row. The
 * next row starts at *ret_next; the spaces between them are in neither. */
size_t line_wrap_next(const char *text, size_t n, size_t at, int cells, size_t *ret_next);

/* Breaks a text into rows: the first one `first` cells wide, the others `others`. Replaces the
 * previous rows. */
void line_wrap_set(struct line_wrap *w, const char *text, size_t n, int first, int others);

/* Returns the row with this index, which must exist. */
struct wrapped_row line_wrap_row(const struct line_wrap *w, size_t index);

/* Frees the rows. */
void line_wrap_clear(struct line_wrap *w);

#endif
