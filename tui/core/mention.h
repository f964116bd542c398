/* mention: PURE decides whether a text mentions a nickname. */
#ifndef TUI_CORE_MENTION_H
#define TUI_CORE_MENTION_H

#include <stdbool.h>

/* Whether the text contains the nickname as a word, in upper or lower case. Wide letters need no
 * word boundary, because their scripts write no spaces between words. Both are valid UTF-8; an
 * empty nickname is never found. */
bool mention_of(const char *text, const char *nick);

#endif
