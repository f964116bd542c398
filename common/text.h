/* text: UTF-8, grapheme clusters, cells, and making what strangers wrote safe to show. No locale:
 * the same bytes give the same answer everywhere. */
#ifndef COMMON_TEXT_H
#define COMMON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the bytes are well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates). */
bool text_valid(const char *s, size_t n);

/* The end of the grapheme cluster (UAX #29) that starts at byte `at`; n at the end. A byte that is
 * not UTF-8 is a cluster, and one of more than 32 code points is cut there. */
size_t text_next(const char *s, size_t n, size_t at);

/* The start of the grapheme cluster that ends at byte `at`, a cluster boundary; 0 at the start. */
size_t text_prev(const char *s, size_t at);

/* The first cluster boundary at or after byte `at`, which lies between two code points. */
size_t text_boundary(const char *s, size_t n, size_t at);

/* How many grapheme clusters. */
size_t text_clusters(const char *s, size_t n);

/* How many cells text from text_clean takes up on a terminal: the sum over its code points. */
size_t text_width(const char *s, size_t n);

enum text_lines {
    TEXT_ONE_LINE, /* a line feed becomes U+240A: for logs, titles, the input line */
    TEXT_LINES,    /* a line feed stays: for a pane that indents what follows it */
};

/* The one sanitiser: makes a copy that holds nothing but printable text. Controls become visible
 * symbols, a tab four spaces, bidi controls and invisible or unassigned characters <U+XXXX>, blanks
 * spaces; joiners and variation selectors, which only style their neighbours, are dropped, so that
 * an emoji sequence shows as its parts; at most four marks of no width stay on a character, and a
 * mark on a space or on nothing gets a dotted circle. Bytes that are not UTF-8 become U+FFFD.
 * NUL-terminated; its length goes to *ret_n unless that is NULL. The caller frees it; NULL when
 * there is no memory. */
char *text_clean(const char *s, size_t n, enum text_lines lines, size_t *ret_n);

#endif
