/* wrap: PURE a text broken into rows: between words where that can be, at a line feed always. */
#ifndef TUI_WRAP_H
#define TUI_WRAP_H

#include <stddef.h>

/* Where the row that starts at byte `at` of a sanitised text ends, so that it takes at most `cells`
 * cells, or one character where that is more; the next row starts at *ret_next. Spaces at the break
 * belong to neither. */
size_t wrap_row(const char *text, size_t n, size_t at, int cells, size_t *ret_next);

#endif
