/* mention: PURE decides whether a text mentions a nickname. */
#ifndef TUI_CORE_MENTION_H
#define TUI_CORE_MENTION_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the text contains the nickname as a word, in upper or lower case. Wide letters need no
 * word boundary, because their scripts write no spaces between words. Both are valid UTF-8; an
 * empty nickname is never found. */
bool mention_of(const char *text, const char *nick);

/* Whether a word continues across byte `at` of a text of n bytes. */
bool mention_is_inside_word(const char *text, size_t n, size_t at);

#endif
