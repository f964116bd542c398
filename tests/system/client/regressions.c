/* Errors seen in irssi, WeeChat or catgirl, with a test for each. */
#include "tests/count.h"
#include "tests/keys.h"
#include "tests/system/support/client_fixture.h"
#include "tui/ui/drawing/status_bar.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define BURST "\x7F\x7F\x7F"

/* l: as lines, o: as one message, e: edit, c: cancel. */
Test(client_regressions, a_pasted_quit_command_is_not_run)
{
    static const char *const lines[] = {"one", "two", "/quit oops", "four", "five", "six"};
    static const char text[] = "one\ntwo\n/quit oops\nfour\nfive\nsix";
    struct client c = client_start(24, 80);
    cr_assert(terminal_has_written(c.term, "\033[?2004h"), "pastes are not bracketed");
    for (const char *answer = "loec"; *answer; answer++) {
        terminal_type(c.term, PASTE("one\rtwo\r/quit oops\rfour\rfive\rsix\r"));
        terminal_wait_for(c.term, "Paste: 6 lines, 32 bytes");
        terminal_type(c.term, (char[]){*answer, '\0'});
        for (size_t i = 0; *answer == 'l' && i < COUNT(lines); i++)
            peer_expect(c.server, "broadcast", "ada", lines[i]);
        klatch_wait_paste_dialog_closed(c.term);
        if (*answer == 'e') client_wait_input(&c, "six", 3);
        if (*answer == 'e') terminal_type(c.term, "\r");
        if (*answer == 'o' || *answer == 'e') peer_expect(c.server, "broadcast", "ada", text);
    }
    terminal_type(c.term, PASTE("/quit oops") "\r");
    peer_expect(c.server, "broadcast", "ada", "/quit oops");
    client_type(&c, PASTE("/quit oops\r"), "//quit oops", 11);
    terminal_type(c.term, "\r");
    peer_expect(c.server, "broadcast", "ada", "/quit oops");
    client_quit(&c);
    cr_assert(terminal_has_written(c.term, "\033[?2004l"), "pastes are still bracketed");
}

/* The colours of ECMA-48 and of IRC. */
Test(client_regressions, bidi_overrides_and_colours_of_others_have_no_effect)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", "pay \u202Ecod.exe\u202C now");
    client_receive(&c, "mallory\u202E", "\033[31mred\033[0m, \00304,08red\003 and \002bold");
    client_receive(&c, "SERVER", "\u202E\033[41mnotice");
    client_sync(&c);
    cr_assert_geq(terminal_find(c.term, "cod.exe"), 0);
    cr_assert_geq(terminal_find(c.term, "␛[31mred␛[0m, ␃04,08red␃ and ␂bold"), 0);
    cr_assert_not(terminal_has_written(c.term, "\u202E"));
    cr_assert_not(terminal_has_written(c.term, "\u202C"));
    cr_assert_not(terminal_has_written(c.term, "\033[31m"));
    cr_assert_not(terminal_has_written(c.term, "\033[41m"));
    cr_assert_not(terminal_has_written(c.term, "\003"));
    client_quit(&c);
}

/* Each is typed in one write, and byte by byte. */
Test(client_regressions, backspace_deletes_a_whole_zwj_emoji)
{
    struct client c = client_start(24, 80);
    for (const char *const *e = STRINGS(
             "👩‍👧", "👨‍👩‍👧‍👦", "👩‍❤️‍💋‍👩",
             "👩🏽‍💻", "🏳️‍🌈", "🏴‍☠️", "❤️", "1️⃣", "🇨🇭");
         *e; e++) {
        terminal_type(c.term, *e);
        client_type(&c, "\x7F\rx", "x", 1);
        client_type(&c, "\x7F", "", 0);
        for (const char *p = *e; *p; p++) terminal_type(c.term, (char[]){*p, '\0'});
        terminal_type(c.term, "\x7F\r");
        client_send(&c, "nothing else");
    }
    client_quit(&c);
}

Test(client_regressions, three_backspaces_in_one_write_delete_three_characters)
{
    struct client c = client_start(24, 80);
    client_type(&c, "hello" BURST, "he", 2);
    terminal_type(c.term, "y you" BURST "all\b\b\b\r");
    peer_expect(c.server, "broadcast", "ada", "hey ");
    terminal_type(c.term, "a longer text that comes at once" BURST "\x7F and goes on\r");
    peer_expect(c.server, "broadcast", "ada", "a longer text that comes at  and goes on");
    client_quit(&c);
}

/* With the real server: the messages, the draft and the lines typed while disconnected are all
 * kept.
 */
Test(client_regressions, a_killed_server_loses_no_draft_and_no_line)
{
    struct klatchd *d = klatchd_start();
    char port[8];
    snprintf(port, sizeof port, "%s", d->port);
    struct terminal *t = klatch_start(24, 80, "-n", "ada", d->address, port);
    klatch_wait_joined(t);
    struct peer *bob = peer_join(d, "bob");
    terminal_wait_for(t, "«bob» joined");
    peer_broadcast(bob, "said before");
    klatch_wait_message(t, "bob", "said before");
    terminal_type(t, "a draft");
    terminal_wait_for(t, "> a draft");
    klatchd_signal(d, SIGKILL);
    cr_assert_eq(klatchd_wait_exit(d), -SIGKILL);
    peer_close(bob);
    klatch_wait_disconnected(t);
    cr_assert(terminal_full_screen(t));
    cr_assert_geq(terminal_find(t, "bob " BAR " said before"), 0);
    cr_assert_geq(terminal_find(t, "> a draft"), 0);
    terminal_type(t, "\rthe next line\rand another draft");
    klatch_wait_pending(t, "ada", "a draft");
    klatch_wait_pending(t, "ada", "the next line");

    struct klatchd *again = klatchd_start_at("127.0.0.1", port);
    struct peer *eve = peer_join(again, "eve");
    peer_expect_joined(eve, "ada");
    peer_expect_broadcast(eve, "ada", "a draft");
    peer_expect_broadcast(eve, "ada", "the next line");
    klatch_wait_message(t, "ada", "the next line");
    terminal_wait_for(t, "messages may be missing");
    cr_assert_geq(terminal_find(t, "bob " BAR " said before"), 0);
    cr_assert_geq(terminal_find(t, "> and another draft"), 0);
    terminal_type(t, "\r");
    peer_expect_broadcast(eve, "ada", "and another draft");
    terminal_type(t, KEY_CTRL_C);
    cr_assert_eq(terminal_wait_exit(t), 0);
    peers_close_and_stop(again);
}

/* Counts the rows with at least so many "abc". */
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

/* The text of 160 cells gets most of the width, however long the nickname is. */
Test(client_regressions, small_screens_leave_most_columns_to_the_text)
{
    static char text[161];
    for (int i = 0; i < 40; i++) strcpy(text + 4 * i, "abc ");
    struct client c = client_start(10, 40);
    client_receive(&c, "a nickname of 32 characters, no!", text);
    client_sync(&c);
    cr_expect_geq(count_rows(c.term, 9), 3, "36 columns of 40");
    cr_expect_geq(count_rows(c.term, 4), 5, "half of them on the row of the nickname");
    terminal_resize(c.term, 6, 20);
    client_receive(&c, "bob", text);
    client_sync(&c);
    cr_expect_geq(count_rows(c.term, 4), 2, "16 columns of 20");
    client_quit(&c);
}

Test(client_regressions, a_longer_nickname_moves_no_text)
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
        terminal_enter(c.term, "/clear");
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

/* More lines arrive than the scrollback holds, while it is scrolled up: no row of the page moves,
 * new lines are counted, and the lines that were dropped are announced. */
Test(client_regressions, a_flood_does_not_move_the_page_being_read)
{
    enum { PAGE = 18, FLOOD = 20000 };
    static char page[24][256];
    struct client c = client_start(24, 80);
    client_receive_many(&c, "old", 0, 100);
    terminal_wait_for(c.term, "old 99.");
    terminal_type(c.term, KEY_PAGE_UP);
    klatch_wait_scrolled_up(c.term);
    expect_page(&c, page, PAGE, "before");
    for (int n = 0; n < FLOOD; n += 1000) {
        client_receive_many(&c, "new", n, n + 1000);
        klatch_wait_new_below(c.term, n + 1000);
        expect_page(&c, page, PAGE, "during the flood");
    }
    terminal_wait_for(c.term, "new 19999.");
    terminal_type(c.term, KEY_LINE_DOWN);
    int mark = terminal_wait_for(c.term, "lines not kept");
    cr_assert(strstr(terminal_row(c.term, mark - 1), "old "), "%s", terminal_row(c.term, mark - 1));
    terminal_type(c.term, KEY_LINE_UP);
    terminal_wait_gone(c.term, "lines not kept");
    expect_page(&c, page, PAGE, "after a line down and up");
    terminal_type(c.term, "\033u");
    terminal_wait_gone(c.term, "old");
    cr_assert_lt(terminal_wait_for(c.term, "new 10"), 3,
                 "the first unread line that was not dropped");
    terminal_type(c.term, "\023new 12345.");
    klatch_wait_message(c.term, "bob", "new 12345.");
    terminal_type(c.term, "\033" KEY_CTRL_END);
    klatch_wait_at_bottom(c.term);
    client_quit(&c);
}

/* In dialogs, with a draft, and within a key sequence or a paste, the server next receives BYE.
 * With a draft, the first of two Ctrl+C clears it. */
Test(client_regressions, ctrl_c_quits_in_every_state)
{
    static const struct {
        const char *keys, *shows;
    } states[] = {{"", STATUS_JOINED},
                  {"a draft", "a draft"},
                  {"two\033\rlines", "lines"},
                  {"/quit", "/quit"},
                  {"\022abc", "abc"},
                  {"\033OP", "Alt+Enter"},
                  {PASTE("one\rtwo"), "as 2 lines"},
                  {PASTE_BEGIN "no end", "> no end"},
                  {"\033[5~", STATUS_JOINED},
                  {"b\t", "bob:"},
                  {"\033", STATUS_JOINED},
                  {"\033[1;", STATUS_JOINED},
                  {"\033]11;rgb:ff", STATUS_JOINED},
                  {"\xF0\x9F\x91", STATUS_JOINED}};
    for (size_t i = 0; i < COUNT(states); i++) {
        struct client c = client_start(24, 80);
        client_receive_many(&c, "line", 0, 40);
        client_sync(&c);
        terminal_type(c.term, states[i].keys);
        terminal_wait_for(c.term, states[i].shows);
        client_quit(&c);
    }
}

Test(client_regressions, a_paste_without_an_end_does_not_block_the_keyboard)
{
    struct client c = client_start(24, 80);
    client_type(&c, PASTE_BEGIN "no end", "no end", 6);
    terminal_type(c.term, BURST "we go on\r");
    peer_expect(c.server, "broadcast", "ada", "no we go on");
    terminal_type(c.term, PASTE_BEGIN "lost\rtwice");
    klatch_wait_paste_dialog(c.term, 2);
    terminal_type(c.term, "c");
    klatch_wait_paste_dialog_closed(c.term);
    client_send(&c, "still here");
    client_type(&c, PASTE_BEGIN "and again", "and again", 9);
    client_quit(&c);
}
