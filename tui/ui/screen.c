#include "tui/ui/screen.h"

#include "common/text.h"
#include "tui/base/clock.h"
#include "tui/base/messages.h"
#include "tui/core/mention.h"
#include "tui/core/notice_names.h"
#include "tui/core/session_commands.h"
#include "tui/core/session_output.h"
#include "tui/editor/line_editor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINES_MAX = 10000,
    INPUT_ROWS_MAX = 1000,         /* more than any screen has */
    INPUT_MAX = FRAME_PAYLOAD_MAX, /* bytes of the input line; session_text_max may be less */
};

bool screen_init(struct screen *c, struct session *s)
{
    *c = (struct screen){.session = s, .needs_redraw = true};
    c->composer.editor = editor_new(INPUT_MAX);
    c->composer.nicks = (struct members_own_last){&s->members, s->nick.own};
    c->scrollback = scrollback_new(LINES_MAX, layout_gutter, &c->layout);
    if (!nick_dialog_init(&c->nick_dialog) || c->composer.editor == NULL || c->scrollback == NULL)
        return false;
    editor_measure(c->composer.editor, packet_text_size);
    if (s->config.nick == NULL) nick_dialog_open(&c->nick_dialog, s->config.proposed_nick);
    return true;
}

void screen_free(struct screen *c)
{
    nick_dialog_free(&c->nick_dialog);
    paste_dialog_close(&c->paste_dialog);
    editor_free(c->composer.editor);
    byte_queue_free(&c->composer.saved);
    scrollback_free(c->scrollback);
}

/* Wraps the text being written. Returns the number of its rows. */
static int wrap_input(struct screen *c, int columns)
{
    struct editor *e = c->composer.editor;
    editor_wrap(e, columns - layout_prompt(editor_lines(e)));
    size_t current, rows = editor_rows(e, &current);
    return rows < INPUT_ROWS_MAX ? (int)rows : INPUT_ROWS_MAX;
}

void screen_fit_input(struct screen *c)
{
    int rows = wrap_input(c, c->layout.columns);
    if (rows != c->layout.input_rows) screen_resize(c, c->layout.rows, c->layout.columns);
}

void screen_resize(struct screen *c, int rows, int columns)
{
    c->layout.input_rows = wrap_input(c, columns);
    layout_make(&c->layout, rows, columns);
    c->needs_redraw = true;
    if (c->layout.too_small) return;
    scrollback_resize(c->scrollback, c->layout.pane.rows, c->layout.pane.columns);
}

/* If the sentence does not fit into the status bar, also adds it as a line. */
void screen_message(struct screen *c, const char *format, ...)
{
    char *text = c->status_message;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof c->status_message, format, args);
    va_end(args);
    c->needs_redraw = true;
    if (text_width(text, strlen(text)) + LAYOUT_BAR <= (size_t)c->layout.columns) return;
    if (scrollback_add(c->scrollback, c->session->local_time, LINE_STATUS, "", text))
        join_summary_end(&c->joins);
}

void screen_toggle_timestamps(struct screen *c)
{
    c->layout.hide_timestamps = !c->layout.hide_timestamps;
    scrollback_rewrap(c->scrollback);
}

void screen_toggle_joins(struct screen *c)
{
    c->hide_joins = !c->hide_joins;
    screen_message(c, MESSAGE_JOINS_TOGGLED, c->hide_joins ? "hidden" : "shown");
}

void screen_toggle_members(struct screen *c)
{
    if (!layout_has_room_beside(&c->layout)) {
        c->members_overlay = (struct members_overlay){.open = !c->members_overlay.open};
        return;
    }
    c->layout.show_members = !c->layout.show_members;
    screen_resize(c, c->layout.rows, c->layout.columns);
}

void screen_first_unread(struct screen *c)
{
    if (!scrollback_first_unread(c->scrollback)) screen_message(c, MESSAGE_NOTHING_UNREAD);
}

void screen_mention(struct screen *c, int step)
{
    if (!search_mention(c->scrollback, c->session->nick.own, step))
        screen_message(c, MESSAGE_NO_MENTION, step < 0 ? "earlier" : "later");
}

/* -- events -- */

/* Adds the date when it changes, and before the first line recalled from a log. */
static void add_line(struct screen *c, const struct event *e, enum line_kind kind)
{
    if (e->recalled && c->day == 0) c->day = -1;
    bool ok =
        !clock_new_day(&c->day, e->at) || scrollback_add(c->scrollback, e->at, LINE_DAY, "", "");
    join_summary_end(&c->joins);
    ok = ok && scrollback_add(c->scrollback, e->at, kind, e->nick, e->text);
    if (!ok) screen_message(c, MESSAGE_NO_MEMORY_LINE);
}

/* Adds a rule whose text contains the date. */
static void add_rule(struct screen *c, const struct event *e)
{
    clock_new_day(&c->day, e->at);
    add_line(c, e, LINE_GAP);
}

/* Sets a marker above the first line that the user has not seen. */
static void mark_unseen(struct screen *c)
{
    bool seen =
        activity_is_looking(&c->activity, c->session->now) && scrollback_at_bottom(c->scrollback);
    if (!seen && activity_needs_marker(&c->activity))
        scrollback_set_unread_marker(c->scrollback, c->session->local_time);
}

/* Whether the line was not said before the user came: it may be unread. */
static bool is_new(const struct event *e)
{
    return !e->recalled && !e->earlier;
}

static void show_message(struct screen *c, const struct event *e)
{
    bool new = is_new(e) && !e->own;
    if (new) mark_unseen(c);
    add_line(c, e, e->own ? LINE_OWN : LINE_MESSAGE);
    if (e->recalled || e->own) return;
    bool mention = mention_of(e->text, c->session->nick.own);
    if (mention) scrollback_highlight_last(c->scrollback);
    if (new) activity_message(&c->activity, c->session->now, e->nick, mention);
}

/* Whatever is not a join, leave or new nickname is important: it is the operator who speaks, or the
 * server refuses something or removes us. */
static enum line_kind notice_line(const struct event *e)
{
    bool is_presence = server_notice_read(e->text).kind != NOTICE_OTHER;
    return is_presence ? LINE_SERVER : LINE_ANNOUNCEMENT;
}

static void add_notice(struct screen *c, const struct event *e)
{
    struct event marked = *e;
    char *text = notice_names_mark(e->text, &c->session->members);
    marked.text = text != NULL ? text : MESSAGE_NO_MEMORY_LINE;
    add_line(c, &marked, notice_line(e));
    free(text);
}

/* Shows the first notice of a run in the server's words, and then a summary in its place. */
static void show_join(struct screen *c, const struct event *e)
{
    char text[JOIN_SUMMARY_SIZE];
    if (c->hide_joins) return;
    if (join_summary_add(&c->joins, e->notice, e->at, text) &&
        scrollback_edit_last(c->scrollback, text))
        return;
    add_notice(c, e);
    c->joins.open = true;
}

static bool is_join(const struct event *e)
{
    return e->notice != NULL &&
           (e->notice->kind == NOTICE_JOINED || e->notice->kind == NOTICE_LEFT);
}

static void show_notice(struct screen *c, const struct event *e)
{
    if (is_join(e)) {
        show_join(c, e);
        return;
    }
    if (is_new(e)) mark_unseen(c);
    add_notice(c, e);
}

static enum line_kind own_kind(enum outbox_state state)
{
    switch (state) {
    case OUTBOX_QUEUED:
    case OUTBOX_SENT: break;
    case OUTBOX_UNCONFIRMED: return LINE_UNCONFIRMED;
    case OUTBOX_REJECTED: return LINE_REJECTED;
    }
    return LINE_PENDING;
}

/* Follows the session's state. A user who joins counts as looking, until the terminal reports that
 * it has lost the focus. */
static void follow_state(struct screen *c)
{
    const struct session *s = c->session;
    if (s->state == SESSION_JOINED && c->activity.active_until == 0)
        activity_key(&c->activity, s->now);
    key_dialog_show(&c->key_dialog, s->state == SESSION_UNTRUSTED);
    if (s->state == SESSION_JOINED || s->state == SESSION_FAILED)
        nick_dialog_close(&c->nick_dialog);
}

const char *screen_on_event(void *screen, const struct event *e)
{
    struct screen *c = screen;
    c->needs_redraw = true;
    switch (e->kind) {
    case EVENT_MESSAGE: show_message(c, e); break;
    case EVENT_NOTICE: show_notice(c, e); break;
    case EVENT_GAP: add_line(c, e, LINE_GAP); break;
    case EVENT_RULE: add_rule(c, e); break;
    case EVENT_STATUS: add_line(c, e, LINE_STATUS); break;
    case EVENT_STATUS_MESSAGE: screen_message(c, "%s", e->text); break;
    case EVENT_OWN_QUEUED:
        if (!scrollback_add(c->scrollback, e->at, LINE_PENDING, e->nick, e->text))
            return MESSAGE_NO_MEMORY_KEPT;
        break;
    case EVENT_OWN_CHANGED:
        scrollback_set_pending_kind(c->scrollback, e->index, own_kind(e->state));
        break;
    case EVENT_OWN_REMOVED: scrollback_remove_pending(c->scrollback, e->index); break;
    case EVENT_STATE_CHANGED: follow_state(c); break;
    case EVENT_NICK_REFUSED: nick_dialog_refused(&c->nick_dialog, e->nick, e->text); break;
    case EVENT_PACKET:
    case EVENT_KEY_TRUSTED:
    case EVENT_IGNORE_CHANGED:
    case EVENT_LOG_REQUEST: break;
    }
    return NULL;
}

void screen_update_seen(struct screen *c)
{
    bool looking = activity_is_looking(&c->activity, c->session->now);
    if (looking && scrollback_at_bottom(c->scrollback)) activity_all_seen(&c->activity);
}

/* -- commands -- */

static const char *search_text(struct screen *c, const char *text)
{
    if (text[0] == '\0') return MESSAGE_SEARCH_USAGE;
    search_go(&c->search, c->scrollback, -1);
    search_type(&c->search, c->scrollback, (struct span){text, strlen(text)});
    return NULL;
}

static const char *run_command(struct screen *c, const struct command *command)
{
    switch (command->id) {
    case COMMAND_CLEAR:
        scrollback_clear(c->scrollback);
        join_summary_end(&c->joins);
        return NULL;
    case COMMAND_HELP: c->help.open = true; return NULL;
    case COMMAND_MEMBERS: screen_toggle_members(c); return NULL;
    case COMMAND_JOINS: screen_toggle_joins(c); return NULL;
    case COMMAND_MENTIONS: screen_mention(c, -1); return NULL;
    case COMMAND_SEARCH: return search_text(c, command->argument);
    case COMMAND_TIMES: screen_toggle_timestamps(c); return NULL;
    case COMMAND_UNREAD: screen_first_unread(c); return NULL;
    case COMMAND_DROP:
    case COMMAND_IGNORE:
    case COMMAND_LOG:
    case COMMAND_ME:
    case COMMAND_NICK:
    case COMMAND_QUIT:
    case COMMAND_RECONNECT:
    case COMMAND_RESEND:
    case COMMAND_UNIGNORE:
    case COMMAND_WHO: break;
    }
    return session_command(c->session, command);
}

/* Whether the command starts from the place that the user reads. */
static bool keeps_place(enum command_id id)
{
    return id == COMMAND_MENTIONS || id == COMMAND_UNREAD;
}

bool screen_command(struct screen *c, const char *line)
{
    struct command command;
    const char *error = commands_parse(line, &command);
    if (error != NULL || !keeps_place(command.id)) scrollback_bottom(c->scrollback);
    if (error != NULL) {
        session_status(c->session, "%s", error);
        return false;
    }
    error = run_command(c, &command);
    if (error != NULL) screen_message(c, "%s", error);
    free(command.argument);
    return error == NULL;
}
