/* command: PURE what an operator may ask for on the control socket, and how it goes over it: one
 * line of words with tabs between them, or with spaces where there is no tab. The answer is lines,
 * the last of which is "ok", or begins with "error: ". */
#ifndef SERVER_ADMIN_COMMAND_H
#define SERVER_ADMIN_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

enum command_kind {
    COMMAND_KICK,
    COMMAND_BAN,
    COMMAND_UNBAN,
    COMMAND_BANS,
    COMMAND_SAY,
    COMMAND_WHO,
    COMMAND_SHUTDOWN,
    COMMANDS
};

struct command {
    enum command_kind kind;
    const char *name; /* the nickname, address or number; "" where there is none */
    const char *text; /* what is said, or why; "" where there is nothing */
    int seconds;      /* of COMMAND_SHUTDOWN; -1: not given */
};

#define COMMAND_OK    "ok"
#define COMMAND_ERROR "error: "

/* All orders, a line each. */
extern const char command_usage[];

/* Reads a line without its end, which is cut into the order's words. NULL, or a sentence that says
 * what is wrong with it. */
const char *command_parse(struct command *cmd, char *line);

/* Makes a line, with its end, of words up to a NULL. Returns how many bytes; 0 where it is too long
 * or a word has a line feed or a tab in it. */
size_t command_format(char *line, size_t room, char *const *words);

#endif
