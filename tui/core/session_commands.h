/* session_commands: PURE carries out the commands that need no screen. */
#ifndef TUI_CORE_SESSION_COMMANDS_H
#define TUI_CORE_SESSION_COMMANDS_H

#include "tui/core/commands.h"
#include "tui/core/session.h"

/* Carries out a command; COMMAND_CLEAR, COMMAND_HELP and COMMAND_SEARCH are the front end's, and do
 * nothing here. Returns NULL, or a sentence that says why it has no effect, valid until the next
 * one. */
const char *session_command(struct session *s, const struct command *c);

#endif
