#include "tests/unit/support/client_harness.h"

#include "tui/core/talk.h"
#include "tui/ui/keyboard.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

struct app chat;
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
    lines_free(&chat_face.out);
    app_free(&chat);
}

void chat_type(const char *bytes)
{
    static struct input_decoder keys;
    struct span typed = {bytes, strlen(bytes)};
    struct input in;
    while (input_next(&keys, &typed, &in)) keyboard_input(&chat, &in);
    if (input_expire(&keys, &in)) keyboard_input(&chat, &in);
}

void chat_paste(const char *text)
{
    keyboard_input(&chat, &(struct input){.kind = INPUT_PASTE, .text = text, .n = strlen(text)});
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
    struct lines *out = &chat_face.out;
    size_t n = out->to - out->from;
    cr_expect(n == strlen(text) && (n == 0 || memcmp(out->p + out->from, text, n) == 0),
              "not \"%s\", but \"%.*s\"", text, (int)n, n > 0 ? out->p + out->from : "");
    out->from = out->to;
}
