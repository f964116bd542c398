#include "tui/core/commands.h"

#include "tui/core/speech.h"
#include "tui/core/talk.h"

#include <stdio.h>
#include <stdlib.h>
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

static bool me(struct app *a, const char *rest)
{
    char *text = NULL;
    if (rest[0] == '\0') app_hint(a, "Say what you do: /me waves.");
    if (rest[0] == '\0' || asprintf(&text, "* %s %s", a->nick, rest) < 0) return false;
    bool said = speech_say(a, text);
    free(text);
    return said;
}

static void list_ignored(struct app *a)
{
    char list[IGNORE_NICKS * (NICK_BYTES + 2) + 1] = "", *end = list;
    for (size_t i = 0; i < a->ignore.count; i++)
        end = stpcpy(stpcpy(end, i > 0 ? ", " : ""), a->ignore.nicks[i]);
    app_say(a, "Ignored: %s", list[0] != '\0' ? list : "nobody.");
}

static void keep(struct app *a, const char *nick, bool is)
{
    const struct app_setup *setup = &a->setup;
    const char *why = NULL;
    if (setup->keep_ignored != NULL) why = setup->keep_ignored(setup->ignored, nick, is);
    if (why != NULL) app_hint(a, "This is not kept for the next time: %s.", why);
}

static bool ignore(struct app *a, const char *rest)
{
    const char *wrong = rest[0] != '\0' ? nick_check(rest) : NULL;
    if (rest[0] == '\0') list_ignored(a);
    if (rest[0] == '\0') return true;
    if (wrong == NULL && !ignore_add(&a->ignore, rest)) wrong = "Too many are ignored already.";
    if (wrong != NULL) {
        app_hint(a, "%s", wrong);
        return false;
    }
    app_say(a, "What %s says is not shown any more; /unignore %s shows it again.", rest, rest);
    keep(a, rest, true);
    return true;
}

static bool unignore(struct app *a, const char *rest)
{
    if (!ignore_remove(&a->ignore, rest)) {
        app_hint(a, "That nickname is not ignored; /ignore lists those that are.");
        return false;
    }
    app_say(a, "What %s says is shown again.", rest);
    keep(a, rest, false);
    return true;
}

static bool clear(struct app *a, const char *rest)
{
    (void)rest;
    scrollback_clear(a->lines);
    a->folding = false;
    return true;
}

static bool tell_log(struct app *a, const char *since)
{
    const char *path = a->setup.log_where(a->setup.book);
    if (path != NULL)
        app_say(a, "What is said%s is kept in %s; /log off ends that.", since, path);
    else
        app_say(a, "What is said is not kept; /log FILE keeps it there.");
    return true;
}

static bool log_to(struct app *a, const char *rest)
{
    bool off = strcmp(rest, "off") == 0;
    if (a->setup.log_to == NULL) app_hint(a, "There can be no log here.");
    if (a->setup.log_to == NULL) return false;
    if (rest[0] == '\0') return tell_log(a, "");
    const char *wrong = a->setup.log_to(a->setup.book, off ? NULL : rest);
    if (wrong != NULL) app_hint(a, "There is no new log: %s.", wrong);
    if (wrong != NULL) return false;
    a->unlogged = 0;
    return tell_log(a, " from here on");
}

static bool reconnect(struct app *a, const char *rest)
{
    (void)rest;
    app_reconnect(a);
    return true;
}

static const struct command {
    const char *name, *argument, *says;
    bool (*run)(struct app *a, const char *rest);
} commands[] = {
    {"clear", "", "forget what was said", clear},
    {"drop", " [all]", "forget a line marked ?", drop},
    {"help", "", "show this", help},
    {"ignore", " NICK", "hide them from now on", ignore},
    {"log", " FILE|off", "keep what is said there", log_to},
    {"me", " ACTION", "say what you do", me},
    {"nick", " NAME", "take another nickname", nick},
    {"quit", "", "say goodbye and leave", quit},
    {"reconnect", "", "connect anew", reconnect},
    {"resend", " [all]", "send it again", resend},
    {"search", " TEXT", "look for it further up", search},
    {"unignore", " NICK", "show them again", unignore},
    {"who", "", "ask who is here", who},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

bool command_entry(int i, struct help_entry *ret)
{
    if (i >= COMMANDS) return false;
    *ret = (struct help_entry){commands[i].name, commands[i].argument, commands[i].says, true};
    return true;
}

/* Where there is no screen, there are no keys. */
void command_help(struct app *a)
{
    a->help.open = a->setup.show == NULL;
    for (size_t i = 0; a->setup.show != NULL && i < COMMANDS; i++)
        app_say(a, "/%s%s: %s", commands[i].name, commands[i].argument, commands[i].says);
    if (a->setup.show != NULL)
        app_say(a, "A line that begins with // is sent with one slash less.");
}

static bool begins(const struct command *command, const char *word, size_t n)
{
    return n > 0 && strncmp(command->name, word, n) == 0;
}

/* The one command that a word is the beginning of; NULL when none is, or several are. */
static const struct command *find(const char *word, size_t n)
{
    const struct command *found = NULL;
    for (size_t i = 0; i < COMMANDS; i++) {
        if (!begins(&commands[i], word, n)) continue;
        if (found != NULL) return NULL;
        found = &commands[i];
    }
    return found;
}

static void refuse(struct app *a, const char *word, size_t n)
{
    char all[COMMANDS * 16] = "", *end = all;
    int shown = (int)(n < 40 ? n : 40);
    for (size_t i = 0; i < COMMANDS; i++)
        if (begins(&commands[i], word, n))
            end = stpcpy(stpcpy(end, end > all ? " or /" : "/"), commands[i].name);
    if (end > all)
        app_say(a, "/%.*s may be %s, so nothing was sent.", shown, word, all);
    else
        app_say(a,
                "There is no command /%.*s, so nothing was sent. /help lists them; "
                "to send such a line as text, begin it with //.",
                shown, word);
}

/* Only spaces around the argument are no part of it: a nickname may hold some inside. */
static bool run(struct app *a, const struct command *command, const char *rest)
{
    rest += strspn(rest, " \n");
    char *argument = strdup(rest);
    if (argument == NULL) app_hint(a, "Out of memory.");
    if (argument == NULL) return false;
    for (size_t n = strlen(rest); n > 0 && argument[n - 1] == ' ';) argument[--n] = '\0';
    bool done = command->run(a, argument);
    free(argument);
    return done;
}

bool command_run(struct app *a, const char *line)
{
    size_t n = strcspn(line + 1, " \n");
    const struct command *command = find(line + 1, n);
    if (command != NULL) return run(a, command, line + 1 + n);
    refuse(a, line + 1, n);
    return false;
}

static const char *name(const void *none, size_t i)
{
    (void)none;
    return i < COMMANDS ? commands[i].name : NULL;
}

static const char *ignored(const void *ignore, size_t i)
{
    const struct ignore *g = ignore;
    return i < g->count ? g->nicks[i] : NULL;
}

bool command_words(const struct app *a, const char *line, size_t cursor, struct complete_words *ret)
{
    size_t n = strcspn(line, " \n"), from = n + strspn(line + n, " \n");
    if (line[0] != '/' || line[1] == '/' || cursor == 0) return false;
    *ret = (struct complete_words){.word = name, .from = 1};
    if (cursor <= n) return true;
    const struct command *command = find(line + 1, n - 1);
    *ret = (struct complete_words){.word = ignored, .arg = &a->ignore, .from = from};
    return command != NULL && command->run == unignore && cursor >= from;
}
