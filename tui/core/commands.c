#include "tui/core/commands.h"

#include "tui/base/messages.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command_help commands[] = {
    [COMMAND_BARE] = {"bare", "", "text alone, to select", .group = HELP_FIND, .screen = true},
    [COMMAND_CLEAR] = {"clear", "", "remove all messages", .group = HELP_READ, .screen = true},
    [COMMAND_COPY] = {"copy", " [N|NICK]", "copy a message", .group = HELP_FIND, .screen = true},
    [COMMAND_DROP] = {"drop", " [all]", "drop an unsent line", .group = HELP_WRITE},
    [COMMAND_FOLD] = {"fold", "", "show whole messages", .group = HELP_READ, .screen = true},
    [COMMAND_HELP] = {"help", "", "show this", .group = HELP_ROOM},
    [COMMAND_IGNORE] = {"ignore", " NICK", "hide their messages", .group = HELP_READ},
    [COMMAND_JOINS] = {"joins", "", "show, hide joins", .group = HELP_READ, .screen = true},
    [COMMAND_LOG] = {"log", " FILE|off", "log messages to FILE", .group = HELP_READ},
    [COMMAND_ME] = {"me", " ACTION", "say what you do", .group = HELP_WRITE, .whole = true},
    [COMMAND_MEMBERS] = {"members", "", "show, hide members", .group = HELP_ROOM},
    [COMMAND_MENTIONS] = {"mentions", "", "previous mention", .group = HELP_FIND, .screen = true},
    [COMMAND_NICK] = {"nick", " NAME", "take another nickname", .group = HELP_ROOM, .whole = true},
    [COMMAND_OPEN] = {"open", " [N]", "open the last link", .group = HELP_FIND, .screen = true},
    [COMMAND_QUIT] = {"quit", "", "say goodbye and leave", .group = HELP_ROOM, .whole = true},
    [COMMAND_RECONNECT] = {"reconnect", "", "connect again", .group = HELP_ROOM},
    [COMMAND_RESEND] = {"resend", " [all]", "send a line marked ?", .group = HELP_WRITE},
    [COMMAND_SEARCH] = {"search", " TEXT", "search older messages", .group = HELP_FIND,
                        .screen = true},
    [COMMAND_TIMES] = {"times", "", "show, hide times", .group = HELP_READ, .screen = true},
    [COMMAND_UNIGNORE] = {"unignore", " NICK", "show their messages", .group = HELP_READ},
    [COMMAND_UNREAD] = {"unread", "", "go to the first unread", .group = HELP_FIND, .screen = true},
    [COMMAND_WHO] = {"who", "", "list the members", .group = HELP_ROOM},
};

enum { COMMANDS = sizeof commands / sizeof *commands, NAME_SHOWN_MAX = 40 };
enum { PRIVATE = COMMANDS, NONE };

/* Names in other chat programs: of our commands, and of private messages. */
static const struct {
    const char *name;
    size_t command;
} other_names[] = {
    {"bye", COMMAND_QUIT},  {"exit", COMMAND_QUIT}, {"leave", COMMAND_QUIT}, {"list", COMMAND_WHO},
    {"names", COMMAND_WHO}, {"m", PRIVATE},         {"msg", PRIVATE},        {"q", PRIVATE},
    {"query", PRIVATE},     {"w", PRIVATE},         {"whisper", PRIVATE},
};

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

static size_t name_length(const char *word)
{
    return strcspn(word, " \n");
}

static bool is_name(const char *name, const char *word, size_t n)
{
    return strlen(name) == n && memcmp(name, word, n) == 0;
}

static size_t find_whole_name(const char *word, size_t n)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (is_name(commands[i].name, word, n)) return i;
    for (size_t i = 0; i < sizeof other_names / sizeof *other_names; i++)
        if (is_name(other_names[i].name, word, n)) return other_names[i].command;
    return NONE;
}

static bool fits_name(size_t i, const char *word, size_t n)
{
    return n > 0 && strncmp(commands[i].name, word, n) == 0;
}

/* Returns the command of this name; or the only one whose name begins so, if it may be shortened.
 * Otherwise PRIVATE or NONE. */
static size_t find_command(const char *word, size_t n)
{
    size_t found = find_whole_name(word, n), fitting = 0, last = NONE;
    if (found != NONE) return found;
    for (size_t i = 0; i < COMMANDS; i++) {
        if (!fits_name(i, word, n)) continue;
        fitting++;
        last = i;
    }
    return fitting == 1 && !commands[last].whole ? last : NONE;
}

__attribute__((format(printf, 1, 2))) static const char *refuse(const char *format, ...)
{
    static char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return text;
}

static const char *refuse_name(const char *word, size_t n)
{
    char all[COMMANDS * 16] = "", *end = all;
    int shown = (int)(n < NAME_SHOWN_MAX ? n : NAME_SHOWN_MAX);
    for (size_t i = 0; i < COMMANDS; i++)
        if (fits_name(i, word, n))
            end = stpcpy(stpcpy(end, end > all ? " or /" : "/"), commands[i].name);
    return end > all ? refuse(MESSAGE_AMBIGUOUS_COMMAND, shown, word, all)
                     : refuse(MESSAGE_UNKNOWN_COMMAND, shown, word, shown, word);
}

const char *command_mistake(const char *line, enum line_start start)
{
    const char *slash = line + strspn(line, " "), *word = slash + 1;
    if (start == LINE_START_OTHER || slash == line || slash[0] != '/') return NULL;
    size_t n = name_length(word);
    return find_whole_name(word, n) == NONE ? NULL : refuse(MESSAGE_SPACE_BEFORE, (int)n, word);
}

/* Keeps the spaces inside the argument: it may be a nickname. */
const char *commands_parse(const char *line, struct command *ret)
{
    const char *word = line + 1;
    size_t n = name_length(word), i = find_command(word, n);
    if (i == PRIVATE) return MESSAGE_NO_PRIVATE;
    if (i == NONE) return refuse_name(word, n);
    const char *argument = word + n + strspn(word + n, " \n");
    size_t length = strlen(argument);
    while (length > 0 && argument[length - 1] == ' ') length--;
    if (length > 0 && commands[i].argument[0] == '\0')
        return refuse(MESSAGE_NO_ARGUMENT, (int)n, word);
    *ret = (struct command){(enum command_id)i, strndup(argument, length)};
    return ret->argument != NULL ? NULL : MESSAGE_NO_MEMORY;
}

enum command_part command_part_at(const char *line, size_t cursor, size_t *ret_from)
{
    size_t n = name_length(line);
    if (cursor == 0) return COMMAND_PART_OTHER;
    *ret_from = 1;
    if (cursor <= n) return COMMAND_PART_NAME;
    *ret_from = n + strspn(line + n, " \n");
    bool ignored = find_command(line + 1, n - 1) == COMMAND_UNIGNORE && cursor >= *ret_from;
    return ignored ? COMMAND_PART_IGNORED : COMMAND_PART_OTHER;
}
