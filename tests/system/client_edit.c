/* The input line: every key, by the character as a reader counts them. */
#include "tests/system/visit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

#define LEFT       "\033[D"
#define RIGHT      "\033[C"
#define UP         "\033[A"
#define DOWN       "\033[B"
#define HOME       "\033[H"
#define END        "\033[F"
#define DELETE     "\033[3~"
#define CTRL_LEFT  "\033[1;5D"
#define CTRL_RIGHT "\033[1;5C"
#define BACKSPACE  "\x7F"
#define E_ACUTE    "e\xCC\x81"                                    /* two code points */
#define BEAR       "\xF0\x9F\x90\xBB"                             /* two cells */
#define FAMILY     "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7" /* two joined by a ZWJ */
#define FLAG       "\xF0\x9F\x87\xA8\xF0\x9F\x87\xAD"             /* two letters make one */
#define HAN        "\xE4\xB8\xAD\xE6\x96\x87"                     /* two cells each */
#define JAMO       "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB"         /* three make a syllable */

/* What the keys make of an empty line, and how many cells into it the cursor is then. */
Test(client_edit, keys)
{
    static const struct {
        const char *keys, *text;
        int cursor;
    } rows[] = {
        {"hello", "hello", 5},
        {"hello" LEFT LEFT "X", "helXlo", 4},
        {"hello\x02\x02X\x06Y", "helXlYo", 6},
        {"hello" HOME "X", "Xhello", 1},
        {"hello\x01X\x05Y", "XhelloY", 7},
        {"hello\033[1~X\033[4~Y", "XhelloY", 7},
        {"hello\033OHX\033OFY", "XhelloY", 7},
        {"hello" HOME "X" END "Y", "XhelloY", 7},
        {"hello" BACKSPACE, "hell", 4},
        {"hello\b\b", "hel", 3},
        {"hello" BACKSPACE BACKSPACE BACKSPACE, "he", 2},
        {"hello" HOME DELETE "\x04", "llo", 0},
        {"hello" DELETE, "hello", 5},
        {HOME BACKSPACE LEFT "ok", "ok", 2},
        {"one two three" CTRL_LEFT "X", "one two Xthree", 9},
        {"one two three\033b\033bX", "one Xtwo three", 5},
        {"one two three" HOME CTRL_RIGHT "X", "oneX two three", 4},
        {"one two three\x01\033f\033fX", "one twoX three", 8},
        {"one two three\x17", "one two", 8},
        {"one two three" LEFT LEFT "\x17", "one two ee", 8},
        {"one two three" CTRL_LEFT "\x0B", "one two", 8},
        {"one two three" CTRL_LEFT "\x15", "three", 0},
        {"one two three\033\x7F", "one two", 8},
        {"one two three\x01\033d", " two three", 0},
        {"one two\x17\x01\x19", "twoone", 3},
        {"one two\x15\x19\x19", "one twoone two", 14},
        {"ab\x14", "ba", 2},
        {"abc" LEFT "\x14", "acb", 3},
        {"one two\x17\x1F", "one two", 7},
        {"a" HAN "b" LEFT LEFT, "a" HAN "b", 3},
        {"a" HAN BACKSPACE, "a\xE4\xB8\xAD", 3},
        {"x" E_ACUTE "y" LEFT, "x" E_ACUTE "y", 2},
        {"x" E_ACUTE "y" LEFT LEFT, "x" E_ACUTE "y", 1},
        {"x" E_ACUTE BACKSPACE, "x", 1},
        {"a" BEAR "b" LEFT LEFT "X", "aX" BEAR "b", 2},
        {BEAR BEAR BACKSPACE, BEAR, 2},
    };
    struct visit v = visit_start(24, 80);
    for (size_t i = 0; i < COUNT(rows); i++) {
        terminal_type(v.t, rows[i].keys);
        visit_wait_line(&v, rows[i].text, rows[i].cursor);
        terminal_type(v.t, "\x05\x15");
        visit_wait_line(&v, "", 0);
    }
    visit_end(&v);
}

/* What the server gets for it. */
Test(client_edit, clusters_are_deleted_whole)
{
    static const struct {
        const char *keys, *sent;
    } rows[] = {
        {"a" FAMILY BACKSPACE "b", "ab"},
        {"a" FAMILY LEFT DELETE "b", "ab"},
        {"a" FAMILY LEFT LEFT "b", "ba" FAMILY},
        {"a" FLAG FLAG BACKSPACE, "a" FLAG},
        {"a" JAMO BACKSPACE "b", "ab"},
        {FAMILY "x\x14", "x" FAMILY},
        {"\xCC\x81"
         "a" HOME DELETE,
         "a"},
        {"a" FLAG BACKSPACE "\x1F", "a" FLAG},
    };
    struct visit v = visit_start(24, 80);
    for (size_t i = 0; i < COUNT(rows); i++) {
        terminal_type(v.t, rows[i].keys);
        terminal_type(v.t, "\r");
        peer_expect(v.server, "broadcast", "ada", rows[i].sent);
    }
    visit_end(&v);
}

/* The cursor stands right behind the mark that was typed last, in the terminal's own count. */
static bool behind_mark(struct terminal *t, const void *mark)
{
    int row, column;
    terminal_cursor(t, &row, &column);
    return row == terminal_rows(t) - 1 && column > 0 &&
           strcmp(terminal_text(t, row, column - 1), mark) == 0;
}

Test(client_edit, the_cursor_agrees_with_the_terminal)
{
    static const char *const texts[] = {
        "plain",
        HAN HAN,
        BEAR,
        E_ACUTE E_ACUTE,
        "a\xCC\x81\xCC\x82\xCC\x83\xCC\x84\xCC\x85\xCC\x86",
        "\xCC\x81 a mark on nothing",
        FAMILY,
        FLAG,
        JAMO,
        "\xED\x95\x9C\xEA\xB8\x80",
        "\xEF\xBC\xA1\xEF\xBC\xA2",
        "\xE2\x9D\xA4\xEF\xB8\x8F",
        "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD",
        "\xE0\xA4\xA8\xE0\xA4\xAE\xE0\xA4\xB8\xE0\xA5\x8D\xE0\xA4\xA4\xE0\xA5\x87",
        "\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85",
        "\xE2\x80\xAE override \xE2\x80\x8B",
        "\xC2\xAD soft \xE3\x85\xA4",
    };
    struct visit v = visit_start(24, 80);
    for (size_t i = 0; i < COUNT(texts); i++) {
        terminal_type(v.t, texts[i]);
        terminal_type(v.t, "#");
        terminal_wait(v.t, behind_mark, "#", texts[i]);
        terminal_type(v.t, "\x05\x15");
        visit_wait_line(&v, "", 0);
    }
    visit_end(&v);
}

Test(client_edit, a_line_longer_than_the_screen_scrolls)
{
    static char text[301];
    memset(text, 'x', 300);
    struct visit v = visit_start(10, 40);
    for (int i = 0; i < 30; i++) terminal_type(v.t, "xxxxxxxxxx");
    terminal_type(v.t, "#");
    terminal_wait(v.t, behind_mark, "#", "the end of the long line");
    terminal_type(v.t, HOME "#");
    terminal_wait_cursor(v.t, 9, VISIT_PROMPT + 1);
    terminal_type(v.t, BACKSPACE END BACKSPACE "\r");
    peer_expect(v.server, "broadcast", "ada", text);
    terminal_type(v.t, HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN "#");
    terminal_wait(v.t, behind_mark, "#", "the end of the wide line");
    visit_end(&v);
}

Test(client_edit, history)
{
    struct visit v = visit_start(24, 80);
    visit_say(&v, "first");
    visit_say(&v, "second " HAN);
    terminal_type(v.t, "draft" UP);
    visit_wait_line(&v, "second " HAN, 11);
    terminal_type(v.t, UP);
    visit_wait_line(&v, "first", 5);
    terminal_type(v.t, UP);
    visit_wait_line(&v, "first", 5);
    terminal_type(v.t, DOWN DOWN);
    visit_wait_line(&v, "draft", 5);
    terminal_type(v.t, DOWN);
    visit_wait_line(&v, "draft", 5);
    terminal_type(v.t, UP UP " again\r");
    peer_expect(v.server, "broadcast", "ada", "first again");
    visit_wait_line(&v, "", 0);
    terminal_type(v.t, UP);
    visit_wait_line(&v, "first again", 11);
    visit_end(&v);
}

Test(client_edit, a_paste_sends_nothing_and_runs_nothing)
{
    struct visit v = visit_start(24, 80);
    size_t n;
    cr_assert(strstr(terminal_output(v.t, &n), "\033[?2004h"), "pastes are not bracketed");
    terminal_type(v.t, "\033[200~one\r/quit oops\rthree\n\033[201~");
    terminal_wait_for(v.t, "Paste: 3 lines, 20 bytes");
    cr_assert_geq(terminal_find(v.t, "/quit oops"), 0);
    terminal_type(v.t, "e");
    terminal_wait_gone(v.t, "Paste:");
    terminal_type(v.t, "#");
    terminal_wait(v.t, behind_mark, "#", "the end of what was pasted");
    terminal_type(v.t, "\r");
    peer_expect(v.server, "broadcast", "ada", "one\n/quit oops\nthree#");
    visit_say(&v, "and that was all");
    visit_end(&v);
    cr_assert(strstr(terminal_output(v.t, &n), "\033[?2004l"), "pastes are still bracketed");
}

/* Six lines, as they would have been run elsewhere; forty, stopped under way. */
Test(client_edit, a_paste_goes_line_by_line_and_can_be_stopped)
{
    static char many[1024] = "\033[200~";
    for (int i = 1; i <= 40; i++) sprintf(many + strlen(many), "many %d.\n", i);
    strcat(many, "\033[201~");
    struct visit v = visit_start(24, 80);
    terminal_type(v.t, "\033[200~1\n2\n/quit oops\n4\n5\n6\n\033[201~");
    terminal_wait_for(v.t, "as 6 lines");
    terminal_type(v.t, "l");
    static const char *const lines[] = {"1", "2", "/quit oops", "4", "5", "6"};
    for (size_t i = 0; i < COUNT(lines); i++) peer_expect(v.server, "broadcast", "ada", lines[i]);
    terminal_type(v.t, many);
    terminal_wait_for(v.t, "as 40 lines");
    terminal_type(v.t, "l");
    terminal_wait_for(v.t, "of 40");
    terminal_type(v.t, "\033");
    terminal_wait_for(v.t, "Stopped;");
    terminal_wait_gone(v.t, "of 40");
    terminal_type(v.t, "\x05#");
    terminal_wait(v.t, behind_mark, "#", "the rest of the paste");
    cr_assert(strstr(terminal_row(v.t, 23), "many 40.#"), "%s", terminal_row(v.t, 23));
    terminal_type(v.t, "\x15");
    terminal_type(v.t, "\x03");
    while (strcmp(peer_next(v.server)->proto, "broadcast") == 0) continue;
    peer_close(v.server);
    visit_expect_exit(&v, 0);
}

/* On the least screen there is, the answers are all there. */
Test(client_edit, the_card_fits_the_smallest_screen)
{
    struct visit v = visit_start(6, 20);
    terminal_type(v.t, "\033[200~one\ntwo\033[201~");
    terminal_wait_for(v.t, "c  cancel");
    cr_assert_geq(terminal_find(v.t, "o  as one message"), 0);
    cr_assert_geq(terminal_find(v.t, "l  as 2 lines"), 0);
    terminal_type(v.t, "\r");
    peer_expect(v.server, "broadcast", "ada", "one\ntwo");
    visit_end(&v);
}

Test(client_edit, a_pasted_slash_is_no_command)
{
    struct visit v = visit_start(24, 80);
    terminal_type(v.t, "\033[200~/quit\033[201~\r");
    peer_expect(v.server, "broadcast", "ada", "/quit");
    visit_end(&v);
}

Test(client_edit, what_is_pasted_is_cleaned_and_its_lost_end_is_survived)
{
    struct visit v = visit_start(24, 80);
    terminal_type(v.t, "\033[200~a\x03"
                       "b\033c\033[201~\r");
    const struct packet_seen *seen = peer_next(v.server);
    cr_assert_str_eq(seen->proto, "broadcast", "a pasted Ctrl+C is text");
    for (const char *p = seen->msg; *p; p++) cr_assert((unsigned char)*p >= ' ', "%s", seen->msg);
    terminal_type(v.t, "\033[200~no end");
    visit_wait_line(&v, "no end", 6);
    terminal_type(v.t, "\r");
    peer_expect(v.server, "broadcast", "ada", "no end");
    visit_end(&v);
}

Test(client_edit, bytes_that_are_not_utf8_are_not_sent)
{
    struct visit v = visit_start(24, 80);
    terminal_type(v.t, "a\xFF\xC3(\xED\xA0\x80z\r");
    const struct packet_seen *seen = peer_next(v.server);
    cr_assert_str_eq(seen->proto, "broadcast");
    cr_assert(strchr(seen->msg, 'a') && strchr(seen->msg, 'z'), "%s", seen->msg);
    cr_assert_not(strchr(seen->msg, '\xFF'));
    visit_end(&v);
}

/* A key that klatch does not know puts nothing into the line. */
Test(client_edit, unknown_keys_leave_no_trace)
{
    static const char *const keys[] = {
        "\033[15~", "\033[24~", "\033[1;2P",      "\033[2~",         "\033[Z",     "\033[1;6A",
        "\033[I",   "\033[O",   "\033[<0;10;10M", "\033[<65;10;10m", "\033[99;5u", "\x11",
    };
    struct visit v = visit_start(24, 80);
    for (size_t i = 0; i < COUNT(keys); i++) {
        terminal_type(v.t, keys[i]);
        terminal_type(v.t, "ok");
        visit_wait_line(&v, "ok", 2);
        terminal_type(v.t, "\x05\x15");
        visit_wait_line(&v, "", 0);
    }
    visit_end(&v);
}
