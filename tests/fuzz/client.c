/* Feeds the full-screen client with hostile bytes from its server and its keyboard: the input
 * decides what is received, typed and pasted, how large the screen is and how time passes.
 *
 * What must hold: the client runs on; no cell of the screen, a real one of curses, holds an unsafe
 * character; no row is wider than its place; every packet sent is one that a server accepts. */
#include "common/nick.h"
#include "common/text.h"
#include "tests/fuzz/client_session.h"
#include "tests/unit/support/curses_screen.h"
#include "tests/unit/support/unsafe_chars.h"
#include "tui/ui/drawing/render.h"
#include "tui/ui/key_bindings.h"

#include <stdint.h>

enum { ROWS_MAX = 60, COLUMNS_MAX = 200 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct screen screen;
static struct key_parser keys;

/* -- steps -- */

static void type(struct span bytes)
{
    struct action in;
    while (key_parser_next(&keys, &bytes, &in))
        if (session.state != SESSION_FINISHED) key_bindings_input(&screen, &in);
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

static void expire_keys(void)
{
    struct action in;
    if (key_parser_expire(&keys, &in)) key_bindings_input(&screen, &in);
}

static void resize(void)
{
    int rows = 1 + (int)(next() % ROWS_MAX), columns = 1 + (int)(next() % COLUMNS_MAX);
    curses_screen_resize(rows, columns);
    screen_resize(&screen, rows, columns);
}

/* -- what must hold -- */

static void check_rows(void)
{
    static struct row rows[ROWS_MAX];
    int count = scrollback_rows(screen.scrollback, rows, ROWS_MAX);
    for (int i = 0; i < count; i++) {
        const struct line *line = rows[i].line;
        if (!line) continue;
        struct line_columns side = layout_line(&screen.layout, line, rows[i].first);
        const char *text = line->text + rows[i].from;
        size_t n = rows[i].to - rows[i].from;
        assert(rows[i].from <= rows[i].to && rows[i].to <= strlen(line->text));
        assert(!unsafe_text(text, n, 0) && text_valid(text, n));
        assert(side.text + (int)text_width(text, n) <= screen.layout.columns);
    }
}

static void look(void)
{
    if (!screen.layout.too_small) check_rows();
    render_frame(&screen);
    assert(curses_screen_flaw() == NULL);
}

static void (*const steps[])(void) = {
    receive_bytes,  receive_packet,    receive_packet,
    receive_packet, type_bytes,        type_bytes,
    paste,          expire_keys,       let_time_pass,
    resize,         change_connection, block_or_unblock,
    look,           receive_welcome,
};

static void open_client(void)
{
    keys = (struct key_parser){0};
    open_session((struct session_config){.asks_who = true, .sink = {screen_on_event, &screen}});
    assert(screen_init(&screen, &session));
    curses_screen_resize(24, 80);
    screen_resize(&screen, 24, 80);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool opened;
    if (!opened) opened = curses_screen_open();
    assert(opened);
    left = (struct span){(const char *)data, size};
    open_client();
    while (left.n > 0 && session.state != SESSION_FINISHED) {
        steps[next() % (sizeof steps / sizeof *steps)]();
        check_sent();
    }
    look();
    assert(!unsafe_text(session.nick.own, strlen(session.nick.own), 0));
    screen_free(&screen);
    session_close(&session);
    return 0;
}
