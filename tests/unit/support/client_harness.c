#include "tests/unit/support/client_harness.h"

#include "tui/core/room_feed.h"
#include "tui/core/session_output.h"
#include "tui/core/session_waiting.h"
#include "tui/editor/line_editor.h"
#include "tui/ui/key_bindings.h"
#include "tui/ui/render.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct session session;
static struct screen screen;
struct frontend chat_frontend;

static char sent[16 * FRAME_MAX];
static size_t sent_from, sent_to;
static bool is_jammed, is_logging;
static char logged[4096], log_path[64];

static void log_line(const struct event *e)
{
    const char *nick = e->kind == EVENT_MESSAGE  ? e->nick
                       : e->kind == EVENT_NOTICE ? "SERVER"
                                                 : "-";
    char line[256];
    if (!is_logging || e->recalled) return;
    snprintf(line, sizeof line, "%s: %s\n", nick, e->text);
    cr_assert_lt(strlen(logged) + strlen(line), sizeof logged);
    strcat(logged, line);
}

static const char *change_log(const char *path)
{
    if (!is_logging) return "there can be no log here";
    if (path != NULL && strcmp(path, "/") == 0) return "it is not a file";
    snprintf(log_path, sizeof log_path, "%s", path != NULL ? path : "");
    session.log_path = path != NULL ? log_path : NULL;
    return NULL;
}

static const char *on_event(void *context, const struct event *e)
{
    const struct frontend_kind *kind = chat_frontend.kind;
    cr_assert_eq(context, &session);
    if (e->kind == EVENT_LOG_REQUEST) return change_log(e->text);
    const char *error =
        kind != NULL ? kind->on_event(&chat_frontend, e) : screen_on_event(&screen, e);
    if (e->kind == EVENT_MESSAGE || e->kind == EVENT_NOTICE || e->kind == EVENT_GAP) log_line(e);
    return error;
}

void chat_open(const char *nick)
{
    chat_open_frontend(NULL, nick);
}

void chat_open_frontend(const struct frontend_kind *kind, const char *nick)
{
    const struct session_config config = {.where = "somewhere",
                                          .host = "somewhere",
                                          .nick = nick,
                                          .proposed_nick = "ada",
                                          .repeat_countdown = kind != NULL,
                                          .sink = {on_event, &session}};
    chat_frontend = (struct frontend){.kind = kind, .session = &session, .unix_ms = 1000000000123};
    sent_from = sent_to = 0;
    is_jammed = is_logging = false;
    logged[0] = log_path[0] = '\0';
    session_open(&session, &config);
    cr_assert(screen_init(&screen, &session));
    session_set_resolved(&session, true);
    session_tick(&session, 1000000000, 1000);
    screen_resize(&screen, 24, 80);
}

static void enter(void)
{
    session_connected(&session);
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
    chat_hear(PROTO_READY, "SERVER", "READY");
    cr_assert_eq(session.state, SESSION_JOINED);
}

void chat_join(void)
{
    chat_open("ada");
    enter();
}

void chat_join_frontend(const struct frontend_kind *kind)
{
    chat_open_frontend(kind, "ada");
    enter();
    chat_frontend.out.from = chat_frontend.out.to;
}

void chat_reconnect(void)
{
    session_disconnected(&session, "Connection reset by peer");
    cr_assert_eq(session.state, SESSION_DISCONNECTED);
    chat_wait(0);
    cr_assert_eq(session.state, SESSION_CONNECTING);
    session_connected(&session);
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
}

void chat_return(void)
{
    chat_reconnect();
    chat_hear(PROTO_READY, "SERVER", "READY");
    cr_assert_eq(session.state, SESSION_JOINED);
    chat_wait(1000);
}

void chat_close(void)
{
    byte_queue_free(&chat_frontend.out);
    screen_free(&screen);
    session_close(&session);
}

static void type_at_once(struct key_parser *keys, struct span typed)
{
    struct action in;
    while (key_parser_next(keys, &typed, &in)) key_bindings_input(&screen, &in);
}

/* Returns the length of the first line, with a line end only if ESC precedes that. */
static size_t line_length(const char *keys)
{
    size_t n = strcspn(keys, "\r\n");
    bool joined = n > 0 && keys[n] != '\0' && keys[n - 1] == '\x1b';
    return joined ? n + 1 + line_length(keys + n + 1) : n;
}

void chat_type(const char *bytes)
{
    static struct key_parser keys;
    struct action in;
    for (size_t n; bytes[0] != '\0'; bytes += n) {
        n = line_length(bytes);
        if (n == 0) n = 1;
        type_at_once(&keys, (struct span){bytes, n});
    }
    while (key_parser_timeout_ms(&keys) >= 0)
        if (key_parser_expire(&keys, &in)) key_bindings_input(&screen, &in);
}

void chat_paste(const char *text)
{
    chat_input(&(struct action){.kind = ACTION_PASTE, .text = text, .n = strlen(text)});
}

void chat_wait(int64_t ms)
{
    int64_t seconds = (session.now % 1000 + ms) / 1000;
    session_tick(&session, session.local_time + seconds, session.now + ms);
    session_waiting_update(&session);
}

void chat_hear(enum proto proto, const char *nick, const char *msg)
{
    static char frame[PACKET_ROOM];
    size_t n = packet_encode(frame, proto, nick, msg);
    cr_assert_gt(n, 0);
    chat_hear_bytes(frame, n);
}

void chat_hear_bytes(const char *bytes, size_t n)
{
    session_receive(&session, (struct span){bytes, n});
}

/* What the session has queued goes out, unless the server reads nothing. */
static void collect_sent(void)
{
    struct byte_queue *out = &session.out;
    size_t n = out->to - out->from;
    if (is_jammed || n == 0) return;
    cr_assert_leq(sent_to + n, sizeof sent);
    memcpy(sent + sent_to, out->p + out->from, n);
    sent_to += n;
    out->from = out->to;
}

void chat_jam(bool jammed)
{
    static const char filling[SESSION_OUT_MAX];
    collect_sent();
    if (jammed) cr_assert(byte_queue_append(&session.out, filling, sizeof filling));
    if (!jammed) session.out.from = session.out.to;
    is_jammed = jammed;
}

void chat_expect_sent(enum proto proto, const char *nick, const char *msg)
{
    struct packet p;
    collect_sent();
    cr_assert_lt(sent_from, sent_to, "nothing was sent, not \"%s\"", msg);
    size_t size = frame_size(sent + sent_from);
    struct span payload = {sent + sent_from + FRAME_HEADER, size - FRAME_HEADER};
    cr_assert_null(packet_decode(&p, payload));
    cr_expect_eq(p.proto, proto);
    cr_expect((p.nick == NULL && nick == NULL) ||
              (p.nick != NULL && nick != NULL && strcmp(p.nick, nick) == 0));
    cr_expect_str_eq(p.msg, msg);
    sent_from += size;
}

void chat_expect_silence(void)
{
    collect_sent();
    cr_expect_eq(sent_from, sent_to, "something was sent");
}

void chat_expect_line(int back, enum line_kind kind, const char *nick, const char *text)
{
    struct row rows[64];
    int at = scrollback_rows(screen.scrollback, rows, 64) - 1;
    for (; at > 0 && (back > 0 || !rows[at].first); at--) back -= rows[at].first;
    cr_assert(at >= 0 && rows[at].line != NULL, "no line, not \"%s\"", text);
    cr_expect_eq(rows[at].line->kind, kind);
    cr_expect_str_eq(rows[at].line->nick, nick);
    cr_expect_str_eq(rows[at].line->text, text);
}

void chat_expect_typed(const char *text)
{
    cr_expect_str_eq(editor_text(screen.composer.editor, NULL), text);
}

static void update(void)
{
    if (chat_frontend.kind->update) chat_frontend.kind->update(&chat_frontend);
    cr_assert_not(chat_frontend.failed);
}

void chat_take(const char *line)
{
    cr_assert(chat_frontend.kind->take_line(&chat_frontend, (struct span){line, strlen(line)}));
}

void chat_expect_held(const char *line)
{
    cr_assert_not(chat_frontend.kind->take_line(&chat_frontend, (struct span){line, strlen(line)}));
}

void chat_expect_out(const char *text)
{
    update();
    struct byte_queue *out = &chat_frontend.out;
    size_t n = out->to - out->from;
    cr_expect(n == strlen(text) && (n == 0 || memcmp(out->p + out->from, text, n) == 0),
              "not \"%s\", but \"%.*s\"", text, (int)n, n > 0 ? out->p + out->from : "");
    out->from = out->to;
}

void chat_connect(void)
{
    session_connected(&session);
}

void chat_disconnect(const char *why)
{
    session_disconnected(&session, why);
}

void chat_quit(void)
{
    session_quit(&session);
}

bool chat_ask(const char *nick)
{
    return session_request_nick(&session, nick) == NULL;
}

bool chat_run(const char *command)
{
    return screen_command(&screen, command);
}

void chat_recall(int64_t at, const char *nick, const char *msg)
{
    session_recall(&session, at, &(struct packet){.nick = nick, .msg = msg});
}

void chat_recall_end(const char *from)
{
    session_recall_end(&session, from);
}

void chat_input(const struct action *in)
{
    key_bindings_input(&screen, in);
}

void chat_resize(int rows, int columns)
{
    screen_resize(&screen, rows, columns);
}

void chat_show_message(const char *text)
{
    session_message(&session, "%s", text);
}

void chat_set_no_reconnect(void)
{
    session.config.no_reconnect = true;
}

void chat_next_day(void)
{
    session_tick(&session, session.local_time + 86400, session.now + 1);
}

void chat_paint(void)
{
    render_frame(&screen);
}

/* -- the state -- */

enum session_state chat_state(void)
{
    return session.state;
}

int64_t chat_now(void)
{
    return session.now;
}

int64_t chat_local_time(void)
{
    return session.local_time;
}

int64_t chat_due(void)
{
    return session_deadline(&session);
}

int64_t chat_countdown(void)
{
    return session_countdown(&session);
}

int64_t chat_reconnect_at(void)
{
    return session.reconnect.reconnect_at;
}

int64_t chat_nick_retry_at(void)
{
    return session.reconnect.nick_retry_at;
}

int64_t chat_shutdown_at(void)
{
    return session.shutdown.at;
}

int64_t chat_disconnected_at(void)
{
    return session.disconnected_at;
}

const char *chat_nick(void)
{
    return session.nick.own;
}

bool chat_nick_is_pending(void)
{
    return session.nick.pending;
}

int chat_exit_status(void)
{
    return session.exit.status;
}

const char *chat_exit_message(void)
{
    return session.exit.message;
}

const char *chat_status_message(void)
{
    return screen.status_message;
}

const char *chat_draft(void)
{
    return editor_text(screen.composer.editor, NULL);
}

size_t chat_outbox_count(void)
{
    return session.outbox.count;
}

size_t chat_unconfirmed(void)
{
    return outbox_count(&session.outbox, OUTBOX_UNCONFIRMED);
}

size_t chat_paste_left(void)
{
    return outbox_paste_left(&session.outbox);
}

struct scrollback *chat_scrollback(void)
{
    return screen.scrollback;
}

const struct layout *chat_layout(void)
{
    return &screen.layout;
}

const struct search *chat_search(void)
{
    return &screen.search;
}

const struct paste_dialog *chat_paste_dialog(void)
{
    return &screen.paste_dialog;
}

struct activity *chat_activity(void)
{
    return &screen.activity;
}

bool chat_dialog_is_open(void)
{
    return screen.nick_dialog.open;
}

const char *chat_dialog_text(void)
{
    return editor_text(screen.nick_dialog.editor, NULL);
}

const char *chat_dialog_message(void)
{
    return screen.nick_dialog.message;
}

bool chat_help_is_open(void)
{
    return screen.help.open;
}

struct status chat_status_bar(int columns)
{
    return status_make(&screen, columns);
}

void chat_status_below(char *text, size_t size, bool brief)
{
    status_below(&screen, text, size, brief);
}

bool chat_needs_redraw(void)
{
    return screen.needs_redraw;
}

void chat_clear_redraw(void)
{
    screen.needs_redraw = false;
}

void chat_pretend_state(enum session_state state)
{
    session.state = state;
}

void chat_pretend_resolved(void)
{
    session_set_resolved(&session, true);
}

void chat_pretend_unresolved(void)
{
    session_set_resolved(&session, false);
}

void chat_pretend_nick_pending(void)
{
    session.nick.pending = true;
}

void chat_pretend_reconnect_at(int64_t at)
{
    session.reconnect.reconnect_at = at;
}

void chat_pretend_shutdown_at(int64_t at)
{
    session.shutdown.at = at;
}

/* -- the log -- */

void chat_start_log(void)
{
    is_logging = true;
}

const char *chat_logged(void)
{
    return logged;
}

const char *chat_log_path(void)
{
    return log_path;
}
