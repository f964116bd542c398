/* visible_text: PURE how the text being edited looks on the screen: sanitised, cluster by cluster.
 */
#ifndef TUI_EDITOR_VISIBLE_TEXT_H
#define TUI_EDITOR_VISIBLE_TEXT_H

#include <stddef.h>

/* Returns the end of the cluster at byte `at`, and how many cells it needs. */
size_t visible_text_next(const char *text, size_t n, size_t at, size_t *ret_cells);

/* Returns how many cells the bytes from..to need, both on cluster boundaries. */
size_t visible_text_cells(const char *text, size_t from, size_t to);

/* Returns `start` and the bytes from..to, sanitised, for the caller to free; NULL without memory.
 */
char *visible_text_make(const char *start, const char *text, size_t from, size_t to);

#endif
