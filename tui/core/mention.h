/* mention: PURE whether a line speaks of somebody. */
#ifndef TUI_CORE_MENTION_H
#define TUI_CORE_MENTION_H

#include <stdbool.h>

/* Whether the nickname stands in the text as a word of its own, in whatever case. Wide letters, in
 * whose scripts words follow each other without spaces, need nothing around them. Both are valid
 * UTF-8; an empty nickname is nobody's. */
bool mention_of(const char *text, const char *nick);

#endif
