/* text_search: PURE finds a text in another one; ignores case and how accents are encoded. */
#ifndef TUI_BASE_TEXT_SEARCH_H
#define TUI_BASE_TEXT_SEARCH_H

#include <stddef.h>

enum { TEXT_SEARCH_MAX = 256 /* bytes of a text to find */ };

/* Returns where `wanted` begins in the text, at or after byte `at`, and sets *ret_end to its end.
 * Returns n if it is not found, is empty or is too long. Compares letter by letter, each with its
 * marks (UAX #15, canonical caseless matching). Both texts are valid UTF-8. */
size_t text_search_find(const char *text, size_t n, size_t at, const char *wanted, size_t *ret_end);

#endif
