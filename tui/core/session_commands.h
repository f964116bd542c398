/* session_commands: PURE executes the commands that need no screen. */
#ifndef TUI_CORE_SESSION_COMMANDS_H
#define TUI_CORE_SESSION_COMMANDS_H

#include "tui/core/commands.h"
#include "tui/core/session.h"

/* Executes a command, except /help and those that need the full screen, which the front end
 * executes. Returns NULL, or a sentence that says why it has no effect, valid until the next one.
 */
const char *session_command(struct session *s, const struct command *c);

#endif
