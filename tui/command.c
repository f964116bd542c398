#include "tui/command.h"

#include "tui/speech.h"
#include "tui/talk.h"

#include <stdio.h>
#include <string.h>

static bool help(struct app *a, const char *rest)
{
    (void)rest;
    command_help(a);
    return true;
}

static bool quit(struct app *a, const char *rest)
{
    (void)rest;
    talk_leave(a);
    return true;
}

static bool nick(struct app *a, const char *rest)
{
    const char *wrong = nick_check(rest);
    if (rest[0] == '\0') wrong = "Say which: /nick NAME.";
    if (wrong != NULL) app_hint(a, "%s", wrong);
    return wrong == NULL && talk_ask(a, rest);
}

static bool who(struct app *a, const char *rest)
{
    (void)rest;
    if (a->stage == APP_CHOOSING) app_hint(a, "Not in the room yet.");
    return a->stage != APP_CHOOSING && talk_send(a, PROTO_WHO, "");
}

static bool search(struct app *a, const char *rest)
{
    if (rest[0] == '\0') app_hint(a, "Say for what: /search TEXT.");
    if (rest[0] == '\0') return false;
    search_go(&a->search, a->lines, -1);
    search_type(&a->search, a->lines, (struct span){rest, strlen(rest)});
    return true;
}

static bool settle(struct app *a, const char *rest, bool (*how)(struct app *, bool))
{
    bool all = strcmp(rest, "all") == 0;
    if (!all && rest[0] != '\0') app_hint(a, "Say all, or nothing for the first of them.");
    return (all || rest[0] == '\0') && how(a, all);
}

static bool drop(struct app *a, const char *rest)
{
    return settle(a, rest, speech_drop);
}

static bool resend(struct app *a, const char *rest)
{
    return settle(a, rest, speech_resend);
}

static const struct command {
    const char *name, *argument, *says;
    bool (*run)(struct app *a, const char *rest);
} commands[] = {
    {"drop", " [all]", "forget a line that may not have arrived", drop},
    {"help", "", "show this", help},
    {"nick", " NAME", "ask for another nickname", nick},
    {"quit", "", "say goodbye and leave", quit},
    {"resend", " [all]", "send a line again that may not have arrived", resend},
    {"search", " TEXT", "look for text in what was said", search},
    {"who", "", "ask who is here", who},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static const char *const keys[][2] = {
    {"Enter", "send; Alt+Enter starts a new line in the message"},
    {"Up, Down", "lines sent before"},
    {"PgUp, PgDn", "read further up, down; with Shift+Up, Shift+Down by row"},
    {"Ctrl+Home, Ctrl+End", "the oldest line, the newest; Esc too comes back down"},
    {"Ctrl+Left, Ctrl+Right", "by word; Home, End: the line's ends"},
    {"Ctrl+W, Ctrl+U, Ctrl+K", "cut a word, to the start, to the end; Ctrl+Y puts it back"},
    {"Ctrl+_", "undo; Ctrl+T swaps two characters"},
    {"Ctrl+L, Ctrl+Z", "redraw; suspend"},
    {"Ctrl+C", "say goodbye and leave"},
};

void command_help(struct app *a)
{
    scrollback_bottom(a->lines);
    for (size_t i = 0; a->setup.show == NULL && i < sizeof keys / sizeof *keys; i++)
        app_say(a, "%s: %s", keys[i][0], keys[i][1]);
    for (size_t i = 0; i < COMMANDS; i++)
        app_say(a, "/%s%s: %s", commands[i].name, commands[i].argument, commands[i].says);
    app_say(a, "A line that begins with // is sent with one slash less.");
}

/* The one command that a word is the beginning of; NULL when none is, or several are. */
static const struct command *find(const char *word, size_t n)
{
    const struct command *found = NULL;
    for (size_t i = 0; i < COMMANDS; i++) {
        if (n == 0 || strncmp(commands[i].name, word, n) != 0) continue;
        if (found != NULL) return NULL;
        found = &commands[i];
    }
    return found;
}

/* Only spaces around the argument are no part of it: a nickname may hold some inside. */
static void argument(char *ret, size_t size, const char *rest)
{
    rest += strspn(rest, " ");
    snprintf(ret, size, "%s", rest);
    for (size_t n = strlen(ret); n > 0 && ret[n - 1] == ' ';) ret[--n] = '\0';
}

bool command_run(struct app *a, const char *line)
{
    size_t n = strcspn(line + 1, " \n");
    const struct command *command = find(line + 1, n);
    char rest[4 * NICK_BYTES];
    argument(rest, sizeof rest, line + 1 + n);
    if (command != NULL) return command->run(a, rest);
    app_say(a,
            "There is no command /%.*s, so nothing was sent. /help lists them; "
            "to send such a line as text, begin it with //.",
            (int)(n < 40 ? n : 40), line + 1);
    return false;
}
