/* command: PURE the lines that begin with a slash. */
#ifndef TUI_CORE_COMMANDS_H
#define TUI_CORE_COMMANDS_H

#include "tui/core/app.h"

/* Carries out a line such as "/nick anna". False, and the person was told why, when it cannot. */
bool command_run(struct app *a, const char *line);

/* What the i-th command is; false past the last. */
bool command_entry(int i, struct help_entry *ret);

/* The words of which one may stand at the cursor: names of commands, or those who are ignored.
 * False where it may be anything, a nickname or text. */
bool command_words(const struct app *a, const char *line, size_t cursor,
                   struct complete_words *ret);

/* Shows the keys and the commands. */
void command_help(struct app *a);

#endif
