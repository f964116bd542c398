/* text_search: PURE one text in another, whatever the case of its letters and however their accents
 * are written. */
#ifndef TUI_BASE_TEXT_SEARCH_H
#define TUI_BASE_TEXT_SEARCH_H

#include <stddef.h>

enum { TEXT_SEARCH_MAX = 256 /* of a word that can be found */ };

/* Where `word` stands in the text at or after byte `at`, letter by letter with the marks on each,
 * without regard to case or composition (UAX #15, canonical caseless matching); its end goes to
 * *ret_end. Returns n where it does not, and where it is empty or too long. All of it is valid
 * UTF-8. */
size_t text_search_find(const char *text, size_t n, size_t at, const char *word, size_t *ret_end);

#endif
