#include "tui/stdio/line_mode.h"

#include "common/text.h"
#include "tui/core/commands.h"
#include "tui/core/speech.h"
#include "tui/core/talk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 86400 };

static void put(struct face *f, const char *text, size_t n)
{
    if (!byte_queue_append(&f->out, text, n)) f->failed = true;
}

static void put_text(struct face *f, const char *text)
{
    put(f, text, strlen(text));
}

/* Puts text with every such piece of it replaced. */
static void put_with(struct face *f, const char *text, const char *piece, const char *instead)
{
    for (const char *at; (at = strstr(text, piece)) != NULL; text = at + strlen(piece)) {
        put(f, text, (size_t)(at - text));
        put_text(f, instead);
    }
    put_text(f, text);
}

static void put_clean(struct face *f, const char *raw, enum text_lines lines, const char *piece,
                      const char *instead)
{
    char *clean = text_clean(raw, strlen(raw), lines, NULL);
    if (clean == NULL)
        f->failed = true;
    else
        put_with(f, clean, piece, instead);
    free(clean);
}

/* A nickname ends at the first colon with a space, so it has none itself. */
static void put_nick(struct face *f, const char *nick)
{
    put_clean(f, nick, TEXT_ONE_LINE, ": ", "<U+003A> ");
    put_text(f, ": ");
}

static void put_time(struct face *f, time_t at)
{
    char text[16];
    int minute = (int)(at % DAY / 60);
    snprintf(text, sizeof text, "%02d:%02d ", minute / 60, minute % 60);
    put_text(f, text);
}

static void put_day(struct face *f, time_t at)
{
    char text[64];
    struct tm date;
    gmtime_r(&at, &date);
    strftime(text, sizeof text, "%A, %d %B %Y", &date);
    put_text(f, text);
}

/* The last words are for standard error. */
static void show(void *face, time_t at, enum line_kind kind, const char *nick, const char *text)
{
    struct face *f = face;
    if (f->app->stage == APP_LOST) return;
    if (kind == LINE_SERVER) put_text(f, "* ");
    if (kind == LINE_STATUS || kind == LINE_DAY || kind == LINE_GAP) put_text(f, "- ");
    if (kind == LINE_UNCONFIRMED) put_text(f, "? ");
    if (kind <= LINE_SERVER) put_time(f, at);
    if (kind <= LINE_OWN || kind == LINE_UNCONFIRMED) put_nick(f, nick);
    if (kind == LINE_DAY) put_day(f, at);
    put_clean(f, text, TEXT_LINES, "\n", "\n      ");
    put_text(f, "\n");
}

__attribute__((format(printf, 2, 3))) static void say(struct face *f, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    show(f, f->app->wall, LINE_STATUS, "", text);
}

/* An empty line takes the proposal, the first time. */
static void choose(struct face *f, char *nick)
{
    size_t blanks = strspn(nick, " ");
    for (size_t n = strlen(nick); n > blanks && nick[n - 1] == ' ';) nick[--n] = '\0';
    const char *wanted = nick + blanks;
    if (wanted[0] == '\0' && f->asked == 1) wanted = f->app->setup.proposal;
    const char *wrong = nick_check(wanted);
    if (wrong != NULL)
        say(f, "%s", wrong);
    else
        talk_ask(f->app, wanted);
}

/* It goes as soon as it can. */
static void speak(struct face *f, const char *text)
{
    struct app *a = f->app;
    if (a->stage == APP_AWAY) app_hurry(a);
    if (text[0] == '\0') return;
    if (!talk_fits(a, text))
        f->wrong = "too long for a packet, so it was not sent";
    else if (!speech_say(a, text))
        f->wrong = "too much waits already, so it was not sent";
    else if (a->stage == APP_AWAY)
        say(f, "Your line waits.");
}

static void carry_out(struct face *f, char *text)
{
    bool slash = text[0] == '/', command = slash && text[1] != '/';
    if (command)
        command_run(f->app, text);
    else if (f->app->stage == APP_CHOOSING)
        choose(f, text + slash);
    else
        speak(f, text + slash);
}

static bool is_command(struct span line)
{
    return line.n > 0 && line.p[0] == '/' && (line.n == 1 || line.p[1] != '/');
}

static bool is_text(struct span line)
{
    return memchr(line.p, '\0', line.n) == NULL && text_valid(line.p, line.n);
}

static bool take(struct face *f, struct span line)
{
    const struct app *a = f->app;
    bool busy = a->stage == APP_HERE && (a->awaited > 0 || speech_pending(a) > 0);
    if (is_command(line) && busy) return false;
    f->wrong = is_text(line) ? NULL : "not text in UTF-8, so it was not sent";
    if (f->wrong != NULL) return true;
    f->hint[0] = '\0';
    char *text = strndup(line.p, line.n);
    if (text == NULL)
        f->failed = true;
    else
        carry_out(f, text);
    free(text);
    return true;
}

static void ask(struct face *f)
{
    const char *proposal = f->app->setup.proposal;
    say(f, "%s", f->app->dialog.message);
    if (++f->asked == 1 && proposal[0] != '\0')
        say(f, "Your nickname? Enter alone takes %s.", proposal);
    else
        say(f, "Your nickname?");
}

/* Those that have come to be so. */
static void tell_doubts(struct face *f)
{
    const struct outbox *box = &f->app->outbox;
    size_t doubtful = speech_doubtful(f->app);
    for (size_t i = 0; doubtful > f->doubtful && i < box->count; i++)
        if (box->lines[i].state == OUTBOX_DOUBTFUL)
            show(f, 0, LINE_UNCONFIRMED, f->app->nick, box->lines[i].text);
    f->doubtful = doubtful;
}

/* Once, however many tries it takes. */
static void tell_away(struct face *f)
{
    const struct app *a = f->app;
    if (a->stage == APP_AWAY && !f->away)
        say(f, a->away.dials == AWAY_NEVER ? "Enter tries to come back."
                                           : "Trying to come back; Enter tries at once.");
    f->away = a->stage == APP_AWAY || (f->away && a->stage != APP_HERE);
}

static void tell_hint(struct face *f)
{
    char *hint = f->app->hint;
    if (hint[0] != '\0' && strcmp(hint, f->hint) != 0) say(f, "%s", hint);
    if (hint[0] != '\0') memcpy(f->hint, hint, sizeof f->hint);
    hint[0] = '\0';
}

static void turn(struct face *f)
{
    struct app *a = f->app;
    bool choosing = a->stage == APP_CHOOSING && !a->asking && a->away.asks == AWAY_NEVER;
    tell_doubts(f);
    tell_away(f);
    tell_hint(f);
    if (choosing && !f->choosing) ask(f);
    f->choosing = choosing;
}

static void end(struct face *f)
{
    talk_leave(f->app);
}

const struct face_kind plain_kind = {.show = show, .take = take, .turn = turn, .end = end};
