#include "tui/core/commands.h"

#include "tui/base/messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command_help commands[] = {
    [COMMAND_CLEAR] = {"clear", "", "remove all messages"},
    [COMMAND_DROP] = {"drop", " [all]", "drop a line marked ?"},
    [COMMAND_HELP] = {"help", "", "show this"},
    [COMMAND_IGNORE] = {"ignore", " NICK", "hide their messages"},
    [COMMAND_LOG] = {"log", " FILE|off", "log messages to FILE"},
    [COMMAND_ME] = {"me", " ACTION", "say what you do"},
    [COMMAND_NICK] = {"nick", " NAME", "take another nickname"},
    [COMMAND_QUIT] = {"quit", "", "say goodbye and leave"},
    [COMMAND_RECONNECT] = {"reconnect", "", "connect again"},
    [COMMAND_RESEND] = {"resend", " [all]", "send a line marked ?"},
    [COMMAND_SEARCH] = {"search", " TEXT", "search older messages"},
    [COMMAND_UNIGNORE] = {"unignore", " NICK", "show their messages"},
    [COMMAND_WHO] = {"who", "", "list the members"},
};

enum { COMMANDS = sizeof commands / sizeof *commands, NAME_SHOWN_MAX = 40 };

const struct command_help *command_help(size_t i)
{
    return i < COMMANDS ? &commands[i] : NULL;
}

const char *command_word(const void *unused, size_t i)
{
    (void)unused;
    return i < COMMANDS ? commands[i].name : NULL;
}

bool command_is(const char *line, enum line_start start)
{
    return start == LINE_START_TYPED && line[0] == '/' && line[1] != '/';
}

const char *command_text(const char *line)
{
    return line + (line[0] == '/' && line[1] == '/');
}

static bool fits_name(size_t i, const char *word, size_t n)
{
    return n > 0 && strncmp(commands[i].name, word, n) == 0;
}

/* Returns the only command whose name begins with these n bytes; COMMANDS if there is none, or if
 * there are several. */
static size_t find_command(const char *word, size_t n)
{
    size_t found = COMMANDS;
    for (size_t i = 0; i < COMMANDS; i++) {
        if (!fits_name(i, word, n)) continue;
        if (found < COMMANDS) return COMMANDS;
        found = i;
    }
    return found;
}

static const char *refuse(const char *word, size_t n)
{
    static char text[512];
    char all[COMMANDS * 16] = "", *end = all;
    int shown = (int)(n < NAME_SHOWN_MAX ? n : NAME_SHOWN_MAX);
    for (size_t i = 0; i < COMMANDS; i++)
        if (fits_name(i, word, n))
            end = stpcpy(stpcpy(end, end > all ? " or /" : "/"), commands[i].name);
    if (end > all)
        snprintf(text, sizeof text, MESSAGE_AMBIGUOUS_COMMAND, shown, word, all);
    else
        snprintf(text, sizeof text, MESSAGE_UNKNOWN_COMMAND, shown, word);
    return text;
}

/* Keeps the spaces inside the argument: it may be a nickname. */
const char *commands_parse(const char *line, struct command *ret)
{
    size_t n = strcspn(line + 1, " \n"), i = find_command(line + 1, n);
    const char *argument = line + 1 + n;
    if (i == COMMANDS) return refuse(line + 1, n);
    argument += strspn(argument, " \n");
    n = strlen(argument);
    while (n > 0 && argument[n - 1] == ' ') n--;
    *ret = (struct command){(enum command_id)i, strndup(argument, n)};
    return ret->argument != NULL ? NULL : MESSAGE_NO_MEMORY;
}

enum command_part command_part_at(const char *line, size_t cursor, size_t *ret_from)
{
    size_t n = strcspn(line, " \n");
    if (cursor == 0) return COMMAND_PART_OTHER;
    *ret_from = 1;
    if (cursor <= n) return COMMAND_PART_NAME;
    *ret_from = n + strspn(line + n, " \n");
    bool ignored = find_command(line + 1, n - 1) == COMMAND_UNIGNORE && cursor >= *ret_from;
    return ignored ? COMMAND_PART_IGNORED : COMMAND_PART_OTHER;
}
