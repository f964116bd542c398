/* commands: PURE the lines that begin with a slash: what they are called, and which one is typed.
 */
#ifndef TUI_CORE_COMMANDS_H
#define TUI_CORE_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

enum command_id {
    COMMAND_CLEAR,
    COMMAND_DROP,
    COMMAND_HELP,
    COMMAND_IGNORE,
    COMMAND_LOG,
    COMMAND_ME,
    COMMAND_NICK,
    COMMAND_QUIT,
    COMMAND_RECONNECT,
    COMMAND_RESEND,
    COMMAND_SEARCH,
    COMMAND_UNIGNORE,
    COMMAND_WHO,
};

struct command {
    enum command_id id;
    char *argument; /* without the spaces around it; the caller frees it */
};

/* Reads a line such as "/nick anna"; the beginning of a name will do where it fits one command
 * only. Returns NULL, or a sentence that says why not, valid until the next call. */
const char *commands_parse(const char *line, struct command *ret);

/* A command as help shows it. */
struct command_help {
    const char *name, *argument, *help;
};

/* Returns the i-th command, NULL past the last; its name, as a candidate for completion. */
const struct command_help *command_help(size_t i);
const char *command_word(const void *unused, size_t i);

/* What the cursor is in: the name of a command, which starts at *ret_from; an argument that is an
 * ignored nickname, likewise; or anything else, a nickname or text. */
enum command_part { COMMAND_PART_OTHER, COMMAND_PART_NAME, COMMAND_PART_IGNORED };
enum command_part command_part_at(const char *line, size_t cursor, size_t *ret_from);

/* Whether a line is a command; a second slash makes it a text. */
bool command_is(const char *line);

#endif
