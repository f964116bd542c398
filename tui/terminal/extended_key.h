/* extended_key: PURE translates the keys of kitty's keyboard protocol and of xterm's
 * modifyOtherKeys, which a crashed program may have left on. */
#ifndef TUI_TERMINAL_EXTENDED_KEY_H
#define TUI_TERMINAL_EXTENDED_KEY_H

#include <stddef.h>

enum { EXTENDED_KEY_SIZE = 48 };

/* Translates the n bytes of a complete escape sequence into the bytes that the same key sends
 * without these protocols: one character, or a sequence. Copies any other sequence. Returns the
 * number of bytes; 0 for the release of a key, or for a key that sends nothing without the
 * protocols. */
size_t extended_key_translate(const char *sequence, size_t n, char ret[static EXTENDED_KEY_SIZE]);

#endif
