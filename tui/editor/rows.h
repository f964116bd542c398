/* rows: PURE breaks the text being edited into rows of the screen: at line feeds, and between words
 * where a row is full. Each position of the text is in one row. */
#ifndef TUI_EDITOR_ROWS_H
#define TUI_EDITOR_ROWS_H

#include <stdbool.h>
#include <stddef.h>

struct text_row {
    size_t index;    /* counted from 0 */
    size_t from, to; /* the bytes to show; spaces at the end may need more cells than there are */
    size_t next;     /* where the next row begins; behind the end of the text in the last row */
};

/* Return the first row of a text with so many cells in a row, at least one; go to the next row, or
 * return false at the last one; return the row of a position. */
struct text_row rows_first(const char *text, size_t n, size_t cells);
bool rows_next(const char *text, size_t n, size_t cells, struct text_row *row);
struct text_row rows_find(const char *text, size_t n, size_t cells, size_t at);

/* Return the position in the row above or below that is at most as far to the right as `at`; `at`
 * itself if there is no such row. */
size_t rows_above(const char *text, size_t n, size_t cells, size_t at);
size_t rows_below(const char *text, size_t n, size_t cells, size_t at);

#endif
