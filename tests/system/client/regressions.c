/* What goes wrong elsewhere, seen in irssi, WeeChat and catgirl: a trial each. */
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define BAR          "│"
#define PAGE_UP      "\033[5~"
#define CTRL_END     "\033[1;5F"
#define BURST        "\x7F\x7F\x7F"
#define PASTE(text)  "\033[200~" text "\033[201~"

static bool has_written(const struct client *c, const char *bytes)
{
    size_t n;
    const char *output = terminal_output(c->term, &n);
    return memmem(output, n, bytes, strlen(bytes)) != NULL;
}

/* Line by line, as one message, after a look at it, or alone. */
Test(client_regressions, a_six_line_paste_with_quit_in_it_runs_nothing)
{
    static const char *const lines[] = {"one", "two", "/quit oops", "four", "five", "six"};
    static const char text[] = "one\ntwo\n/quit oops\nfour\nfive\nsix";
    struct client c = client_start(24, 80);
    cr_assert(has_written(&c, "\033[?2004h"), "pastes are not bracketed");
    for (const char *answer = "loec"; *answer; answer++) {
        terminal_type(c.term, PASTE("one\rtwo\r/quit oops\rfour\rfive\rsix\r"));
        terminal_wait_for(c.term, "Paste: 6 lines, 32 bytes");
        terminal_type(c.term, (char[]){*answer, '\0'});
        for (size_t i = 0; *answer == 'l' && i < COUNT(lines); i++)
            peer_expect(c.server, "broadcast", "ada", lines[i]);
        terminal_wait_gone(c.term, "Paste:");
        if (*answer == 'e') client_wait_input(&c, "six", 3);
        if (*answer == 'e') terminal_type(c.term, "\r");
        if (*answer == 'o' || *answer == 'e') peer_expect(c.server, "broadcast", "ada", text);
    }
    terminal_type(c.term, PASTE("/quit oops") "\r");
    peer_expect(c.server, "broadcast", "ada", "/quit oops");
    terminal_type(c.term, PASTE("/quit oops\r"));
    client_wait_input(&c, "//quit oops", 11);
    terminal_type(c.term, "\r");
    peer_expect(c.server, "broadcast", "ada", "/quit oops");
    client_quit(&c);
    cr_assert(has_written(&c, "\033[?2004l"), "pastes are still bracketed");
}

/* ECMA-48's colours, and those of IRC. */
Test(client_regressions, no_bidi_override_and_no_remote_colour_is_obeyed)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", "pay \u202Ecod.exe\u202C now");
    client_receive(&c, "mallory\u202E", "\033[31mred\033[0m, \00304,08red\003 and \002bold");
    client_receive(&c, "SERVER", "\u202E\033[41mnotice");
    client_sync(&c);
    cr_assert_geq(terminal_find(c.term, "cod.exe"), 0);
    cr_assert_geq(terminal_find(c.term, "␛[31mred␛[0m, ␃04,08red␃ and ␂bold"), 0);
    cr_assert_not(has_written(&c, "\u202E"));
    cr_assert_not(has_written(&c, "\u202C"));
    cr_assert_not(has_written(&c, "\033[31m"));
    cr_assert_not(has_written(&c, "\033[41m"));
    cr_assert_not(has_written(&c, "\003"));
    client_quit(&c);
}

/* Each is typed at once, and code point by code point. */
Test(client_regressions, backspace_over_a_zwj_emoji_leaves_nothing)
{
    static const char *const emoji[] = {
        "👩‍👧",
        "👨‍👩‍👧‍👦",
        "👩‍❤️‍💋‍👩",
        "👩🏽‍💻",
        "🏳️‍🌈",
        "🏴‍☠️",
        "❤️",
        "1️⃣",
        "🇨🇭",
    };
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(emoji); i++) {
        terminal_type(c.term, emoji[i]);
        terminal_type(c.term, "\x7F\rx");
        client_wait_input(&c, "x", 1);
        terminal_type(c.term, "\x7F");
        client_wait_input(&c, "", 0);
        for (const char *p = emoji[i]; *p; p++) terminal_type(c.term, (char[]){*p, '\0'});
        terminal_type(c.term, "\x7F\r");
        client_send(&c, "nothing else");
    }
    client_quit(&c);
}

Test(client_regressions, three_backspaces_in_one_burst_are_three_backspaces)
{
    struct client c = client_start(24, 80);
    terminal_type(c.term, "hello" BURST);
    client_wait_input(&c, "he", 2);
    terminal_type(c.term, "y you" BURST "all\b\b\b\r");
    peer_expect(c.server, "broadcast", "ada", "hey ");
    terminal_type(c.term, "a longer text that comes at once" BURST "\x7F and goes on\r");
    peer_expect(c.server, "broadcast", "ada", "a longer text that comes at  and goes on");
    client_quit(&c);
}

/* The room's server is the real one, and dies; what was said, what is being written, and what is
 * written meanwhile are all there. */
Test(client_regressions, a_killed_server_takes_no_draft_no_lines_and_not_the_next_line)
{
    struct klatchd *d = klatchd_start();
    char port[8];
    snprintf(port, sizeof port, "%s", d->port);
    struct terminal *t = klatch_start(24, 80, "-n", "ada", d->address, port);
    terminal_wait_for(t, "here");
    struct peer *bob = peer_join(d, "bob");
    terminal_wait_for(t, "bob joined");
    peer_broadcast(bob, "said before");
    terminal_wait_for(t, "bob " BAR " said before");
    terminal_type(t, "a draft");
    terminal_wait_for(t, "> a draft");
    klatchd_signal(d, SIGKILL);
    cr_assert_eq(klatchd_wait_exit(d), -SIGKILL);
    peer_close(bob);
    terminal_wait_for(t, "onnection");
    cr_assert(terminal_full_screen(t));
    cr_assert_geq(terminal_find(t, "bob " BAR " said before"), 0);
    cr_assert_geq(terminal_find(t, "> a draft"), 0);
    terminal_type(t, "\rthe next line\rand another draft");
    terminal_wait_for(t, "ada … a draft");
    terminal_wait_for(t, "ada … the next line");

    struct klatchd *again = klatchd_start_at("127.0.0.1", port);
    struct peer *eve = peer_join(again, "eve");
    peer_expect_broadcast(eve, "SERVER", "ada joined the chat");
    peer_expect_broadcast(eve, "ada", "a draft");
    peer_expect_broadcast(eve, "ada", "the next line");
    terminal_wait_for(t, "ada " BAR " the next line");
    terminal_wait_for(t, "messages may be missing");
    cr_assert_geq(terminal_find(t, "bob " BAR " said before"), 0);
    cr_assert_geq(terminal_find(t, "> and another draft"), 0);
    terminal_type(t, "\r");
    peer_expect_broadcast(eve, "ada", "and another draft");
    terminal_type(t, "\x03");
    cr_assert_eq(terminal_wait_exit(t), 0);
    peers_close_and_stop(again);
}

/* How many rows hold at least so many words of three letters. */
static int count_rows(struct terminal *t, int words)
{
    int rows = 0;
    for (int row = 0; row < terminal_rows(t); row++) {
        int n = 0;
        for (const char *p = terminal_row(t, row); (p = strstr(p, "abc")) != NULL; p++) n++;
        rows += n >= words;
    }
    return rows;
}

/* 40 words are 160 cells: the text gets nearly the whole width, whatever the nickname's. */
Test(client_regressions, on_40x10_and_on_20x6_the_text_has_the_room)
{
    static char text[161];
    for (int i = 0; i < 40; i++) strcpy(text + 4 * i, "abc ");
    struct client c = client_start(10, 40);
    client_receive(&c, "a nickname of 32 characters, no!", text);
    client_sync(&c);
    cr_expect_geq(count_rows(c.term, 9), 3, "36 columns of 40");
    cr_expect_geq(count_rows(c.term, 4), 5, "half of them beside the nickname");
    terminal_resize(c.term, 6, 20);
    client_receive(&c, "bob", text);
    client_sync(&c);
    cr_expect_geq(count_rows(c.term, 4), 2, "16 columns of 20");
    client_quit(&c);
}

/* Not a cell of what was there changes its place. */
Test(client_regressions, a_new_longer_nickname_moves_nothing_sideways)
{
    static const int columns[] = {20, 40, 60, 80, 120};
    char before[256];
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(columns); i++) {
        terminal_resize(c.term, 24, columns[i]);
        client_receive(&c, "bob", "short");
        client_sync(&c);
        int row = terminal_wait_for(c.term, "short");
        snprintf(before, sizeof before, "%s", terminal_row(c.term, row));
        client_receive(&c, "a much longer nickname than that", "long");
        client_receive(&c, "漢字かな交じり文と한국어", "wide");
        client_sync(&c);
        cr_assert_str_eq(terminal_row(c.term, terminal_find(c.term, "short")), before);
        terminal_type(c.term, "/clear\r");
        terminal_wait_gone(c.term, "short");
    }
    client_quit(&c);
}

static void expect_page(struct client *c, char before[24][256], int rows, const char *when)
{
    for (int row = 1; row < rows; row++) {
        if (before[row][0] == '\0') snprintf(before[row], 256, "%s", terminal_row(c->term, row));
        cr_assert_str_eq(terminal_row(c->term, row), before[row], "row %d %s", row, when);
    }
}

/* More lines than are kept come while somebody reads: not a row of the page moves, what is new is
 * counted, and what was not kept is told. */
Test(client_regressions, a_flood_does_not_push_the_page_being_read_out)
{
    enum { PAGE = 18, FLOOD = 20000 };
    static char page[24][256];
    char counted[32];
    struct client c = client_start(24, 80);
    client_receive_many(&c, "old", 0, 100);
    terminal_wait_for(c.term, "old 99.");
    terminal_type(c.term, PAGE_UP);
    terminal_wait_for(c.term, "more below");
    expect_page(&c, page, PAGE, "before");
    for (int n = 0; n < FLOOD; n += 1000) {
        client_receive_many(&c, "new", n, n + 1000);
        snprintf(counted, sizeof counted, "%d new", n + 1000);
        terminal_wait_for(c.term, counted);
        expect_page(&c, page, PAGE, counted);
    }
    terminal_wait_for(c.term, "new 19999.");
    terminal_type(c.term, "\033[1;2B");
    int mark = terminal_wait_for(c.term, "lines not kept");
    cr_assert(strstr(terminal_row(c.term, mark - 1), "old "), "%s", terminal_row(c.term, mark - 1));
    terminal_type(c.term, "\033[1;2A");
    terminal_wait_gone(c.term, "lines not kept");
    expect_page(&c, page, PAGE, "a row down and up again");
    terminal_type(c.term, "\033u");
    terminal_wait_gone(c.term, "old");
    cr_assert_lt(terminal_wait_for(c.term, "new 10"), 3, "the first unread that is kept");
    terminal_type(c.term, "\023new 12345.");
    terminal_wait_for(c.term, "bob " BAR " new 12345.");
    terminal_type(c.term, "\033" CTRL_END);
    terminal_wait_gone(c.term, "more below");
    client_quit(&c);
}

/* Whatever is open, half typed or half arrived, the next thing that the server hears is BYE. */
Test(client_regressions, ctrl_c_is_never_a_literal_and_never_a_prefix)
{
    static const struct {
        const char *keys, *shows;
    } states[] = {
        {"", "here"},
        {"a draft", "a draft"},
        {"two\033\rlines", "lines"},
        {"/quit", "/quit"},
        {"\022abc", "abc"},
        {"\033OP", "Alt+Enter"},
        {PASTE("one\rtwo"), "as 2 lines"},
        {"\033[200~no end", "> no end"},
        {"\033[5~", "here"},
        {"b\t", "bob:"},
        {"\033", "here"},
        {"\033[1;", "here"},
        {"\033]11;rgb:ff", "here"},
        {"\xF0\x9F\x91", "here"},
    };
    for (size_t i = 0; i < COUNT(states); i++) {
        struct client c = client_start(24, 80);
        client_receive_many(&c, "line", 0, 40);
        client_sync(&c);
        terminal_type(c.term, states[i].keys);
        terminal_wait_for(c.term, states[i].shows);
        client_quit(&c);
    }
}

/* Neither typing nor leaving waits for the end of a paste that never comes. */
Test(client_regressions, a_lost_paste_end_does_not_freeze_the_keyboard)
{
    struct client c = client_start(24, 80);
    terminal_type(c.term, "\033[200~no end");
    client_wait_input(&c, "no end", 6);
    terminal_type(c.term, BURST "we go on\r");
    peer_expect(c.server, "broadcast", "ada", "no we go on");
    terminal_type(c.term, "\033[200~lost\rtwice");
    terminal_wait_for(c.term, "Paste: 2 lines");
    terminal_type(c.term, "c");
    terminal_wait_gone(c.term, "Paste:");
    client_send(&c, "still here");
    terminal_type(c.term, "\033[200~and again");
    client_wait_input(&c, "and again", 9);
    client_quit(&c);
}
