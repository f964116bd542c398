/* key_bindings: PURE what each key does. One table feeds the keys and the help. */
#ifndef TUI_UI_KEY_BINDINGS_H
#define TUI_UI_KEY_BINDINGS_H

#include "tui/ui/screen.h"

/* Carries out a key, a paste or a report of the terminal's focus: in the dialog, the help or the
 * search that is open, else in the room. */
void key_bindings_input(struct screen *c, const struct action *in);

/* An entry of the help: keys, or a command with its argument. */
struct help_entry {
    const char *name, *argument, *help; /* help "": a heading */
    bool command;
};

/* Returns how many entries the help has; one of them. */
int key_bindings_help_count(void);
struct help_entry key_bindings_help(int i);

/* Whether some row of the table has that action. */
bool key_bindings_has(enum action_kind kind);

#endif
