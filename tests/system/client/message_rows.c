/* How messages stand on the screen: the author once in a run, long ones folded, and where lines
 * end. */
#include "tests/count.h"
#include "tests/keys.h"
#include "tests/system/support/client_fixture.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 24, LAST_PANE_ROW = ROWS - 3 };

/* Sends several words of every length, in one message. */
static void receive_words(struct client *c, const char *nick, int words)
{
    char text[4096] = "";
    for (int i = 0; i < words; i++)
        snprintf(text + strlen(text), 32, "%.*s ", i % 11 + 1, "conversation");
    client_receive(c, nick, text);
}

/* Returns the column behind the last character of a message's rows. */
static int right_edge(struct terminal *t)
{
    int edge = 0;
    for (int row = 1; row <= LAST_PANE_ROW; row++) {
        int n = terminal_columns(t);
        while (n > edge && terminal_text(t, row, n - 1)[0] == '\0') n--;
        if (strstr(terminal_row(t, row), BAR) != NULL && n > edge) edge = n;
    }
    return edge;
}

static void expect_edge(int columns, int from, int to)
{
    struct client c = client_start(ROWS, columns);
    for (int i = 0; i < 8; i++) receive_words(&c, "bob", 60);
    client_sync(&c);
    int edge = right_edge(c.term);
    cr_expect(edge >= from && edge <= to, "%d columns: text ends at %d", columns, edge);
    client_quit(&c);
}

Test(client_message_rows, no_text_touches_the_right_edge)
{
    static const int columns[] = {20, 40, 80, 119};
    for (size_t i = 0; i < COUNT(columns); i++)
        expect_edge(columns[i], columns[i] - 8, columns[i] - 1);
}

Test(client_message_rows, on_a_wide_screen_lines_end_at_about_100)
{
    expect_edge(120, 95, 100);
    expect_edge(200, 95, 100);
}

static const char *row_above(struct terminal *t, int row, int rows)
{
    return terminal_row(t, row - rows);
}

Test(client_message_rows, a_run_shows_time_and_name_once)
{
    struct client c = client_start(ROWS, 80);
    client_receive(&c, "bob", "a first one");
    client_receive(&c, "bob", "a second one");
    client_receive(&c, "eve", "another");
    int row = klatch_wait_message(c.term, "eve", "another");
    bool once = strstr(row_above(c.term, row, 1), "bob") == NULL;
    bool new_minute = strstr(row_above(c.term, row, 1), ":") != NULL;
    cr_expect(once || new_minute, "%s", row_above(c.term, row, 1));
    cr_expect(strstr(row_above(c.term, row, 2), "bob " BAR " a first one"));
    client_quit(&c);
}

Test(client_message_rows, a_setting_shows_time_and_name_always)
{
    struct client c = client_start_with(ROWS, 80, NO_SETTING, "--no-group");
    client_receive(&c, "bob", "a first one");
    client_receive(&c, "bob", "a second one");
    terminal_wait_for(c.term, "bob " BAR " a second one");
    client_quit(&c);
}

/* The name is left out only of rows that are indented, so nobody can write another's name there. */
Test(client_message_rows, on_a_narrow_screen_a_run_imitates_nobody)
{
    struct client c = client_start(ROWS, 40);
    client_receive(&c, "bob", "a first one");
    client_receive(&c, "bob", "eve: an imitation");
    int row = terminal_wait_for(c.term, "an imitation");
    bool indented = strncmp(terminal_row(c.term, row), BAR "   eve:", strlen(BAR) + 7) == 0;
    bool named = strstr(terminal_row(c.term, row), "bob: eve:") != NULL;
    cr_expect(indented || named, "%s", terminal_row(c.term, row));
    client_quit(&c);
}

/* Sends 30 lines in one message. */
static void receive_paste(struct client *c)
{
    char text[1024] = "";
    for (int i = 1; i <= 30; i++) snprintf(text + strlen(text), 16, "row %d.\n", i);
    client_receive(c, "bob", text);
}

Test(client_message_rows, a_long_message_folds_and_a_key_opens_it)
{
    static const char *const ways[] = {KEY_ALT_M, "/fold\r"};
    struct client c = client_start(ROWS, 80);
    for (size_t i = 0; i < COUNT(ways); i++) {
        receive_paste(&c);
        int row = terminal_wait_for(c.term, MESSAGE_FOLD_KEY);
        cr_expect(strstr(terminal_row(c.term, row), "+19 lines"), "%s", terminal_row(c.term, row));
        cr_expect(strstr(row_above(c.term, row, 1), "row 11."));
        terminal_type(c.term, ways[i]);
        terminal_wait_for(c.term, "row 12.");
        terminal_wait_gone(c.term, MESSAGE_FOLD_KEY);
        terminal_type(c.term, ways[i]);
        terminal_wait_for(c.term, MESSAGE_FOLD_KEY);
        terminal_type(c.term, "/clear\r");
        terminal_wait_gone(c.term, MESSAGE_FOLD_KEY);
        terminal_type(c.term, ways[i]);
        klatch_wait_notice(c.term, MESSAGE_NOTHING_LONG);
    }
    client_quit(&c);
}

Test(client_message_rows, an_own_line_that_waits_does_not_hide_the_room)
{
    struct client c = client_start(ROWS, 80);
    client_receive(&c, "bob", "what bob said");
    klatch_wait_message(c.term, "bob", "what bob said");
    for (int i = 0; i < 60; i++) terminal_type(c.term, "several words of a long line that waits ");
    terminal_type(c.term, "\r");
    int row = terminal_wait_for(c.term, "+");
    cr_expect_eq(row, LAST_PANE_ROW, "row %d", row);
    cr_expect(strstr(row_above(c.term, row, 2), "… several words"));
    klatch_wait_message(c.term, "bob", "what bob said");
    peer_next(c.server);
    client_quit(&c);
}
