/* The real view on a real screen of curses: whatever code point comes in a message or a nickname,
 * no cell holds what may not be shown. */
#include "tui/ui/drawing/render.h"

#include "tests/unit/support/client_harness.h"
#include "tests/unit/support/curses_screen.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum {
    CODE_POINTS = 0x110000,
    ROWS = 400,
    NARROW = 80,
    WIDE = 500,
    IN_A_NICK = 3,
    IN_A_TEXT = 800
};

static void resize(int columns)
{
    curses_screen_resize(ROWS, columns);
    screen_resize(&harness.screen, ROWS, columns);
}

static void open_screen(void)
{
    cr_assert(curses_screen_open());
    harness_join();
    resize(NARROW);
}

TestSuite(render, .init = open_screen, .fini = harness_close);

/* Writes so many code points from *cp on, but NUL and surrogates, which no packet holds. */
static void write_next(char *to, int32_t *cp, int many)
{
    for (; many > 0 && *cp < CODE_POINTS; ++*cp, many--) {
        if (*cp == 0 || (*cp >= 0xD800 && *cp <= 0xDFFF)) continue;
        to += utf8proc_encode_char(*cp, (utf8proc_uint8_t *)to);
    }
    *to = '\0';
}

static void look(int32_t upto)
{
    render_frame(&harness.screen);
    cr_assert_null(curses_screen_flaw(), "%s is shown, at the latest U+%04X", curses_screen_flaw(),
                   (unsigned)upto);
    scrollback_clear(harness.screen.scrollback);
}

Test(render, no_code_point_of_a_message_reaches_the_screen_but_a_safe_one)
{
    static char text[4 * IN_A_TEXT + 1];
    resize(WIDE);
    for (int32_t cp = 0; cp < CODE_POINTS;) {
        for (int i = 0; i < 3; i++) {
            write_next(text, &cp, IN_A_TEXT);
            harness_receive(i ? PROTO_BROADCAST : PROTO_WHO, i == 1 ? "SERVER" : "bob", text);
        }
        struct row rows[ROWS];
        scrollback_toggle_folds(harness.screen.scrollback);
        int count = scrollback_rows(harness.screen.scrollback, rows, ROWS);
        cr_assert(count > 0 && rows[0].line == NULL, "all of it is on the screen");
        look(cp);
    }
}

/* A nickname that there is no room for is clipped: then it would not be looked at whole. */
static void expect_whole_nicks(void)
{
    struct row rows[ROWS];
    int count = scrollback_rows(harness.screen.scrollback, rows, ROWS);
    for (int i = 0; i < count; i++)
        cr_assert(rows[i].line &&
                  !layout_line(&harness.screen.layout, rows[i].line, rows[i].author).clipped);
}

Test(render, no_code_point_of_a_nickname_reaches_the_screen_but_a_safe_one)
{
    char nick[4 * IN_A_NICK + 1];
    for (int32_t cp = 0; cp < CODE_POINTS;) {
        for (int i = 0; i < harness.screen.layout.pane.rows; i++) {
            write_next(nick, &cp, IN_A_NICK);
            harness_receive(PROTO_BROADCAST, nick, "x");
        }
        expect_whole_nicks();
        look(cp);
    }
}

Test(render, what_is_safe_is_shown_as_it_is)
{
    harness_receive(PROTO_BROADCAST, "bob", "ꕥ grüße, 漢字 und \u202Emehr");
    render_frame(&harness.screen);
    cr_expect(curses_screen_shows(L"bob"));
    cr_expect(curses_screen_shows(L"grüße, 漢字 und <U+202E>mehr"));
    cr_expect_null(curses_screen_flaw());
}
