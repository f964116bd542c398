#include "tui/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum {
    LINES_KEPT = 10000,
    LINE_BYTES = FRAME_PAYLOAD_MAX, /* what a packet holds of them is for talk_fits to say */
    LOST_PATIENCE = 2000,           /* ms to read the last words */
    DAY = 86400,
};

bool app_init(struct app *a, const struct app_setup *setup)
{
    *a = (struct app){.setup = *setup, .dirty = true};
    a->line = editor_new(LINE_BYTES);
    a->lines = scrollback_new(LINES_KEPT, layout_gutter);
    if (!dialog_init(&a->dialog) || a->line == NULL || a->lines == NULL) return false;
    if (setup->nick == NULL)
        dialog_open(&a->dialog, setup->proposal);
    else
        snprintf(a->asked, sizeof a->asked, "%s", setup->nick);
    return true;
}

void app_free(struct app *a)
{
    dialog_free(&a->dialog);
    editor_free(a->line);
    scrollback_free(a->lines);
    frame_drop(&a->framer);
}

int64_t app_seconds(const struct app *a)
{
    return a->ends > a->now ? (a->ends - a->now + 999) / 1000 : 0;
}

static bool is_over(const struct app *a)
{
    return a->stage == APP_LEAVING || a->stage == APP_LOST;
}

void app_tick(struct app *a, time_t wall, int64_t now)
{
    int64_t shown = app_seconds(a);
    a->wall = wall;
    a->now = now;
    if (app_seconds(a) != shown) a->dirty = true;
    if (is_over(a) && now >= a->leaves) a->stage = APP_DONE;
}

int64_t app_due(const struct app *a)
{
    if (is_over(a)) return a->leaves;
    return a->ends > a->now ? a->ends - (app_seconds(a) - 1) * 1000 : -1;
}

void app_resize(struct app *a, int rows, int columns)
{
    layout_make(&a->layout, rows, columns);
    a->dirty = true;
    if (!a->layout.too_small) scrollback_resize(a->lines, a->layout.pane.rows, columns);
}

void app_hint(struct app *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(a->hint, sizeof a->hint, format, args);
    va_end(args);
    a->dirty = true;
}

/* A line is on another day than the one before it: that is a line of its own. */
static bool add_day(struct app *a)
{
    bool other = a->day != 0 && a->day != a->wall / DAY;
    a->day = a->wall / DAY;
    return !other || scrollback_add(a->lines, a->wall, LINE_DAY, "", "");
}

void app_line(struct app *a, enum line_kind kind, const char *nick, const char *text)
{
    a->dirty = true;
    if (!add_day(a) || !scrollback_add(a->lines, a->wall, kind, nick, text))
        app_hint(a, "Out of memory: a line could not be kept.");
}

__attribute__((format(printf, 2, 0))) static void say(struct app *a, const char *format,
                                                      va_list args)
{
    char *text = NULL;
    bool made = vasprintf(&text, format, args) >= 0;
    app_line(a, LINE_STATUS, "", made ? text : "Out of memory.");
    if (made) free(text);
}

void app_say(struct app *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(a, format, args);
    va_end(args);
}

void app_lose(struct app *a, int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(a->words, sizeof a->words, format, args);
    va_end(args);
    a->status = status;
    a->leaves = a->now + LOST_PATIENCE;
    a->stage = APP_LOST;
    a->ends = 0;
    dialog_close(&a->dialog);
    app_line(a, LINE_STATUS, "", a->words);
}

void app_stay(struct app *a)
{
    if (a->stage == APP_LOST) a->leaves = a->now + LOST_PATIENCE;
}

void app_up(struct app *a)
{
    a->stage = APP_GREETING;
    a->dirty = true;
}

static void never_came(struct app *a, const char *why)
{
    snprintf(a->words, sizeof a->words, "could not connect to %s: %s; is klatchd running there?",
             a->setup.where, why);
    a->status = EX_UNAVAILABLE;
    a->stage = APP_DONE;
}

void app_down(struct app *a, const char *why)
{
    if (a->stage == APP_LEAVING) a->stage = APP_DONE;
    if (a->stage >= APP_LEAVING) return;
    if (a->stage == APP_CONNECTING)
        never_came(a, why);
    else if (a->reason[0] != '\0')
        app_lose(a, EX_UNAVAILABLE, "The server closed the connection: %s", a->reason);
    else if (a->ends != 0)
        app_lose(a, EX_UNAVAILABLE, "The server closed the connection, as it had announced.");
    else if (why != NULL)
        app_lose(a, EX_UNAVAILABLE, "Connection lost: %s.", why);
    else
        app_lose(a, EX_UNAVAILABLE, "The server closed the connection.");
}
