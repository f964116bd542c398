/* The rows of lines: the author once in a run of messages, long messages folded. */
#include "tests/unit/support/message_pane.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void open_pane(void)
{
    pane_open();
    scrollback_resize(pane, 30, 20);
}

TestSuite(line_rows, .init = open_pane, .fini = pane_close);

static void add(int64_t at, enum line_kind kind, const char *nick)
{
    cr_assert(scrollback_add(pane, at, kind, nick, "text"));
}

/* Expects of the newest lines whether they show their author: 1, or 0. */
static void expect_authors(const char *flags)
{
    int rows = pane_read(), n = (int)strlen(flags);
    for (int i = 0; i < n; i++)
        cr_expect_eq(pane_rows[rows - n + i].author, flags[i] == '1', "row %d of %s", i, flags);
}

Test(line_rows, a_run_shows_its_author_once)
{
    add(60, LINE_MESSAGE, "ada");
    add(61, LINE_MESSAGE, "ada");
    add(119, LINE_MESSAGE, "ada");
    add(119, LINE_MESSAGE, "bob");
    add(119, LINE_MESSAGE, "bob");
    expect_authors("10010");
}

/* Otherwise the time of the second line would not be on the screen. */
Test(line_rows, a_new_minute_shows_the_author_again)
{
    add(119, LINE_MESSAGE, "ada");
    add(120, LINE_MESSAGE, "ada");
    add(121, LINE_MESSAGE, "ada");
    expect_authors("110");
}

Test(line_rows, a_line_of_another_kind_ends_a_run)
{
    static const enum line_kind kinds[] = {LINE_SERVER, LINE_STATUS, LINE_DAY, LINE_GAP,
                                           LINE_UNREAD};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        scrollback_clear(pane);
        add(0, LINE_MESSAGE, "ada");
        add(0, kinds[i], "");
        add(0, LINE_MESSAGE, "ada");
        expect_authors("111");
    }
}

/* The notice is not of ada, whatever nickname its text has. */
Test(line_rows, a_notice_is_in_no_run)
{
    add(0, LINE_SERVER, "");
    add(0, LINE_SERVER, "");
    add(0, LINE_STATUS, "");
    add(0, LINE_STATUS, "");
    expect_authors("1111");
}

Test(line_rows, the_moved_unread_marker_joins_a_run_again)
{
    add(0, LINE_MESSAGE, "ada");
    scrollback_set_unread_marker(pane, 0);
    add(0, LINE_MESSAGE, "ada");
    add(0, LINE_MESSAGE, "bob");
    expect_authors("1111");
    scrollback_set_unread_marker(pane, 0);
    expect_authors("1011");
}

Test(line_rows, a_mention_shows_its_author)
{
    add(0, LINE_MESSAGE, "ada");
    add(0, LINE_MESSAGE, "ada");
    scrollback_highlight_last(pane);
    add(0, LINE_MESSAGE, "ada");
    expect_authors("110");
}

Test(line_rows, an_action_is_in_no_run)
{
    add(0, LINE_MESSAGE, "ada");
    cr_assert(scrollback_add(pane, 0, LINE_MESSAGE, "ada", "* ada waves"));
    add(0, LINE_MESSAGE, "ada");
    add(0, LINE_MESSAGE, "ada");
    expect_authors("1110");
}

Test(line_rows, own_lines_are_a_run_before_and_after_they_are_confirmed)
{
    add(0, LINE_OWN, "ada");
    add(0, LINE_PENDING, "ada");
    add(0, LINE_UNCONFIRMED, "ada");
    expect_authors("100");
    add(0, LINE_MESSAGE, "bob");
    expect_authors("1110");
}

Test(line_rows, the_top_row_of_the_pane_shows_its_author)
{
    for (int i = 0; i < 60; i++) add(0, LINE_MESSAGE, "ada");
    scrollback_scroll(pane, -10);
    pane_read();
    cr_expect(pane_rows[0].author);
    cr_expect_not(pane_rows[1].author);
}

Test(line_rows, every_line_shows_its_author_if_lines_are_not_grouped)
{
    scrollback_set_grouped(pane, false);
    add(0, LINE_MESSAGE, "ada");
    add(0, LINE_MESSAGE, "ada");
    expect_authors("11");
}

/* -- folding -- */

static void add_long(enum line_kind kind, int lines)
{
    char text[4096] = "";
    for (int i = 0; i < lines; i++) snprintf(text + strlen(text), 16, "%s%d", i > 0 ? "\n" : "", i);
    cr_assert(scrollback_add(pane, 0, kind, "ada", text));
}

/* Expects the rows of the newest line, and how many the last of them stands for. */
static void expect_rows(int count, size_t folded)
{
    int rows = pane_read(), of_last = 0;
    for (int i = 0; i < rows; i++) of_last += pane_rows[i].line == pane_rows[rows - 1].line;
    cr_expect_eq(of_last, count, "%d rows", of_last);
    cr_expect_eq(pane_rows[rows - 1].folded, folded, "%zu folded", pane_rows[rows - 1].folded);
}

Test(line_rows, a_long_message_is_folded)
{
    add_long(LINE_MESSAGE, LINE_ROWS_MAX);
    expect_rows(LINE_ROWS_MAX, 0);
    scrollback_clear(pane);
    add_long(LINE_MESSAGE, LINE_ROWS_MAX + 1);
    expect_rows(LINE_ROWS_MAX, 2);
    scrollback_clear(pane);
    add_long(LINE_OWN, 100);
    expect_rows(LINE_ROWS_MAX, 100 - LINE_ROWS_MAX + 1);
    cr_expect(pane_rows[29].can_unfold);
}

Test(line_rows, a_list_of_klatch_is_not_folded)
{
    add_long(LINE_STATUS, 25);
    expect_rows(25, 0);
}

Test(line_rows, a_pending_line_has_three_rows_at_most)
{
    static const enum line_kind kinds[] = {LINE_PENDING, LINE_UNCONFIRMED, LINE_REJECTED};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        add_long(kinds[i], 100);
        expect_rows(3, 98);
        cr_expect_not(pane_rows[29].can_unfold);
        cr_expect_not(scrollback_toggle_folds(pane));
        expect_rows(3, 98);
        scrollback_remove_pending(pane, 0);
    }
}

Test(line_rows, a_key_unfolds_and_folds_what_is_on_the_page)
{
    add(0, LINE_MESSAGE, "bob");
    add_long(LINE_MESSAGE, 20);
    cr_assert(scrollback_toggle_folds(pane));
    expect_rows(20, 0);
    cr_assert(scrollback_toggle_folds(pane));
    expect_rows(LINE_ROWS_MAX, 20 - LINE_ROWS_MAX + 1);
}

/* The message begins where it began, and goes on below the page. */
Test(line_rows, unfolding_does_not_move_the_page)
{
    add(0, LINE_MESSAGE, "bob");
    for (int i = 0; i < 40; i++) add(0, LINE_MESSAGE, "bob");
    add_long(LINE_MESSAGE, 100);
    pane_read();
    const struct line *top = pane_rows[0].line;
    cr_assert(scrollback_toggle_folds(pane));
    pane_read();
    cr_expect_eq(pane_rows[0].line, top);
    cr_expect_not(scrollback_at_bottom(pane));
    cr_assert(scrollback_toggle_folds(pane));
    cr_expect(scrollback_at_bottom(pane));
}

Test(line_rows, a_page_without_long_messages_is_reported)
{
    cr_expect_not(scrollback_toggle_folds(pane));
    add(0, LINE_MESSAGE, "bob");
    cr_expect_not(scrollback_toggle_folds(pane));
}

static long find_digits(const struct line *line, const void *digits)
{
    const char *found = strstr(line->text, digits);
    return found != NULL ? found - line->text : SCROLLBACK_NO_MATCH;
}

Test(line_rows, a_search_unfolds_what_it_finds)
{
    add_long(LINE_MESSAGE, 100);
    cr_assert(scrollback_seek(pane, -1, false, find_digits, "77"));
    int rows = pane_read();
    bool shown = false;
    for (int i = 0; i < rows; i++) {
        const struct row *row = &pane_rows[i];
        if (row->line && strncmp(row->line->text + row->from, "77", 2) == 0) shown = true;
    }
    cr_expect(shown);
}
