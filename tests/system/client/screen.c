/* The screen: its frame, hostile text, floods, and any size. */
#include "common/nick.h"
#include "tests/count.h"
#include "tests/keys.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/tls_client.h"
#include "tui/base/messages.h"
#include "tui/ui/drawing/status_bar.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Expects the title and status bars of a screen with 24 rows. */
static void expect_frame(struct client *c)
{
    cr_assert_eq(terminal_wait_for(c->term, "klatch · 127.0.0.1"), 0);
    cr_assert(strstr(terminal_row(c->term, 0), c->listener.port), "%s", terminal_row(c->term, 0));
    cr_assert(strstr(terminal_row(c->term, 0), "ada"), "%s", terminal_row(c->term, 0));
    cr_assert_eq(terminal_wait_for(c->term, "─ " STATUS_JOINED " ─"), 22);
}

Test(client_screen, title_messages_status_and_input)
{
    struct client c = client_start(24, 80);
    expect_frame(&c);
    client_wait_input(&c, "", 0);
    client_quit(&c);
}

/* Counts the rows that look like a message. */
static int count_bars(struct terminal *t)
{
    int n = 0;
    for (int row = 0; row < terminal_rows(t) - 1; row++)
        n += strstr(terminal_row(t, row), BAR) != NULL;
    return n;
}

Test(client_screen, words_wrap_under_the_text)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "bob",
                   "word word word word word word word word word word word word word word end");
    int row = terminal_wait_for(c.term, "end");
    const char *first = strstr(terminal_row(c.term, row - 1), "bob " BAR " word");
    cr_assert(first, "%s", terminal_row(c.term, row - 1));
    cr_assert(strstr(terminal_row(c.term, row), BAR " word"), "%s", terminal_row(c.term, row));
    client_quit(&c);
}

/* Text that would control the terminal or change other rows. */
static const char *const hostile[] = {
    "\033[2J\033[H\033[31mred",
    "\033]0;owned\007",
    "\033]52;c;aGk=\007",
    "\033P+q\033\\",
    "\302\2332J\302\235\302\220",
    "over\rwritten",
    "back\b\b\b\bspace",
    "tab\there",
    "\x7F\x01\x02\x0E\x0F\x1A",
    "\xE2\x80\xAEoverride\xE2\x80\xAA\xE2\x80\xAB\xE2\x80\xAC\xE2\x80\xAD",
    "\xE2\x81\xA6isolate\xE2\x81\xA7\xE2\x81\xA8\xE2\x81\xA9",
    "\xE2\x80\xA8line\xE2\x80\xA9paragraph\xC2\x85next",
    "\xEF\xBB\xBF\xE2\x80\x8B\xE2\x80\x8C\xE2\x80\x8D\xE2\x80\x8E\xE2\x80\x8F\xE2\x81\xA0",
    "\xF3\xA0\x81\xA1\xF3\xA0\x81\xA2\xEE\x80\x80\xF4\x8F\xBF\xBF",
};

/* Returns whether klatch must never write this code point. ESC is checked by its effect on the
 * screen, as klatch itself writes it. */
static bool is_forbidden(unsigned c)
{
    return (c >= 0x80 && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0x200B || c == 0x200E || c == 0x200F ||
           c == 0x2028 || c == 0x2029 || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F);
}

/* Expects only klatch's own operating system commands: its title and its query for the background.
 */
static void expect_own_commands(const char *output)
{
    for (const char *p = output; (p = strstr(p, "\033]")) != NULL; p++) {
        if (strncmp(p, "\033]11;?\033\\", 8) == 0) continue;
        const char *title = p + 4 + (strncmp(p + 4, "• ", 4) == 0 ? 4 : 0);
        cr_assert(strncmp(p, "\033]2;", 4) == 0, "an OSC reached the terminal");
        cr_assert_eq(strncmp(title, "klatch: 127.0.0.1 port ", 23), 0, "%.60s", title);
        cr_assert_eq(title[23 + strspn(title + 23, "0123456789")], '\a', "%.60s", title);
    }
}

static void expect_clean_output(struct terminal *t)
{
    size_t n;
    const unsigned char *p = (const unsigned char *)terminal_output(t, &n);
    for (const unsigned char *end = p + n; p < end; p++) {
        unsigned c = *p < 0x80   ? *p
                     : *p < 0xC0 ? 0
                     : *p < 0xE0 ? (*p & 0x1FU) << 6 | (p[1] & 0x3FU)
                     : *p < 0xF0 ? (*p & 0x0FU) << 12 | (p[1] & 0x3FU) << 6 | (p[2] & 0x3FU)
                                 : (*p & 7U) << 18 | (p[1] & 0x3FU) << 12 | (p[2] & 0x3FU) << 6 |
                                       (p[3] & 0x3FU);
        cr_assert_not(is_forbidden(c), "U+%04X reached the terminal", c);
    }
    expect_own_commands(terminal_output(t, &n));
    cr_assert_not(strstr(terminal_output(t, &n), "\033P"), "a DCS reached the terminal");
}

Test(client_screen, hostile_text_never_reaches_the_terminal)
{
    struct client c = client_start(40, 100);
    for (size_t i = 0; i < COUNT(hostile); i++) {
        client_receive(&c, "mallory", hostile[i]);
        client_receive(&c, hostile[i], "as a nickname");
        client_receive(&c, "SERVER", hostile[i]);
        peer_send(c.server, "who", hostile[i], hostile[i]);
    }
    client_sync(&c);
    peer_send(c.server, "shutdown", "SERVER", "\033[2J\xE2\x80\xAE\r\n\033]0;x\007");
    client_sync(&c);
    expect_clean_output(c.term);
    cr_assert_eq(terminal_wait_for(c.term, "klatch · 127.0.0.1"), 0);
    cr_assert_eq(terminal_wait_for(c.term, "─ " STATUS_JOINED " ─"), 38);
    client_quit(&c);
    expect_clean_output(c.term);
}

Test(client_screen, hostile_text_in_the_reason_for_disconnecting)
{
    struct client c = client_start(24, 80);
    client_disconnect(&c, "bye \033]0;x\007\xE2\x80\xAE\033[31m", "bye");
    client_quit_disconnected(&c);
    expect_clean_output(c.term);
}

/* Only rows of a message have the bar, whatever the text is. */
Test(client_screen, no_text_looks_like_another_members_message)
{
    struct client c = client_start(24, 80);
    int before = count_bars(c.term);
    client_receive(&c, "mallory", "hi\n12:00          bob " BAR " forged");
    int row = terminal_wait_for(c.term, "forged");
    cr_assert_eq(count_bars(c.term), before + 2);
    const char *bar = strstr(terminal_row(c.term, row), BAR);
    cr_assert_lt(bar, strstr(terminal_row(c.term, row), "bob"), "%s", terminal_row(c.term, row));

    client_receive(&c, "SERVER", "a notice");
    row = terminal_wait_for(c.term, "a notice");
    cr_assert_not(strstr(terminal_row(c.term, row), BAR), "%s", terminal_row(c.term, row));
    client_receive(&c, "server", "not the server");
    row = terminal_wait_for(c.term, "not the server");
    cr_assert(strstr(terminal_row(c.term, row), BAR " not the server"), "%s",
              terminal_row(c.term, row));
    client_receive(&c, "", "nameless");
    row = terminal_wait_for(c.term, "nameless");
    cr_assert(strstr(terminal_row(c.term, row), BAR), "%s", terminal_row(c.term, row));
    client_quit(&c);
}

Test(client_screen, many_combining_marks_stay_in_their_cell)
{
    static char text[2100];
    strcpy(text, "tower a");
    for (int i = 0; i < 1000; i++) strcat(text, "\xCC\x81");
    strcat(text, "b");
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", text);
    int row = terminal_wait_for(c.term, "tower a");
    const char *after = strstr(terminal_row(c.term, row), "tower a") + 7;
    cr_assert_leq(strlen(after), 2 * 4 + 1, "%s", after);
    cr_assert_eq(after[strlen(after) - 1], 'b', "%s", after);
    client_quit(&c);
}

/* -- floods -- */

Test(client_screen, a_burst_is_shown_completely)
{
    struct client c = client_start(24, 80);
    for (int i = 0; i < 2000; i += 1000) client_receive_many(&c, "burst", i, i + 1000);
    terminal_wait_for(c.term, "burst 1999.");
    cr_assert_geq(terminal_find(c.term, "burst 1990."), 0);
    client_send(&c, "phew");
    client_quit(&c);
}

/* -- sizes -- */

Test(client_screen, the_layout_follows_the_terminals_size)
{
    static const int sizes[][2] = {{24, 80}, {10, 40}, {50, 200}, {6, 20}, {7, 21}, {100, 30}};
    struct client c = client_start(24, 80);
    terminal_type(c.term, "draft");
    for (size_t i = 0; i < COUNT(sizes); i++) {
        terminal_resize(c.term, sizes[i][0], sizes[i][1]);
        client_wait_input(&c, "draft", 5);
        char text[32];
        snprintf(text, sizeof text, "size %zu", i);
        client_receive(&c, "bob", text);
        terminal_wait_for(c.term, text);
    }
    terminal_type(c.term, "\r");
    peer_expect(c.server, "broadcast", "ada", "draft");
    client_quit(&c);
}

Test(client_screen, a_terminal_that_is_too_small_loses_nothing)
{
    static const int sizes[][2] = {{5, 80}, {24, 19}, {1, 1}, {2, 9}, {1, 200}, {100, 1}};
    struct client c = client_start(24, 80);
    client_type(&c, "draft", "draft", 5);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        terminal_resize(c.term, sizes[i][0], sizes[i][1]);
        if (sizes[i][1] >= 9) klatch_wait_too_small(c.term);
        terminal_type(c.term, "!");
        client_receive(&c, "bob", "unseen");
        terminal_resize(c.term, 24, 80);
        terminal_wait_for(c.term, "unseen");
    }
    client_wait_input(&c, "draft!!!!!!", 11);
    expect_frame(&c);
    client_quit(&c);
}

/* An answer that does not fit into the status bar is shown elsewhere. */
Test(client_screen, narrow_screens_show_every_answer)
{
    struct client c = client_start(12, 40);
    client_receive_many(&c, "line", 0, 40);
    terminal_wait_for(c.term, "line 39.");
    terminal_type(c.term, KEY_PAGE_UP "\033p");
    klatch_wait_notice(c.term, "─ " MESSAGE_NO_MENTION " ─", "earlier");
    terminal_type(c.term, KEY_CTRL_END);
    terminal_wait_for(c.term, "line 39.");
    terminal_resize(c.term, 6, 20);
    terminal_enter(c.term, "/nick a  b");
    klatch_wait_notice(c.term, "— " NICK_SPACING);
    terminal_type(c.term, "\x15" KEY_F1 KEY_PAGE_DOWN KEY_PAGE_DOWN);
    terminal_wait_for(c.term, " Tab");
    terminal_wait_for(c.term, " complete ");
    terminal_type(c.term, KEY_F1 PASTE("one\ntwo"));
    terminal_wait_for(c.term, "┌ Paste: 2 lines, …┐");
    terminal_wait_for(c.term, "│o  as one message │");
    terminal_type(c.term, "c");
    client_quit(&c);
}

Test(client_screen, klatch_starts_in_a_terminal_that_is_too_small)
{
    struct client c = client_start(3, 10);
    klatch_wait_too_small(c.term);
    client_receive(&c, "bob", "early");
    terminal_resize(c.term, 24, 80);
    terminal_wait_for(c.term, "early");
    client_quit(&c);
}

Test(client_screen, many_resizes_during_a_flood)
{
    struct client c = client_start(24, 80);
    terminal_type(c.term, "draft");
    srand(1);
    for (int i = 0; i < 300; i++) {
        terminal_resize(c.term, 1 + rand() % 60, 1 + rand() % 150);
        if (i % 10 == 0) client_receive_many(&c, "a rather long message during the resizes", 0, 20);
        if (i % 50 == 0) terminal_type(c.term, KEY_PAGE_UP);
    }
    terminal_resize(c.term, 24, 80);
    terminal_type(c.term, KEY_CTRL_END);
    client_sync(&c);
    client_wait_input(&c, "draft", 5);
    expect_frame(&c);
    client_quit(&c);
}

/* A terminal may claim any size; klatch limits what it draws. */
Test(client_screen, a_huge_size_does_no_harm)
{
    struct client c = client_start(24, 80);
    terminal_claim_size(c.term, 40000, 40000);
    client_receive(&c, "bob", "still here");
    terminal_resize(c.term, 24, 80);
    terminal_wait_for(c.term, "still here");
    client_quit(&c);
}

Test(client_screen, options_hide_times_and_joins)
{
    struct client c = client_start_with(24, 80, NO_SETTING, "--no-timestamps", "--no-joins");
    client_receive(&c, "SERVER", "fay joined the chat");
    client_sync(&c);
    cr_assert_lt(terminal_find(c.term, "fay"), 0);
    cr_assert_lt(terminal_find(c.term, ":"), 0);
    client_quit(&c);
}

/* -- the empty room and the empty input line -- */

/* Waits until the first row of the pane that has text holds this. */
static void wait_invitation(struct client *c, int columns)
{
    char command[64];
    snprintf(command, sizeof command, "klatch %s127.0.0.1 %s", tls_client_is_on() ? "--tls " : "",
             c->listener.port);
    int row = terminal_wait_for(c->term, command);
    int width = (int)strlen(terminal_row(c->term, row)), margin = 0;
    while (terminal_row(c->term, row)[margin] == ' ') margin++;
    cr_expect_leq(abs(columns - width - margin), 1, "it is not centred");
}

Test(client_screen, an_empty_room_says_how_others_join)
{
    static const int columns[] = {120, 80, 40, 30};
    for (size_t i = 0; i < COUNT(columns); i++) {
        struct client c = client_start(12, columns[i]);
        klatch_wait_notice(c.term, MESSAGE_INVITATION);
        wait_invitation(&c, columns[i]);
        client_receive(&c, "SERVER", "bob joined the chat");
        terminal_wait_gone(c.term, MESSAGE_INVITATION);
        client_receive(&c, "SERVER", "bob left the chat");
        klatch_wait_notice(c.term, MESSAGE_INVITATION);
        client_quit(&c);
    }
}

Test(client_screen, an_empty_input_line_says_what_it_is_for)
{
    struct client c = client_start_with(24, 80, NO_SETTING, "--theme=dark");
    terminal_wait_for(c.term, "> " MESSAGE_PLACEHOLDER);
    terminal_wait_cursor(c.term, 23, 2);
    terminal_wait_written(c.term, "38;5;246m" MESSAGE_PLACEHOLDER);
    client_type(&c, "x", "x", 1);
    cr_expect_lt(terminal_find(c.term, MESSAGE_PLACEHOLDER), 0);
    client_type(&c, "\b", MESSAGE_PLACEHOLDER, 0);
    peer_close(c.server);
    terminal_wait_gone(c.term, MESSAGE_PLACEHOLDER);
    client_quit_disconnected(&c);
}
