/* Wrapping of text in any script: every row ends in its column, and a screen drawn in steps equals
 * one drawn at once. */
#include "tests/count.h"
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KISS "👩‍❤️‍💋‍👩"

enum { ROWS = 24, ROW_BYTES = 1024 };

static const char *const words[] = {
    "👨‍👩‍👧‍👦 a family",
    "👩🏽‍💻 👍🏿 skin tones",
    "🇨🇭🇯🇵🇧🇷 flags, and half a one: 🇩",
    "❤️ ❤ ☎️ ⚠︎ 1️⃣ #️⃣ selectors and keycaps",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿 tags",
    "漢字かな交じり文、한국어와 조합 힣",
    "नमस्ते दुनिया, สวัสดี, বাংলা, தமிழ்",
    "سلام דנייה שלום",
    "e\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308 a tower, \u0301 a mark on nothing",
    "\u1112\u1161\u11ab jamo, \u115f\u1160 fillers",
    "ｆｕｌｌ ｗｉｄｔｈ, ﾊﾝｶｸ half",
    "🫨🪿🫠 of late, ㉈ ䷀ ambiguous",
    KISS KISS KISS KISS KISS KISS KISS KISS KISS KISS,
};

static void copy_screen(struct terminal *t, char screen[ROWS][ROW_BYTES])
{
    for (int row = 0; row < ROWS; row++)
        snprintf(screen[row], ROW_BYTES, "%s", terminal_row(t, row));
}

/* Types keys and waits for the input line. */
static void type_and_wait(struct client *c, const char *keys, const char *line)
{
    client_type(c, keys, line, (int)strlen(line));
}

/* Expects the same screen after Ctrl+L, which redraws every cell. */
static void expect_same_when_redrawn(struct client *c)
{
    static char before[ROWS][ROW_BYTES], after[ROWS][ROW_BYTES];
    type_and_wait(c, "#", "#");
    type_and_wait(c, "\x7f", "");
    copy_screen(c->term, before);
    type_and_wait(c, "\x0c#", "#");
    type_and_wait(c, "\x7f", "");
    copy_screen(c->term, after);
    for (int row = 0; row < ROWS; row++)
        cr_assert_str_eq(before[row], after[row], "row %d [%s] [%s]", row, before[row], after[row]);
}

static bool is_framed(struct terminal *t, const void *unused)
{
    int last = terminal_columns(t) - 1;
    (void)unused;
    return strcmp(terminal_text(t, 0, last), "─") == 0 &&
           strcmp(terminal_text(t, ROWS - 2, last), "─") == 0;
}

static void receive_all(struct client *c)
{
    for (size_t i = 0; i < COUNT(words); i++)
        client_receive(c, i % 2 ? "美咲" : "👍🏽", words[i]);
    client_sync(c);
}

/* At each width some cluster meets the right edge. */
Test(client_wrapping, resizing_leaves_no_stale_cells)
{
    struct client c = client_start(ROWS, 80);
    for (int columns = 20; columns <= 100; columns += columns < 40 ? 1 : 7) {
        terminal_resize(c.term, ROWS, columns);
        receive_all(&c);
        terminal_wait(c.term, is_framed, NULL, "a whole frame");
        expect_same_when_redrawn(&c);
    }
    client_quit(&c);
}

Test(client_wrapping, scrolling_leaves_no_stale_cells)
{
    struct client c = client_start(ROWS, 60);
    for (int i = 0; i < 4; i++) receive_all(&c);
    for (int i = 0; i < 30; i++) {
        terminal_type(c.term, i % 3 == 2 ? "\033[1;2B" : "\033[1;2A\033[1;2A");
        expect_same_when_redrawn(&c);
    }
    client_quit(&c);
}

Test(client_wrapping, the_input_line_leaves_no_stale_cells)
{
    struct client c = client_start(ROWS, 30);
    for (size_t i = 0; i < COUNT(words); i++) {
        terminal_type(c.term, words[i]);
        terminal_type(c.term, "\x01\x06\x06\x04\x05\x17\x15");
        expect_same_when_redrawn(&c);
    }
    client_quit(&c);
}

/* A cell of curses cannot hold them. */
Test(client_wrapping, long_clusters_are_shown_in_parts)
{
    struct client c = client_start(ROWS, 80);
    client_receive(&c, "bob", "👨‍👩‍👧‍👦 came");
    int row = terminal_wait_for(c.term, "came");
    cr_assert(strstr(terminal_row(c.term, row), "👨👩👧👦 came"), "%s", terminal_row(c.term, row));
    client_receive(&c, "bob", "🏴󠁧󠁢 tagged");
    row = terminal_wait_for(c.term, "tagged");
    cr_assert(strstr(terminal_row(c.term, row), "🏴<U+E0067><U+E0062> tagged"), "%s",
              terminal_row(c.term, row));
    client_quit(&c);
}

Test(client_wrapping, an_address_is_not_broken_where_it_fits_a_row)
{
    static const char address[] = "https://example.org/some/where?in=the&net=of%20things#here";
    struct client c = client_start(ROWS, 80);
    char text[128];
    snprintf(text, sizeof text, "what we talked about is at %s", address);
    client_receive(&c, "bob", text);
    terminal_wait_for(c.term, address);
    client_quit(&c);
}

#define HEART "\u2764\uFE0F"

/* The emoji is two cells wide there, so that what follows it stands where klatch puts it. */
Test(client_wrapping, a_known_terminal_gets_the_style_of_emoji)
{
    struct client c = client_start_with(ROWS, 80, "TERM_PROGRAM=WezTerm", "--no-bell");
    client_receive(&c, "bob", "heart " HEART "|");
    terminal_wait_written(c.term, HEART);
    int row = terminal_wait_for(c.term, "heart ");
    const char *at = strstr(terminal_row(c.term, row), "heart ");
    cr_expect_str_eq(at, "heart " HEART " |", "%s", at);
    expect_same_when_redrawn(&c);
    client_quit(&c);
}

/* 31 letters that join the heart make a cluster of the greatest length, so that a row may end
 * between the heart and its style. */
Test(client_wrapping, the_style_of_an_emoji_may_begin_a_row)
{
    struct client c = client_start_with(ROWS, 80, "TERM_PROGRAM=WezTerm", "--no-bell");
    for (int cells = 20; cells < 40; cells++) {
        char text[512], *to = text + sprintf(text, "%0*d", cells, 0);
        for (int i = 0; i < 31; i++) to = stpcpy(to, "\u0D4E");
        strcpy(to, HEART);
        client_receive(&c, "bob", text);
        client_type(&c, "#", "#", 1);
        client_type(&c, "\b", "", 0);
    }
    client_quit(&c);
}

Test(client_wrapping, other_terminals_do_not)
{
    struct client c = client_start(ROWS, 80);
    client_receive(&c, "bob", "heart " HEART "|");
    terminal_wait_for(c.term, "heart \u2764|");
    client_quit(&c);
    c = client_start_argv(ROWS, 80,
                          (const char *[]){"env", "TERM_PROGRAM=WezTerm", "TMUX=x", BUILD "/klatch",
                                           "-n", "ada", "127.0.0.1", NULL, NULL});
    client_receive(&c, "bob", "heart " HEART "|");
    terminal_wait_for(c.term, "heart \u2764|");
    client_quit(&c);
}
