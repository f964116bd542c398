/* key_bindings: PURE the action of each key, in one table from which the help is made as well. */
#ifndef TUI_UI_KEY_BINDINGS_H
#define TUI_UI_KEY_BINDINGS_H

#include "tui/ui/screen.h"

/* Handles a key, a paste or a report of the terminal's focus: in the open dialog, help or search,
 * or else in the room. */
void key_bindings_input(struct screen *c, const struct action *in);

/* Return the layout of the help in this box, and the i-th entry of a group: its heading, the keys,
 * then the commands. */
struct help_layout key_bindings_help_layout(const struct layout_box *box);
struct help_entry key_bindings_help(enum help_group group, int i);

/* Whether the table has a row for this action. */
bool key_bindings_has(enum action_kind kind);

#endif
