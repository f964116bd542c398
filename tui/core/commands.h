/* commands: PURE the names of the commands, and the parser of a line that begins with a slash. */
#ifndef TUI_CORE_COMMANDS_H
#define TUI_CORE_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

enum command_id {
    COMMAND_BARE,
    COMMAND_CLEAR,
    COMMAND_COPY,
    COMMAND_DROP,
    COMMAND_FOLD,
    COMMAND_HELP,
    COMMAND_IGNORE,
    COMMAND_JOINS,
    COMMAND_LOG,
    COMMAND_ME,
    COMMAND_MEMBERS,
    COMMAND_MENTIONS,
    COMMAND_NICK,
    COMMAND_OPEN,
    COMMAND_QUIT,
    COMMAND_RECONNECT,
    COMMAND_RESEND,
    COMMAND_SEARCH,
    COMMAND_TIMES,
    COMMAND_UNIGNORE,
    COMMAND_UNREAD,
    COMMAND_WHO,
};

struct command {
    enum command_id id;
    char *argument; /* without the spaces around it; the caller frees it */
};

/* Parses a line such as "/nick anna". A name may be shortened if only one command begins so, unless
 * its `whole` is set. Returns NULL, or a sentence that says what is wrong, valid until the next
 * call. */
const char *commands_parse(const char *line, struct command *ret);

/* The groups of keys and commands in the help, in order. */
enum help_group { HELP_WRITE, HELP_READ, HELP_FIND, HELP_ROOM, HELP_GROUPS };

/* A command as the help shows it. */
struct command_help {
    const char *name, *argument, *help; /* argument "": it takes none */
    enum help_group group;
    bool whole;  /* the name cannot be shortened: the room sees the effect */
    bool screen; /* needs the full screen */
};

/* Return the i-th command, and its name as a candidate for completion; NULL past the last. */
const struct command_help *command_help(size_t i);
const char *command_word(const void *unused, size_t i);

/* Returns which part of a command the cursor is in: its name, or an argument that is an ignored
 * nickname, each of which starts at *ret_from; or any other text. */
enum command_part { COMMAND_PART_OTHER, COMMAND_PART_NAME, COMMAND_PART_IGNORED };
enum command_part command_part_at(const char *line, size_t cursor, size_t *ret_from);

/* Whether a line of input is a command, in every front end: it begins with one slash, and the user
 * typed the slash there. A slash that was completed, yanked or pasted, or that is first because the
 * text before it was deleted, begins a text: it may belong to a nickname. */
enum line_start { LINE_START_TYPED, LINE_START_OTHER };
bool command_is(const char *line, enum line_start start);

/* Returns a sentence if the line is not a command, but was probably meant as one: a space was typed
 * before the slash. It is valid until the next call. Otherwise NULL. */
const char *command_mistake(const char *line, enum line_start start);

/* Returns the text of a line that is not a command: without the first of two slashes at its start.
 */
const char *command_text(const char *line);

#endif
