/* key_bindings: PURE the action of each key, in one table from which the help is made as well. */
#ifndef TUI_UI_KEY_BINDINGS_H
#define TUI_UI_KEY_BINDINGS_H

#include "tui/ui/screen.h"

/* Handles a key, a paste or a report of the terminal's focus: in the open dialog, help or search,
 * or else in the room. */
void key_bindings_input(struct screen *c, const struct action *in);

/* An entry of the help: some keys, or a command with its argument. */
struct help_entry {
    const char *name, *argument, *help; /* help "": a heading */
    bool command;
};

/* Return the number of entries of the help, and an entry. */
int key_bindings_help_count(void);
struct help_entry key_bindings_help(int i);

/* Whether the table has a row for this action. */
bool key_bindings_has(enum action_kind kind);

#endif
