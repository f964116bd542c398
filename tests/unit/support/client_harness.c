#include "tests/unit/support/client_harness.h"

#include "tui/core/room_feed.h"
#include "tui/core/session_output.h"
#include "tui/core/session_receive.h"
#include "tui/core/session_waiting.h"
#include "tui/editor/line_editor.h"
#include "tui/ui/key_bindings.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct harness harness;

static char sent[16 * FRAME_MAX];
static size_t sent_from, sent_to;
static bool is_blocked, is_logging;

static void log_line(const struct event *e)
{
    const char *nick = e->kind == EVENT_MESSAGE  ? e->nick
                       : e->kind == EVENT_NOTICE ? "SERVER"
                                                 : "-";
    char line[256];
    if (!is_logging || e->recalled) return;
    snprintf(line, sizeof line, "%s: %s\n", nick, e->text);
    cr_assert_lt(strlen(harness.logged) + strlen(line), sizeof harness.logged);
    strcat(harness.logged, line);
}

static const char *change_log(const char *path)
{
    if (!is_logging) return "there can be no log here";
    if (path != NULL && strcmp(path, "/") == 0) return HARNESS_NOT_A_FILE;
    snprintf(harness.log_path, sizeof harness.log_path, "%s", path != NULL ? path : "");
    harness.session.log_path = path != NULL ? harness.log_path : NULL;
    return NULL;
}

static const char *on_event(void *context, const struct event *e)
{
    const struct frontend_kind *kind = harness.frontend.kind;
    cr_assert_eq(context, &harness.session);
    if (e->kind == EVENT_LOG_REQUEST) return change_log(e->text);
    const char *error =
        kind != NULL ? kind->on_event(&harness.frontend, e) : screen_on_event(&harness.screen, e);
    if (e->kind == EVENT_MESSAGE || e->kind == EVENT_NOTICE || e->kind == EVENT_GAP) log_line(e);
    return error;
}

void harness_open(const char *nick)
{
    harness_open_frontend(NULL, nick);
}

void harness_open_frontend(const struct frontend_kind *kind, const char *nick)
{
    const struct session_config config = {.where = "somewhere",
                                          .host = "somewhere",
                                          .nick = nick,
                                          .proposed_nick = "ada",
                                          .repeat_countdown = kind != NULL,
                                          .sink = {on_event, &harness.session}};
    harness.frontend =
        (struct frontend){.kind = kind, .session = &harness.session, .unix_ms = 1000000000123};
    sent_from = sent_to = 0;
    is_blocked = is_logging = false;
    harness.logged[0] = harness.log_path[0] = '\0';
    session_open(&harness.session, &config);
    cr_assert(screen_init(&harness.screen, &harness.session));
    session_set_resolved(&harness.session, true);
    session_tick(&harness.session, 1000000000, 1000);
    screen_resize(&harness.screen, 24, 80);
}

/* Waits until lines without a time cannot be of a history any more. */
static void enter(void)
{
    harness_connect_as("ada");
    harness_wait(1000);
    cr_assert_eq(harness.session.state, SESSION_JOINED);
}

void harness_join(void)
{
    harness_open("ada");
    enter();
}

void harness_greet_frontend(const struct frontend_kind *kind, const char *nick)
{
    harness_open_frontend(kind, nick);
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
}

void harness_join_frontend(const struct frontend_kind *kind)
{
    harness_open_frontend(kind, "ada");
    enter();
    harness.frontend.out.from = harness.frontend.out.to;
}

void harness_reconnect(void)
{
    session_disconnected(&harness.session, "Connection reset by peer");
    cr_assert_eq(harness.session.state, SESSION_DISCONNECTED);
    harness_wait(0);
    cr_assert_eq(harness.session.state, SESSION_CONNECTING);
    session_connected(&harness.session);
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
}

void harness_return(void)
{
    harness_reconnect();
    harness_receive(PROTO_READY, "SERVER", "READY");
    cr_assert_eq(harness.session.state, SESSION_JOINED);
    harness_wait(1000);
}

void harness_close(void)
{
    byte_queue_free(&harness.frontend.out);
    screen_free(&harness.screen);
    session_close(&harness.session);
}

static void type_at_once(struct key_parser *keys, struct span typed)
{
    struct action in;
    while (key_parser_next(keys, &typed, &in)) key_bindings_input(&harness.screen, &in);
}

static bool is_arrow(const char *keys)
{
    return keys[0] == '\x1b' && keys[1] == '[' && (keys[2] == 'A' || keys[2] == 'B');
}

/* Returns the length of the first line, with a line end only if ESC precedes that; or of what comes
 * before an arrow. */
static size_t line_length(const char *keys)
{
    size_t n = strcspn(keys, "\r\n");
    bool joined = n > 0 && keys[n] != '\0' && keys[n - 1] == '\x1b';
    for (size_t i = 1; i < n; i++)
        if (is_arrow(keys + i)) return i;
    return joined ? n + 1 + line_length(keys + n + 1) : n;
}

static void settle(struct key_parser *keys)
{
    struct action in;
    while (key_parser_timeout_ms(keys) >= 0)
        if (key_parser_expire(keys, &in)) key_bindings_input(&harness.screen, &in);
}

void harness_type(const char *bytes)
{
    static struct key_parser keys;
    for (size_t n; bytes[0] != '\0'; bytes += n) {
        n = line_length(bytes);
        if (n == 0) n = 1;
        type_at_once(&keys, (struct span){bytes, n});
        if (is_arrow(bytes)) settle(&keys);
    }
    settle(&keys);
}

void harness_paste(const char *text)
{
    key_bindings_input(&harness.screen,
                       &(struct action){.kind = ACTION_PASTE, .text = text, .n = strlen(text)});
}

void harness_wait(int64_t ms)
{
    int64_t seconds = (harness.session.now % 1000 + ms) / 1000;
    session_tick(&harness.session, harness.session.local_time + seconds, harness.session.now + ms);
    session_waiting_update(&harness.session);
}

void harness_receive(enum proto proto, const char *nick, const char *msg)
{
    static char frame[PACKET_ROOM];
    size_t n = packet_encode(frame, proto, nick, msg);
    cr_assert_gt(n, 0);
    harness_receive_bytes(frame, n);
}

void harness_receive_bytes(const char *bytes, size_t n)
{
    session_receive(&harness.session, (struct span){bytes, n});
}

/* What the session has queued goes out, unless the server reads nothing. */
static void collect_sent(void)
{
    struct byte_queue *out = &harness.session.out;
    size_t n = out->to - out->from;
    if (is_blocked || n == 0) return;
    cr_assert_leq(sent_to + n, sizeof sent);
    memcpy(sent + sent_to, out->p + out->from, n);
    sent_to += n;
    out->from = out->to;
}

void harness_block_sending(bool blocked)
{
    static const char filling[SESSION_OUT_MAX];
    collect_sent();
    if (blocked) cr_assert(byte_queue_append(&harness.session.out, filling, sizeof filling));
    if (!blocked) harness.session.out.from = harness.session.out.to;
    is_blocked = blocked;
}

static bool is_same(const char *a, const char *b)
{
    return a != NULL && b != NULL ? strcmp(a, b) == 0 : a == b;
}

static void expect_sent(enum proto proto, const char *nick, const char *msg, const char *secret)
{
    struct packet p;
    collect_sent();
    cr_assert_lt(sent_from, sent_to, "nothing was sent, not \"%s\"", msg);
    size_t size = frame_size(sent + sent_from);
    struct span payload = {sent + sent_from + FRAME_HEADER, size - FRAME_HEADER};
    cr_assert_null(packet_decode(&p, payload));
    cr_expect_eq(p.proto, proto);
    cr_expect(is_same(p.nick, nick));
    cr_expect_str_eq(p.msg, msg);
    cr_expect(is_same(p.resume, secret), "%s", p.resume != NULL ? p.resume : "no secret");
    sent_from += size;
}

void harness_receive_ready(const char *secret)
{
    char frame[PACKET_ROOM];
    harness_receive_bytes(frame, packet_encode_ready(frame, secret));
}

void harness_expect_sent(enum proto proto, const char *nick, const char *msg)
{
    expect_sent(proto, nick, msg, NULL);
}

void harness_expect_verify(const char *nick, const char *secret)
{
    expect_sent(PROTO_VERIFY, NULL, nick, secret);
}

void harness_expect_nothing_sent(void)
{
    collect_sent();
    cr_expect_eq(sent_from, sent_to, "something was sent");
}

__attribute__((format(printf, 1, 0))) static const char *format_text(const char *format,
                                                                     va_list args)
{
    static char texts[4][4096];
    static unsigned next;
    char *text = texts[next++ % 4];
    int n = vsnprintf(text, sizeof texts[0], format, args);
    cr_assert(n >= 0 && (size_t)n < sizeof texts[0]);
    return text;
}

/* Declares `text`, made from a function's last parameters. */
#define FORMAT_TEXT(format)                                                                        \
    va_list args;                                                                                  \
    va_start(args, format);                                                                        \
    const char *text = format_text(format, args);                                                  \
    va_end(args)

const char *harness_text(const char *format, ...)
{
    FORMAT_TEXT(format);
    return text;
}

void harness_expect_line(int back, enum line_kind kind, const char *nick, const char *format, ...)
{
    FORMAT_TEXT(format);
    struct row rows[64];
    int at = scrollback_rows(harness.screen.scrollback, rows, 64) - 1;
    for (; at > 0 && (back > 0 || !rows[at].first); at--) back -= rows[at].first;
    cr_assert(at >= 0 && rows[at].line != NULL, "no line, not \"%s\"", text);
    cr_expect_eq(rows[at].line->kind, kind);
    cr_expect_str_eq(rows[at].line->nick, nick);
    cr_expect_str_eq(rows[at].line->text, text);
}

void harness_expect_typed(const char *text)
{
    cr_expect_str_eq(editor_text(harness.screen.composer.editor, NULL), text);
}

void harness_expect_status_message(const char *format, ...)
{
    FORMAT_TEXT(format);
    cr_expect_str_eq(harness.screen.status_message, text);
}

void harness_expect_exit_message(const char *format, ...)
{
    FORMAT_TEXT(format);
    cr_expect_str_eq(harness.session.exit.message, text);
}

static void update(void)
{
    if (harness.frontend.kind->update) harness.frontend.kind->update(&harness.frontend);
    cr_assert_not(harness.frontend.failed);
}

void harness_take_line(const char *line)
{
    cr_assert(
        harness.frontend.kind->take_line(&harness.frontend, (struct span){line, strlen(line)}));
}

void harness_expect_line_held(const char *line)
{
    cr_assert_not(
        harness.frontend.kind->take_line(&harness.frontend, (struct span){line, strlen(line)}));
}

void harness_expect_output(const char *format, ...)
{
    FORMAT_TEXT(format);
    update();
    struct byte_queue *out = &harness.frontend.out;
    size_t n = out->to - out->from;
    cr_expect(n == strlen(text) && (n == 0 || memcmp(out->p + out->from, text, n) == 0),
              "not \"%s\", but \"%.*s\"", text, (int)n, n > 0 ? out->p + out->from : "");
    out->from = out->to;
}

void harness_expect_no_output(void)
{
    harness_expect_output("%s", "");
}

void harness_connect(void)
{
    session_connected(&harness.session);
}

void harness_connect_as(const char *nick)
{
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_sent(PROTO_VERIFY, NULL, nick);
    harness_receive(PROTO_READY, "SERVER", "READY");
}

void harness_disconnect(const char *why)
{
    session_disconnected(&harness.session, why);
}

void harness_quit(void)
{
    session_quit(&harness.session);
}

bool harness_request_nick(const char *nick)
{
    return session_request_nick(&harness.session, nick) == NULL;
}

bool harness_command(const char *command)
{
    return screen_command(&harness.screen, command);
}

void harness_recall(int64_t at, const char *nick, const char *msg)
{
    session_recall(&harness.session, at, &(struct packet){.nick = nick, .msg = msg});
}

void harness_recall_end(const char *from)
{
    session_recall_end(&harness.session, from);
}

void harness_show_message(const char *text)
{
    session_message(&harness.session, "%s", text);
}

void harness_next_day(void)
{
    session_tick(&harness.session, harness.session.local_time + 86400, harness.session.now + 1);
}

int64_t harness_deadline(void)
{
    return session_deadline(&harness.session);
}

const char *harness_draft(void)
{
    return editor_text(harness.screen.composer.editor, NULL);
}

const char *harness_dialog_text(void)
{
    return editor_text(harness.screen.nick_dialog.editor, NULL);
}

void harness_start_log(void)
{
    is_logging = true;
}
