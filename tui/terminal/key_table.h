/* key_table: PURE the byte sequences that terminals send for each key, with the key's action. */
#ifndef TUI_TERMINAL_KEY_TABLE_H
#define TUI_TERMINAL_KEY_TABLE_H

#include "tui/terminal/action.h"

/* Looks up the n bytes that one key sends. Returns false if klatch does not use that key.
 * ACTION_PASTE is the start marker of a bracketed paste. */
bool key_table_find(const char *bytes, size_t n, struct action *ret);

#endif
