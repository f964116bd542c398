/* command: PURE the commands of the control socket. A command is one line of words, separated by
 * tabs, or by spaces if there is no tab. The answer is lines; the last one is COMMAND_OK, or starts
 * with COMMAND_ERROR. */
#ifndef SERVER_ADMIN_COMMAND_H
#define SERVER_ADMIN_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

enum command_kind {
    COMMAND_KICK,
    COMMAND_BAN,
    COMMAND_UNBAN,
    COMMAND_BANS,
    COMMAND_ALLOW,
    COMMAND_DENY,
    COMMAND_SAY,
    COMMAND_WHO,
    COMMAND_SHUTDOWN,
    COMMANDS /* number of commands */
};

struct command {
    enum command_kind kind;
    const char *name; /* nickname, address, key or number; "" if there is none */
    const char *text; /* message, reason or nickname; "" if there is none */
    int seconds;      /* COMMAND_SHUTDOWN: the number; -1: not given */
};

#define COMMAND_OK    "ok"
#define COMMAND_ERROR "error: "

#define COMMAND_UNKNOWN  "no such command"
#define COMMAND_NOT_UTF8 "the command is not UTF-8"
#define COMMAND_TOO_LONG "the command is too long"

/* The help: a line for each command. */
extern const char command_usage[];

/* Parses a line without its line feed. Splits it into words in place; *cmd points to them. Returns
 * NULL, or a clause that says what is wrong. */
const char *command_parse(struct command *cmd, char *line);

/* Formats a line with its line feed from words up to a NULL. Returns its length; 0 if it is too
 * long or a word contains a line feed or a tab. */
size_t command_format(char *line, size_t room, char *const *words);

#endif
