#include "tests/unit/support/client_harness.h"

#include "tui/core/commands.h"
#include "tui/core/speech.h"
#include "tui/core/talk.h"
#include "tui/ui/keyboard.h"
#include "tui/ui/render.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct app chat;
struct face chat_face;

static char sent[4 * FRAME_MAX];
static size_t sent_from, sent_to;
static bool is_jammed;

static bool keep(void *wire, const char *frame, size_t n)
{
    cr_assert_eq(wire, sent);
    if (is_jammed) return false;
    memcpy(sent + sent_to, frame, n);
    sent_to += n;
    return true;
}

void chat_open(const char *nick)
{
    static const struct face_kind screen;
    chat_open_face(&screen, nick);
}

void chat_open_face(const struct face_kind *kind, const char *nick)
{
    const struct app_setup setup = {.where = "somewhere",
                                    .nick = nick,
                                    .proposal = "ada",
                                    .send = keep,
                                    .wire = sent,
                                    .show = kind->show,
                                    .hear = kind->hear,
                                    .face = &chat_face};
    chat_face = (struct face){.kind = kind, .app = &chat, .unix_ms = 1000000000123};
    sent_from = sent_to = 0;
    is_jammed = false;
    cr_assert(app_init(&chat, &setup));
    app_tick(&chat, 1000000000, 1000);
    app_resize(&chat, 24, 80);
}

static void enter(void)
{
    app_up(&chat);
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
    chat_hear(PROTO_READY, "SERVER", "READY");
    cr_assert_eq(chat.stage, APP_HERE);
}

void chat_join(void)
{
    chat_open("ada");
    enter();
}

void chat_join_face(const struct face_kind *kind)
{
    chat_open_face(kind, "ada");
    enter();
    chat_face.out.from = chat_face.out.to;
}

void chat_reconnect(void)
{
    app_down(&chat, "Connection reset by peer");
    cr_assert_eq(chat.stage, APP_AWAY);
    chat_wait(0);
    cr_assert_eq(chat.stage, APP_CONNECTING);
    app_up(&chat);
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
}

void chat_return(void)
{
    chat_reconnect();
    chat_hear(PROTO_READY, "SERVER", "READY");
    cr_assert_eq(chat.stage, APP_HERE);
    chat_wait(1000);
}

void chat_close(void)
{
    byte_queue_free(&chat_face.out);
    app_free(&chat);
}

static void type_at_once(struct key_parser *keys, struct span typed)
{
    struct action in;
    while (key_parser_next(keys, &typed, &in)) keyboard_input(&chat, &in);
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
        if (key_parser_expire(&keys, &in)) keyboard_input(&chat, &in);
}

void chat_paste(const char *text)
{
    keyboard_input(&chat, &(struct action){.kind = ACTION_PASTE, .text = text, .n = strlen(text)});
}

void chat_wait(int64_t ms)
{
    app_tick(&chat, chat.wall + (chat.now % 1000 + ms) / 1000, chat.now + ms);
    talk_tick(&chat);
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
    talk_hear(&chat, (struct span){bytes, n});
}

void chat_jam(bool jammed)
{
    is_jammed = jammed;
}

void chat_expect_sent(enum proto proto, const char *nick, const char *msg)
{
    struct packet p;
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
    cr_expect_eq(sent_from, sent_to, "something was sent");
}

void chat_expect_line(int back, enum line_kind kind, const char *nick, const char *text)
{
    struct row rows[64];
    int at = scrollback_rows(chat.lines, rows, 64) - 1;
    for (; at > 0 && (back > 0 || !rows[at].first); at--) back -= rows[at].first;
    cr_assert(at >= 0 && rows[at].line != NULL, "no line, not \"%s\"", text);
    cr_expect_eq(rows[at].line->kind, kind);
    cr_expect_str_eq(rows[at].line->nick, nick);
    cr_expect_str_eq(rows[at].line->text, text);
}

void chat_expect_typed(const char *text)
{
    cr_expect_str_eq(editor_text(chat.line, NULL), text);
}

static void turn(void)
{
    if (chat_face.kind->turn) chat_face.kind->turn(&chat_face);
    cr_assert_not(chat_face.failed);
}

void chat_take(const char *line)
{
    cr_assert(chat_face.kind->take(&chat_face, (struct span){line, strlen(line)}));
}

void chat_expect_held(const char *line)
{
    cr_assert_not(chat_face.kind->take(&chat_face, (struct span){line, strlen(line)}));
}

void chat_expect_out(const char *text)
{
    turn();
    struct byte_queue *out = &chat_face.out;
    size_t n = out->to - out->from;
    cr_expect(n == strlen(text) && (n == 0 || memcmp(out->p + out->from, text, n) == 0),
              "not \"%s\", but \"%.*s\"", text, (int)n, n > 0 ? out->p + out->from : "");
    out->from = out->to;
}

void chat_connect(void)
{
    app_up(&chat);
}

void chat_disconnect(const char *why)
{
    app_down(&chat, why);
}

void chat_quit(void)
{
    talk_leave(&chat);
}

bool chat_ask(const char *nick)
{
    return talk_ask(&chat, nick);
}

bool chat_run(const char *command)
{
    return command_run(&chat, command);
}

void chat_recall(time_t at, const char *nick, const char *msg)
{
    app_earlier(&chat, at, &(struct packet){.nick = nick, .msg = msg});
}

void chat_recall_end(const char *from)
{
    app_earlier_over(&chat, from);
}

void chat_input(const struct action *in)
{
    keyboard_input(&chat, in);
}

void chat_resize(int rows, int columns)
{
    app_resize(&chat, rows, columns);
}

void chat_show_message(const char *text)
{
    app_hint(&chat, "%s", text);
}

void chat_set_no_reconnect(void)
{
    chat.setup.once = true;
}

void chat_next_day(void)
{
    app_tick(&chat, chat.wall + 86400, chat.now + 1);
}

void chat_paint(void)
{
    render_frame(&chat);
}

/* -- the state -- */

enum app_stage chat_state(void)
{
    return chat.stage;
}

int64_t chat_now(void)
{
    return chat.now;
}

time_t chat_local_time(void)
{
    return chat.wall;
}

int64_t chat_due(void)
{
    return app_due(&chat);
}

int64_t chat_countdown(void)
{
    return app_seconds(&chat);
}

int64_t chat_reconnect_at(void)
{
    return chat.away.dials;
}

int64_t chat_nick_retry_at(void)
{
    return chat.away.asks;
}

int64_t chat_shutdown_at(void)
{
    return chat.ends;
}

time_t chat_disconnected_at(void)
{
    return chat.left;
}

const char *chat_nick(void)
{
    return chat.nick;
}

bool chat_nick_is_pending(void)
{
    return chat.asking;
}

int chat_exit_status(void)
{
    return chat.status;
}

const char *chat_exit_message(void)
{
    return chat.words;
}

const char *chat_status_message(void)
{
    return chat.hint;
}

const char *chat_draft(void)
{
    return editor_text(chat.line, NULL);
}

size_t chat_outbox_count(void)
{
    return chat.outbox.count;
}

size_t chat_unconfirmed(void)
{
    return speech_doubtful(&chat);
}

size_t chat_paste_left(void)
{
    return speech_pasted(&chat);
}

struct scrollback *chat_scrollback(void)
{
    return chat.lines;
}

const struct layout *chat_layout(void)
{
    return &chat.layout;
}

const struct search *chat_search(void)
{
    return &chat.search;
}

const struct paste_dialog *chat_paste_dialog(void)
{
    return &chat.paste;
}

struct attention *chat_activity(void)
{
    return &chat.attention;
}

bool chat_dialog_is_open(void)
{
    return chat.dialog.open;
}

const char *chat_dialog_text(void)
{
    return editor_text(chat.dialog.editor, NULL);
}

const char *chat_dialog_message(void)
{
    return chat.dialog.message;
}

bool chat_help_is_open(void)
{
    return chat.help.open;
}

struct status chat_status_bar(int columns)
{
    return status_make(&chat, columns);
}

void chat_status_below(char *text, size_t size, bool brief)
{
    status_below(&chat, text, size, brief);
}

bool chat_needs_redraw(void)
{
    return chat.dirty;
}

void chat_clear_redraw(void)
{
    chat.dirty = false;
}

void chat_pretend_state(enum app_stage state)
{
    chat.stage = state;
}

void chat_pretend_nick_pending(void)
{
    chat.asking = true;
}

void chat_pretend_reconnect_at(int64_t at)
{
    chat.away.dials = at;
}

void chat_pretend_shutdown_at(int64_t at)
{
    chat.ends = at;
}

/* -- the log -- */

static char logged[4096], log_path[64];
static bool log_is_full;

static bool log_line(void *book, const char *nick, const char *msg, enum proto proto)
{
    size_t n = strlen(book);
    cr_expect_eq(proto, PROTO_BROADCAST);
    errno = ENOSPC;
    if (!log_is_full)
        snprintf((char *)book + n, sizeof logged - n, "%s: %s\n", nick ? nick : "-", msg);
    return !log_is_full;
}

static const char *open_log(void *book, const char *path)
{
    (void)book;
    if (path != NULL && strcmp(path, "/") == 0) return "it is not a file";
    snprintf(log_path, sizeof log_path, "%s", path != NULL ? path : "");
    return NULL;
}

static const char *find_log(void *book)
{
    (void)book;
    return log_path[0] != '\0' ? log_path : NULL;
}

void chat_start_log(void)
{
    chat.setup.book = logged;
    chat.setup.log = log_line;
    chat.setup.log_to = open_log;
    chat.setup.log_where = find_log;
}

void chat_fill_log(bool full)
{
    log_is_full = full;
}

const char *chat_logged(void)
{
    return logged;
}

const char *chat_log_path(void)
{
    return log_path;
}
