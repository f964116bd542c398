/* The client, its server and its keyboard both in hostile hands: one stream of bytes decides what
 * is heard, typed and pasted, how large the screen is and how time goes by.
 *
 * What must hold: the client stands; on the screen, a real one of curses, no cell holds what may
 * not be shown; no row is wider than its place; and whatever the client sends is a packet that a
 * server would take. */
#include "common/text.h"
#include "tests/fuzz/bytes.h"
#include "tests/unit/support/curses_screen.h"
#include "tests/unit/support/unsafe_chars.h"
#include "tui/core/talk.h"
#include "tui/ui/keyboard.h"
#include "tui/ui/render.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 60, COLUMNS_MAX = 200 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct app app;
static struct key_parser keys;
static int64_t now;
static bool jammed;

/* The next bytes as a string of their own; the caller frees it. */
static char *next_text(void)
{
    struct span bytes = next_bytes();
    char *text = strndup(bytes.p, bytes.n);
    assert(text != NULL);
    return text;
}

/* What was sent is looked at when the client is done: it may still hold a packet, and those last
 * until the next is read. */
static char wire[4 * FRAME_MAX];
static size_t sent;

static bool keep(void *to, const char *frame, size_t n)
{
    assert(to == wire && n == frame_size(frame));
    if (jammed || sent + n > sizeof wire) return false;
    memcpy(wire + sent, frame, n);
    sent += n;
    return true;
}

static void check_sent(void)
{
    struct packet p;
    for (size_t at = 0, n; at < sent; at += n) {
        n = frame_size(wire + at);
        assert(!packet_decode(&p, (struct span){wire + at + FRAME_HEADER, n - FRAME_HEADER}));
        assert(!p.nick || !nick_check(p.nick));
        assert(p.proto == PROTO_VERIFY || p.proto == PROTO_BROADCAST || p.proto == PROTO_WHO ||
               p.proto == PROTO_GOODBYE);
        assert(p.proto != PROTO_VERIFY || !nick_check(p.msg));
    }
    sent = 0;
}

/* -- what may happen -- */

static void hear_bytes(void)
{
    talk_hear(&app, next_bytes());
}

static void hear_packet(void)
{
    static char frame[PACKET_ROOM];
    enum proto proto = (enum proto)(next() % PROTO_UNKNOWN);
    char *nick = next_text(), *msg = next_text();
    size_t n = packet_encode(frame, proto, nick, msg);
    talk_hear(&app, (struct span){frame, n});
    free(nick);
    free(msg);
}

/* As a server that follows the protocol would lead it in. */
static void hear_welcome(void)
{
    static char frame[PACKET_ROOM];
    static const enum proto steps[] = {PROTO_CONNECT, PROTO_READY};
    static const char *const words[] = {"HELLO", "READY"};
    for (int i = 0; i < 2; i++) {
        size_t n = packet_encode(frame, steps[i], PACKET_SERVER, words[i]);
        talk_hear(&app, (struct span){frame, n});
    }
}

static void type(struct span bytes)
{
    struct action in;
    while (app.stage != APP_DONE && key_parser_next(&keys, &bytes, &in)) keyboard_input(&app, &in);
}

static void type_bytes(void)
{
    type(next_bytes());
}

static void paste(void)
{
    type((struct span){"\x1b[200~", 6});
    type(next_bytes());
    type((struct span){"\x1b[201~", 6});
}

static void wait_for_keys(void)
{
    struct action in;
    if (key_parser_expire(&keys, &in)) keyboard_input(&app, &in);
}

static void wait_a_while(void)
{
    now += (int64_t)(next() * next());
    app_tick(&app, 1000000000 + now, now);
}

static void resize(void)
{
    int rows = 1 + (int)(next() % ROWS_MAX), columns = 1 + (int)(next() % COLUMNS_MAX);
    canvas_resize(rows, columns);
    app_resize(&app, rows, columns);
}

static void connection_changes(void)
{
    if (app.stage == APP_AWAY)
        app_hurry(&app);
    else if (app.stage == APP_CONNECTING && next() % 4)
        app_up(&app);
    else
        app_down(&app, app.stage == APP_CONNECTING || next() % 2 ? "a reason" : NULL);
}

static void jam(void)
{
    jammed = !jammed;
}

/* -- what must hold -- */

static void check_rows(void)
{
    static struct row rows[ROWS_MAX];
    int count = scrollback_rows(app.lines, rows, ROWS_MAX);
    for (int i = 0; i < count; i++) {
        const struct line *line = rows[i].line;
        if (!line) continue;
        struct line_columns side = layout_line(&app.layout, line, rows[i].first);
        const char *text = line->text + rows[i].from;
        size_t n = rows[i].to - rows[i].from;
        assert(rows[i].from <= rows[i].to && rows[i].to <= strlen(line->text));
        assert(!shown_text_flaw(text, n, 0) && text_valid(text, n));
        assert(side.text + (int)text_width(text, n) <= app.layout.columns);
    }
}

static void look(void)
{
    if (!app.layout.too_small) check_rows();
    render_frame(&app);
    assert(canvas_flaw() == NULL);
}

static void (*const acts[])(void) = {
    hear_bytes,         hear_packet, hear_packet,   hear_packet,  type_bytes,
    type_bytes,         paste,       wait_for_keys, wait_a_while, resize,
    connection_changes, jam,         look,          hear_welcome,
};

static void open_client(void)
{
    const struct app_setup setup = {.where = "somewhere",
                                    .nick = next() % 2 ? "ada" : NULL,
                                    .proposal = "ada",
                                    .send = keep,
                                    .wire = wire};
    keys = (struct key_parser){0};
    now = 1000;
    jammed = false;
    sent = 0;
    assert(app_init(&app, &setup));
    app_tick(&app, 1000000000, now);
    canvas_resize(24, 80);
    app_resize(&app, 24, 80);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool opened;
    if (!opened) opened = canvas_open();
    assert(opened);
    left = (struct span){(const char *)data, size};
    open_client();
    while (left.n > 0 && app.stage != APP_DONE) {
        acts[next() % (sizeof acts / sizeof *acts)]();
        check_sent();
    }
    look();
    assert(!shown_text_flaw(app.nick, strlen(app.nick), 0));
    app_free(&app);
    return 0;
}
