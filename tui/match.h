/* match: PURE one text in another, whatever the case of its letters. */
#ifndef TUI_MATCH_H
#define TUI_MATCH_H

#include <stddef.h>

/* Where `word` stands in the text at or after byte `at`, compared code point by code point without
 * regard to case; its end goes to *ret_end. Returns n where it does not, and where it is empty. All
 * of it is valid UTF-8. */
size_t match_find(const char *text, size_t n, size_t at, const char *word, size_t *ret_end);

#endif
