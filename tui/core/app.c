#include "tui/core/app.h"

#include "common/text.h"
#include "tui/core/speech.h"
#include "tui/core/talk.h"

#include <errno.h>
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
    MENDING = 1000, /* ms in which a history comes, if there is one */
};

bool app_init(struct app *a, const struct app_setup *setup)
{
    *a = (struct app){.setup = *setup, .stage = APP_CONNECTING, .mends = -1, .dirty = true};
    a->layout.hide_timestamps = setup->timeless;
    away_init(&a->away, setup->chance);
    a->line = editor_new(LINE_BYTES);
    a->lines = scrollback_new(LINES_KEPT, layout_gutter, &a->layout);
    if (!nick_dialog_init(&a->dialog) || a->line == NULL || a->lines == NULL) return false;
    if (setup->nick == NULL)
        nick_dialog_open(&a->dialog, setup->proposal);
    else
        snprintf(a->asked, sizeof a->asked, "%s", setup->nick);
    return true;
}

void app_free(struct app *a)
{
    nick_dialog_free(&a->dialog);
    paste_dialog_close(&a->paste);
    editor_free(a->line);
    scrollback_free(a->lines);
    outbox_drop(&a->outbox);
    seam_drop(&a->seam);
    complete_drop(&a->complete);
    ignore_drop(&a->ignore);
    frame_decoder_reset(&a->decoder);
}

int64_t app_sooner(int64_t a, int64_t b)
{
    if (a < 0 || b < 0) return a < 0 ? b : a;
    return a < b ? a : b;
}

static int64_t clock_end(const struct app *a)
{
    return a->stage == APP_AWAY ? a->away.dials : a->ends;
}

int64_t app_seconds(const struct app *a)
{
    int64_t end = clock_end(a);
    return end > a->now ? (end - a->now + 999) / 1000 : 0;
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
    if (a->stage != APP_AWAY || a->away.dials < 0 || now < a->away.dials) return;
    a->stage = APP_CONNECTING;
    a->dirty = true;
}

int64_t app_due(const struct app *a)
{
    if (is_over(a)) return a->leaves;
    if (a->stage == APP_AWAY && a->away.dials <= a->now) return a->away.dials;
    int64_t due = app_seconds(a) > 0 ? clock_end(a) - (app_seconds(a) - 1) * 1000 : -1;
    if (a->stage == APP_CHOOSING) due = app_sooner(due, a->away.asks);
    if (a->mends >= 0) return app_sooner(due, a->mends);
    if (a->stage == APP_HERE) due = app_sooner(due, outbox_due(&a->outbox));
    return due;
}

void app_resize(struct app *a, int rows, int columns)
{
    layout_make(&a->layout, rows, columns);
    a->dirty = true;
    if (!a->layout.too_small) scrollback_resize(a->lines, a->layout.pane.rows, columns);
}

void app_toggle_times(struct app *a)
{
    a->layout.hide_timestamps = !a->layout.hide_timestamps;
    scrollback_rewrap(a->lines);
}

static bool keep(struct app *a, time_t at, enum line_kind kind, const char *nick, const char *text)
{
    if (a->setup.show == NULL) return scrollback_add(a->lines, at, kind, nick, text);
    a->setup.show(a->setup.face, at, kind, nick, text);
    return true;
}

/* What the status bar has no room for is said in the view too. */
static void say_whole(struct app *a)
{
    size_t cells = text_width(a->hint, strlen(a->hint)) + LAYOUT_BAR;
    if (a->setup.show != NULL || cells <= (size_t)a->layout.columns) return;
    if (keep(a, a->wall, LINE_STATUS, "", a->hint)) a->folding = false;
}

void app_hint(struct app *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(a->hint, sizeof a->hint, format, args);
    va_end(args);
    say_whole(a);
    a->dirty = true;
}

/* A line is on another day than the one before it: that is a line of its own. */
static bool add_day(struct app *a, time_t at)
{
    bool other = a->day != 0 && a->day != at / DAY;
    a->day = at / DAY;
    return !other || keep(a, at, LINE_DAY, "", "");
}

static void add(struct app *a, time_t at, enum line_kind kind, const char *nick, const char *text)
{
    a->dirty = true;
    a->folding = false;
    if (!add_day(a, at) || !keep(a, at, kind, nick, text))
        app_hint(a, "Out of memory: a line could not be kept.");
}

/* The first of them gets its day too. */
void app_earlier(struct app *a, time_t at, const struct packet *said)
{
    bool notice = said->nick != NULL && strcmp(said->nick, PACKET_SERVER) == 0;
    enum line_kind kind = notice ? LINE_SERVER : said->nick != NULL ? LINE_MESSAGE : LINE_GAP;
    if (a->day == 0) a->day = -1;
    add(a, at, kind, kind == LINE_MESSAGE ? said->nick : "", said->msg);
    if (kind != LINE_GAP) seam_note(&a->seam, said->nick, said->msg);
}

void app_earlier_over(struct app *a, const char *from)
{
    char text[256];
    if (a->day == 0) return;
    snprintf(text, sizeof text, "earlier, from %s", from);
    add(a, a->day * DAY, LINE_GAP, "", text);
}

/* What the room said, and where we did not hear it. Our own words to the person are not the
 * room's. That the log cannot be written is told when that begins, and when it is over. */
void app_log(struct app *a, enum line_kind kind, const char *nick, const char *text)
{
    if (a->setup.log == NULL || kind == LINE_STATUS || kind == LINE_DAY) return;
    if (kind == LINE_SERVER) nick = PACKET_SERVER;
    if (kind == LINE_GAP) nick = NULL;
    size_t missing = a->unlogged;
    bool kept = a->setup.log(a->setup.book, nick, text, PROTO_BROADCAST);
    a->unlogged = kept ? 0 : missing + 1;
    if (!kept && missing == 0) app_say(a, "The log cannot be written: %s.", strerror(errno));
    if (kept && missing > 0)
        app_say(a, "The log is written again; %zu lines are missing in it.", missing);
}

void app_line(struct app *a, enum line_kind kind, const char *nick, const char *text)
{
    add(a, a->wall, kind, nick, text);
    app_log(a, kind, nick, text);
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
    talk_mend(a);
    va_start(args, format);
    vsnprintf(a->words, sizeof a->words, format, args);
    va_end(args);
    a->status = status;
    a->leaves = a->now + LOST_PATIENCE;
    a->stage = APP_LOST;
    a->ends = 0;
    nick_dialog_close(&a->dialog);
    app_line(a, LINE_STATUS, "", a->words);
}

void app_stay(struct app *a)
{
    if (a->stage == APP_LOST) a->leaves = a->now + LOST_PATIENCE;
}

void app_up(struct app *a)
{
    a->stage = APP_GREETING;
    a->met = true;
    a->dirty = true;
}

/* The time of day, with the date before it where that is of use. */
static const char *time_text(char text[32], time_t at, bool date)
{
    struct tm time;
    strftime(text, 32, "%Y-%m-%d %H:%M", gmtime_r(&at, &time));
    return date ? text : text + sizeof "0000-00-00";
}

void app_break(struct app *a)
{
    char text[128], from[32], to[32];
    bool days = a->left / DAY != a->wall / DAY;
    snprintf(text, sizeof text, "away %s to %s, messages may be missing",
             time_text(from, a->left, days), time_text(to, a->wall, days));
    app_line(a, LINE_GAP, "", text);
}

void app_arrive(struct app *a)
{
    a->stage = APP_HERE;
    a->status = EXIT_SUCCESS;
    a->words[0] = '\0';
    away_came(&a->away, a->now);
    if (!a->attention.until) attention_key(&a->attention, a->now);
    nick_dialog_close(&a->dialog);
    if (a->left == 0) app_say(a, "You are here as %s. /help shows the keys and commands.", a->nick);
    if (a->seam.count > 0 || a->left != 0)
        a->mends = a->now + MENDING;
    else
        speech_back(a);
}

static void never_came(struct app *a, const char *why)
{
    snprintf(a->words, sizeof a->words, "could not connect to %s: %s; is klatchd running there?",
             a->setup.where, why);
    a->status = EX_UNAVAILABLE;
    a->stage = APP_DONE;
}

static void find_words(struct app *a, const char *why)
{
    static const char closed[] = "The server closed the connection";
    if (a->reason[0] != '\0')
        snprintf(a->words, sizeof a->words, "%s: %s", closed, a->reason);
    else if (a->ends != 0)
        snprintf(a->words, sizeof a->words, "%s, as it had announced.", closed);
    else if (why != NULL)
        snprintf(a->words, sizeof a->words, "Connection lost: %s.", why);
    else
        snprintf(a->words, sizeof a->words, "%s.", closed);
}

/* Once, however many tries fail on the way back; but what the server has to say always. */
static void tell_lost(struct app *a, const char *why)
{
    if (a->words[0] != '\0' && a->reason[0] == '\0') return;
    find_words(a, why);
    app_line(a, LINE_STATUS, "", a->words);
}

/* A server that gave a reason would give it again; one that asks us to wait for our own ghost might
 * not. */
static bool is_refused(const struct app *a)
{
    return a->reason[0] != '\0' && a->away.ghost == AWAY_NEVER;
}

static void lose(struct app *a, const char *why)
{
    talk_mend(a);
    if (a->stage > APP_CONNECTING) tell_lost(a, why);
    if (a->stage == APP_HERE) a->left = a->wall;
    if (a->nick[0] != '\0') memcpy(a->asked, a->nick, sizeof a->asked);
    away_lost(&a->away, a->now, is_refused(a));
    speech_lost(a);
    frame_decoder_reset(&a->decoder);
    a->stage = APP_AWAY;
    a->status = EX_UNAVAILABLE;
    a->reason[0] = '\0';
    a->ends = 0;
    a->asking = false;
    a->awaited = 0;
    a->dirty = true;
}

static void give_up(struct app *a, const char *why)
{
    talk_mend(a);
    find_words(a, why);
    a->status = EX_UNAVAILABLE;
    a->stage = APP_LOST;
}

void app_down(struct app *a, const char *why)
{
    if (a->stage == APP_LEAVING) a->stage = APP_DONE;
    if (a->stage == APP_AWAY || a->stage >= APP_LEAVING) return;
    if (!a->met)
        never_came(a, why);
    else if (a->setup.once)
        give_up(a, why);
    else
        lose(a, why);
}

void app_hurry(struct app *a)
{
    if (a->stage == APP_AWAY) away_hurry(&a->away, a->now);
    if (a->stage == APP_CHOOSING && a->away.asks >= 0) a->away.asks = a->now;
}

void app_reconnect(struct app *a)
{
    bool connected = a->stage > APP_CONNECTING && a->stage < APP_LEAVING;
    if (connected) {
        snprintf(a->words, sizeof a->words, "Connecting anew, as you asked.");
        app_line(a, LINE_STATUS, "", a->words);
        lose(a, NULL);
    }
    app_hurry(a);
}
