/* wrap: PURE a text broken into rows: between words where that can be, at a line feed always. */
#ifndef TUI_WRAP_H
#define TUI_WRAP_H

#include <stddef.h>

/* Where the row that starts at byte `at` of a sanitised text ends, so that it takes at most `cells`
 * cells; a cluster wider than that is split between code points, and one of those that is too wide
 * stands alone. The next row starts at *ret_next; spaces at the break belong to neither. */
size_t wrap_row(const char *text, size_t n, size_t at, int cells, size_t *ret_next);

#endif
