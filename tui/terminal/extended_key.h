/* extended_key: PURE reads the keys of kitty's keyboard protocol and of xterm's modifyOtherKeys,
 * which a program that crashed may have left on. */
#ifndef TUI_TERMINAL_EXTENDED_KEY_H
#define TUI_TERMINAL_EXTENDED_KEY_H

#include <stddef.h>

enum { EXTENDED_KEY_SIZE = 48 };

/* Translates the n bytes of a complete escape sequence into what the same key sends without either
 * protocol: one character, or a sequence. Copies any other sequence. Returns the number of bytes;
 * 0 for a key that is released, or that sends nothing otherwise. */
size_t extended_key_translate(const char *sequence, size_t n, char ret[static EXTENDED_KEY_SIZE]);

#endif
