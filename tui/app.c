#include "tui/app.h"

#include "common/text.h"
#include "tui/command.h"
#include "tui/talk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum {
    LINES_KEPT = 10000,
    LINE_BYTES = FRAME_PAYLOAD_MAX, /* what a packet holds of them is for talk_fits to say */
    LOST_PATIENCE = 2000,           /* ms to read the last words */
    LEAVING_PATIENCE = 1000,        /* ms for a goodbye to arrive */
    DAY = 86400,
};

bool app_init(struct app *a, const struct app_setup *setup)
{
    *a = (struct app){.setup = *setup, .dirty = true};
    a->line = editor_new(LINE_BYTES);
    a->lines = scrollback_new(LINES_KEPT, layout_gutter);
    if (!dialog_init(&a->dialog) || a->line == NULL || a->lines == NULL) return false;
    if (setup->nick != NULL) return talk_ask(a, setup->nick);
    dialog_open(&a->dialog, setup->proposal);
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

void app_leave(struct app *a)
{
    if (a->stage == APP_LEAVING) return;
    bool connected = a->stage > APP_CONNECTING && a->stage < APP_LEAVING;
    bool sent = connected && talk_send(a, PROTO_GOODBYE, "BYE");
    a->stage = sent ? APP_LEAVING : APP_DONE;
    a->leaves = a->now + LEAVING_PATIENCE;
    a->dirty = true;
}

/* Whether the line would still fit into a packet with n bytes more; escapes make that more than a
 * sum. */
static bool has_room(struct app *a, const char *text, size_t n)
{
    size_t have;
    const char *line = editor_text(a->line, &have);
    char *whole = malloc(have + n + 1);
    if (whole == NULL) return false;
    memcpy(whole, line, have);
    memcpy(whole + have, text, n);
    whole[have + n] = '\0';
    bool fits = talk_fits(a, whole);
    free(whole);
    return fits;
}

static void insert(struct app *a, const char *text, size_t n)
{
    if (!has_room(a, text, n) || !editor_insert(a->line, text, n))
        app_hint(a, "Too long: a message holds 64 KB. Nothing was added.");
}

/* A slash that was pasted is never a command, so it gets the second one that says so. */
static void paste(struct app *a, const char *text, size_t n)
{
    bool slash = editor_cursor(a->line) == 0 && text[0] == '/';
    char *slashed = malloc(n + 1);
    if (slashed == NULL) {
        app_hint(a, "Out of memory.");
        return;
    }
    slashed[0] = '/';
    memcpy(slashed + 1, text, n);
    if (slash) app_hint(a, "Pasted, so not a command: // is sent as /.");
    insert(a, slash ? slashed : slashed + 1, n + slash);
    free(slashed);
}

static bool send_line(struct app *a, const char *text)
{
    if (a->stage != APP_HERE) app_hint(a, "Not in the room yet; your line is kept.");
    return a->stage == APP_HERE && talk_send(a, PROTO_BROADCAST, text);
}

static void enter(struct app *a)
{
    const char *text = editor_text(a->line, NULL);
    if (text[0] == '\0') return;
    bool slash = text[0] == '/', command = slash && text[1] != '/';
    scrollback_bottom(a->lines);
    if (command ? command_run(a, text) : send_line(a, text + slash)) editor_commit(a->line);
}

static void choose(struct app *a, const struct input *in)
{
    const char *nick = dialog_input(&a->dialog, in);
    if (nick != NULL) talk_ask(a, nick);
}

static void act(struct app *a, const struct input *in)
{
    switch (in->kind) {
    case INPUT_TEXT: insert(a, in->text, in->n); break;
    case INPUT_PASTE: paste(a, in->text, in->n); break;
    case INPUT_EDIT: editor_do(a->line, in->edit); break;
    case INPUT_ENTER: enter(a); break;
    case INPUT_NEWLINE: insert(a, "\n", 1); break;
    case INPUT_PAGE_UP: scrollback_page(a->lines, -1); break;
    case INPUT_PAGE_DOWN: scrollback_page(a->lines, 1); break;
    case INPUT_ROW_UP: scrollback_scroll(a->lines, -1); break;
    case INPUT_ROW_DOWN: scrollback_scroll(a->lines, 1); break;
    case INPUT_TOP: scrollback_top(a->lines); break;
    case INPUT_ESCAPE:
    case INPUT_BOTTOM: scrollback_bottom(a->lines); break;
    case INPUT_HELP: command_help(a); break;
    case INPUT_LEAVE: app_leave(a); break;
    case INPUT_REDRAW:
    case INPUT_SUSPEND: break; /* the terminal's own affair */
    }
}

void app_input(struct app *a, const struct input *in)
{
    bool lost = a->stage == APP_LOST;
    a->hint[0] = '\0';
    a->dirty = true;
    if (a->dialog.open && in->kind <= INPUT_NEWLINE)
        choose(a, in);
    else
        act(a, in);
    if (lost) a->stage = APP_DONE;
}
