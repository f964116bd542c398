/* line_wrap: PURE a text broken into rows: between words where that can be, at a line feed always.
 */
#ifndef TUI_UI_MESSAGES_LINE_WRAP_H
#define TUI_UI_MESSAGES_LINE_WRAP_H

#include <stddef.h>

/* A row of a text, from one byte to another. */
struct wrapped_row {
    size_t from, to;
};

/* All rows of a text; all zero is none yet. */
struct line_wrap {
    struct wrapped_row *rows; /* NULL when there is no memory for them: then */
    struct wrapped_row whole; /* the text is one row */
    size_t count;
};

/* Where the row that starts at byte `at` of a sanitised text ends, so that it takes at most `cells`
 * cells; a cluster wider than that is split between code points, and one of those that is too wide
 * stands alone. The next row starts at *ret_next; spaces at the break belong to neither. */
size_t line_wrap_next(const char *text, size_t n, size_t at, int cells, size_t *ret_next);

/* Breaks a text into rows, the first of them and the others so many cells wide; what the rows were
 * before is dropped. */
void line_wrap_set(struct line_wrap *r, const char *text, size_t n, int first, int others);

/* A row that there is. */
struct wrapped_row line_wrap_row(const struct line_wrap *r, size_t row);

void line_wrap_clear(struct line_wrap *r);

#endif
