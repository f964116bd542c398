/* line_lookup: PURE finds a message or an address that a command names. */
#ifndef TUI_UI_MESSAGES_LINE_LOOKUP_H
#define TUI_UI_MESSAGES_LINE_LOOKUP_H

#include "common/frame.h"
#include "tui/ui/messages/scrollback.h"

/* Returns the number that the text is, at least 1; 1 for an empty text, 0 if it is none. */
size_t line_lookup_number(const char *text);

/* Returns the message that the text names: a number counts from the newest one, which is 1; a
 * nickname names the newest one of that member; nothing names the newest one. Returns NULL if there
 * is none. */
const struct line *line_lookup_message(const struct scrollback *s, const char *name);

/* Finds an address in the messages and notices; 1 is the newest. Returns false if there is none. */
bool line_lookup_url(const struct scrollback *s, size_t number, struct span *ret);

#endif
