/* text: UTF-8, grapheme clusters, terminal cells, and a sanitizer for text from others. Does not
 * depend on the locale. */
#ifndef COMMON_TEXT_H
#define COMMON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns whether the bytes are valid UTF-8 (RFC 3629: no overlong forms, no surrogates). */
bool text_valid(const char *s, size_t n);

enum { TEXT_INVALID = -1 };

/* Decodes the code point at s[at], where at < n, and returns its size in bytes. A byte that is not
 * UTF-8 is TEXT_INVALID and has the size 1. */
size_t text_decode(const char *s, size_t n, size_t at, int32_t *ret_cp);

/* Decodes the code point that ends at s[at], where at > 0, and returns its size in bytes. */
size_t text_decode_prev(const char *s, size_t at, int32_t *ret_cp);

/* Whether a code point is a letter, a mark or a digit. */
bool text_is_word(int32_t cp);

/* Whether a code point is a control or format character, or invisible or unassigned; whether it
 * only styles its neighbours: a joiner, or a variation selector. */
bool text_is_hidden(int32_t cp);
bool text_is_style(int32_t cp);

/* Returns the end of the grapheme cluster (UAX #29) that starts at byte `at`; n at the end. A byte
 * that is not UTF-8 is a cluster; a cluster of more than 32 code points is split. */
size_t text_next(const char *s, size_t n, size_t at);

/* Returns the start of the grapheme cluster that ends at byte `at`, a cluster boundary; 0 at the
 * start. */
size_t text_prev(const char *s, size_t at);

/* Returns the first cluster boundary at or after byte `at`, which lies between two code points. */
size_t text_boundary(const char *s, size_t n, size_t at);

/* Returns the number of grapheme clusters. */
size_t text_clusters(const char *s, size_t n);

/* Returns how many terminal cells a text from text_clean needs: the sum over its code points. */
size_t text_width(const char *s, size_t n);

enum { TEXT_MARKS_MAX = 4 }; /* marks of no width that text_clean keeps on a character */

/* Removes in place what text_clean drops because it only styles its neighbours: joiners, variation
 * selectors, skin tones of emoji. */
void text_drop_styles(char *s);

enum text_lines {
    TEXT_ONE_LINE, /* a line feed becomes U+240A: for logs, titles, the input line */
    TEXT_LINES,    /* a line feed stays: for a view that indents the next line */
    TEXT_EMOJI,    /* the same, for a terminal that shows TEXT_EMOJI_STYLE */
};

/* The variation selector U+FE0F, which makes an emoji of the narrow character before it, two cells
 * wide. */
#define TEXT_EMOJI_STYLE "\xEF\xB8\x8F"

/* Returns a copy with printable text only, safe to show. Replaces controls by visible symbols, a
 * tab by four spaces, bidi controls and invisible or unassigned characters by <U+XXXX>, blanks by
 * spaces, and bytes that are not UTF-8 by U+FFFD. Drops what text_drop_styles drops: an emoji
 * sequence becomes its parts. TEXT_EMOJI keeps TEXT_EMOJI_STYLE behind an emoji of one cell. Keeps
 * at most four marks of no width on a character; puts a mark on a space or at the start on a dotted
 * circle. The copy ends with a NUL; sets *ret_n, unless it is NULL, to its length. The caller frees
 * it. Returns NULL if out of memory. */
char *text_clean(const char *s, size_t n, enum text_lines lines, size_t *ret_n);

#endif
