/* The input line: character clusters, long lines, pastes, and the history. */
#include "tests/count.h"
#include "tests/keys.h"
#include "tests/system/support/client_fixture.h"
#include "tui/base/messages.h"
#include "tui/ui/dialogs/paste_dialog.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test(client_editing, clusters_are_deleted_whole)
{
    static const struct {
        const char *keys, *sent;
    } rows[] = {
        {"a" FAMILY KEY_LEFT KEY_DELETE "b", "ab"},
        {"a" FAMILY KEY_LEFT KEY_LEFT "b", "ba" FAMILY},
        {"a" FLAG FLAG KEY_BACKSPACE, "a" FLAG},
        {"a" JAMO KEY_BACKSPACE "b", "ab"},
        {FAMILY "x\x14", "x" FAMILY},
        {"\xCC\x81"
         "a" KEY_HOME KEY_DELETE,
         "a"},
        {"a" FLAG KEY_BACKSPACE "\x1F", "a" FLAG},
    };
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(rows); i++) {
        terminal_enter(c.term, rows[i].keys);
        peer_expect(c.server, "broadcast", "ada", rows[i].sent);
    }
    client_quit(&c);
}

/* Returns whether the terminal's cursor is right after this mark, which was typed last. */
static bool is_cursor_after(struct terminal *t, const void *mark)
{
    int row, column;
    terminal_cursor(t, &row, &column);
    return row == terminal_rows(t) - 1 && column > 0 &&
           strcmp(terminal_text(t, row, column - 1), mark) == 0;
}

Test(client_editing, the_cursor_is_where_the_terminal_has_it)
{
    struct client c = client_start(24, 80);
    for (const char *const *text = STRINGS(
             "plain", HAN HAN, BEAR, E_ACUTE E_ACUTE,
             "a\xCC\x81\xCC\x82\xCC\x83\xCC\x84\xCC\x85\xCC\x86", "\xCC\x81 a mark on nothing",
             FAMILY, FLAG, JAMO, "\xED\x95\x9C\xEA\xB8\x80", "\xEF\xBC\xA1\xEF\xBC\xA2",
             "\xE2\x9D\xA4\xEF\xB8\x8F", "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD",
             "\xE0\xA4\xA8\xE0\xA4\xAE\xE0\xA4\xB8\xE0\xA5\x8D\xE0\xA4\xA4\xE0\xA5\x87",
             "\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85", "\xE2\x80\xAE override \xE2\x80\x8B",
             "\xC2\xAD soft \xE3\x85\xA4");
         *text; text++) {
        terminal_type(c.term, *text);
        terminal_type(c.term, "#");
        terminal_wait(c.term, is_cursor_after, "#", *text);
        client_type(&c, KEY_KILL_LINE, "", 0);
    }
    client_quit(&c);
}

Test(client_editing, a_long_line_wraps_while_it_is_typed)
{
    struct client c = client_start(24, 40);
    client_type(&c, "this is a message that is longer", "this is a message that is longer", 32);
    client_type(&c, " than a row", "a row", 5);
    cr_assert_str_eq(terminal_row(c.term, 22), "> this is a message that is longer than");
    for (int i = 0; i < 11; i++) terminal_type(c.term, KEY_BACKSPACE);
    client_wait_input(&c, "this is a message that is longer", 32);
    client_quit(&c);
}

Test(client_editing, a_line_longer_than_the_screen_scrolls)
{
    static char text[301];
    memset(text, 'x', 300);
    struct client c = client_start(12, 40);
    for (int i = 0; i < 30; i++) terminal_type(c.term, "xxxxxxxxxx");
    terminal_type(c.term, "#");
    terminal_wait(c.term, is_cursor_after, "#", "the end of the long line");
    cr_assert_eq(terminal_find(c.term, "^ xxx"), 8, "a third of the screen");
    terminal_type(c.term, KEY_HOME "#");
    terminal_wait_cursor(c.term, 8, CLIENT_PROMPT_WIDTH + 1);
    cr_assert_eq(terminal_row(c.term, 11)[0], 'v', "rows are hidden below");
    terminal_enter(c.term, KEY_BACKSPACE KEY_END KEY_BACKSPACE);
    peer_expect(c.server, "broadcast", "ada", text);
    client_wait_input(&c, "", 0);
    terminal_type(c.term, HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN "#");
    terminal_wait(c.term, is_cursor_after, "#", "the end of the wide line");
    client_quit(&c);
}

Test(client_editing, up_and_down_move_by_rows_of_a_wrapped_line)
{
    struct client c = client_start(24, 40);
    client_send(&c, "sent");
    client_type(&c, "this is a message that is longer than a row", "a row", 5);
    terminal_type(c.term, KEY_UP "#");
    terminal_wait_for(c.term, "> this #is a message that is longer");
    client_type(&c, KEY_DOWN "#", "than a# row", 7);
    terminal_type(c.term, KEY_UP KEY_DELETE "\r");
    peer_expect(c.server, "broadcast", "ada", "this #i a message that is longer than a# row");
    client_quit(&c);
}

Test(client_editing, ctrl_c_clears_a_draft_before_it_quits)
{
    struct client c = client_start(24, 80);
    client_type(&c, "a draft", "a draft", 7);
    client_type(&c, KEY_CTRL_C, "", 0);
    klatch_wait_notice(c.term, MESSAGE_CLEARED);
    client_type(&c, KEY_UP, "a draft", 7);
    terminal_type(c.term, "!\r");
    peer_expect(c.server, "broadcast", "ada", "a draft!");
    client_type(&c, "another", "another", 7);
    client_type(&c, KEY_CTRL_C, "", 0);
    terminal_type(c.term, KEY_CTRL_C);
    client_expect_quit(&c, "ada");
}

Test(client_editing, ctrl_c_quits_at_once_without_a_draft)
{
    struct client c = client_start(24, 80);
    terminal_type(c.term, KEY_CTRL_C);
    client_expect_quit(&c, "ada");
}

Test(client_editing, a_cleared_line_that_is_no_command_is_none_when_recalled)
{
    struct client c = client_start(24, 80);
    client_type(&c, PASTE("/quit"), "//quit", 6);
    client_type(&c, KEY_HOME KEY_DELETE, "/quit", 0);
    client_type(&c, KEY_CTRL_C, "", 0);
    terminal_type(c.term, KEY_UP "\r");
    peer_expect(c.server, "broadcast", "ada", "/quit");
    client_quit(&c);
}

Test(client_editing, edits_of_recalled_lines_survive_up_and_down)
{
    struct client c = client_start(24, 80);
    client_send(&c, "first");
    client_send(&c, "second");
    client_type(&c, "draft", "draft", 5);
    client_type(&c, KEY_UP " edited", "second edited", 13);
    client_type(&c, KEY_UP "?", "first?", 6);
    client_type(&c, KEY_DOWN, "second edited", 13);
    client_type(&c, KEY_DOWN, "draft", 5);
    client_type(&c, KEY_UP KEY_UP, "first?", 6);
    terminal_type(c.term, "\r");
    peer_expect(c.server, "broadcast", "ada", "first?");
    client_type(&c, KEY_UP KEY_UP, "draft", 5);
    client_quit(&c);
}

Test(client_editing, ctrl_u_cuts_the_line_and_then_the_rest)
{
    struct client c = client_start(24, 80);
    client_type(&c, "one\ntwo\nthree", "three", 5);
    client_type(&c, "\x15", "", 0);
    terminal_wait_for(c.term, "3> one");
    client_type(&c, "\x15", "", 0);
    terminal_wait_gone(c.term, "one");
    client_type(&c, "\x19", "three", 5);
    terminal_wait_for(c.term, "3> one");
    client_quit(&c);
}

Test(client_editing, escape_stops_a_long_paste)
{
    static char many[1024] = "\033[200~";
    for (int i = 1; i <= 40; i++) sprintf(many + strlen(many), "many %d.\n", i);
    strcat(many, "\033[201~");
    struct client c = client_start(24, 80);
    terminal_type(c.term, many);
    klatch_wait_paste_dialog(c.term, 40);
    terminal_type(c.term, "l");
    klatch_wait_pasting(c.term);
    terminal_type(c.term, "\033");
    klatch_wait_paste_stopped(c.term);
    terminal_type(c.term, "\x05#");
    terminal_wait(c.term, is_cursor_after, "#", "the rest of the paste");
    cr_assert(strstr(terminal_row(c.term, 23), "many 40.#"), "%s", terminal_row(c.term, 23));
    terminal_type(c.term, KEY_CTRL_C KEY_CTRL_C);
    while (strcmp(peer_next(c.server)->proto, "broadcast") == 0) continue;
    peer_close(c.server);
    client_expect_exit(&c, 0);
}

Test(client_editing, the_paste_dialog_fits_the_smallest_screen)
{
    struct client c = client_start(6, 20);
    terminal_type(c.term, "\033[200~one\ntwo\033[201~");
    terminal_wait_for(c.term, "c  cancel");
    cr_assert_geq(terminal_find(c.term, PASTE_AS_ONE), 0);
    cr_assert_geq(terminal_find(c.term, "l  as 2 lines"), 0);
    terminal_type(c.term, "\r");
    peer_expect(c.server, "broadcast", "ada", "one\ntwo");
    client_quit(&c);
}

Test(client_editing, pasted_control_characters_are_replaced)
{
    struct client c = client_start(24, 80);
    terminal_type(c.term, "\033[200~a\x03"
                          "b\033c\033[201~\r");
    const struct packet_seen *seen = peer_next(c.server);
    cr_assert_str_eq(seen->proto, "broadcast", "a pasted Ctrl+C is not text");
    for (const char *p = seen->msg; *p; p++) cr_assert((unsigned char)*p >= ' ', "%s", seen->msg);
    client_quit(&c);
}

Test(client_editing, bytes_that_are_not_utf8_are_not_sent)
{
    struct client c = client_start(24, 80);
    terminal_enter(c.term, "a\xFF\xC3(\xED\xA0\x80z");
    const struct packet_seen *seen = peer_next(c.server);
    cr_assert_str_eq(seen->proto, "broadcast");
    cr_assert(strchr(seen->msg, 'a') && strchr(seen->msg, 'z'), "%s", seen->msg);
    cr_assert_not(strchr(seen->msg, '\xFF'));
    client_quit(&c);
}

Test(client_editing, unknown_keys_insert_nothing)
{
    static const char *const keys[] = {
        "\033[15~", "\033[24~", "\033[1;2P",      "\033[2~",         "\033[Z",     "\033[1;6A",
        "\033[I",   "\033[O",   "\033[<0;10;10M", "\033[<65;10;10m", "\033[99;5u", "\x11",
    };
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(keys); i++) {
        terminal_type(c.term, keys[i]);
        client_type(&c, "ok", "ok", 2);
        client_type(&c, KEY_KILL_LINE, "", 0);
    }
    client_quit(&c);
}

Test(client_editing, the_input_area_grows_with_its_lines)
{
    struct client c = client_start(24, 80);
    client_type(&c, "one\033\rtwo\033\rthree", "three", 5);
    cr_assert_str_eq(terminal_row(c.term, 21), "3> one");
    cr_assert_str_eq(terminal_row(c.term, 22), "   two");
    terminal_type(c.term, "\033[A\033[A#");
    terminal_wait_cursor(c.term, 21, CLIENT_PROMPT_WIDTH + 5);
    terminal_type(c.term, "\r");
    peer_expect(c.server, "broadcast", "ada", "one#\ntwo\nthree");
    client_wait_input(&c, "", 0);
    for (int i = 0; i < 30; i++) terminal_type(c.term, "x\033\r");
    client_type(&c, "end", "end", 3);
    terminal_wait_for(c.term, "31^ x");
    cr_assert_eq(terminal_find(c.term, "31^ x"), 16);
    client_type(&c, "\r", "", 0);
    peer_next(c.server);
    client_quit(&c);
}
