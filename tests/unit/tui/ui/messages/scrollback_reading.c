#include "tests/unit/support/message_pane.h"
#include "tui/ui/messages/scrollback.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

TestSuite(scrollback_reading, .init = pane_open, .fini = pane_close);

Test(scrollback_reading, the_reading_place_stays_put_while_lines_come)
{
    pane_add_numbered(0, 20);
    pane_expect("line 16|line 17|line 18|line 19");
    scrollback_page(pane, -1);
    pane_expect("line 13|line 14|line 15|line 16");
    cr_expect_not(scrollback_at_bottom(pane));
    pane_add_numbered(20, 25);
    pane_expect("line 13|line 14|line 15|line 16");
    cr_expect_eq(scrollback_unread(pane), 5);
    scrollback_bottom(pane);
    pane_expect("line 21|line 22|line 23|line 24");
    cr_expect_eq(scrollback_unread(pane), 0);
}

Test(scrollback_reading, what_is_unread_are_messages_and_notices)
{
    pane_add_numbered(0, 20);
    scrollback_scroll(pane, -1);
    scrollback_add(pane, 0, LINE_SERVER, "", "x");
    scrollback_add(pane, 0, LINE_OWN, "me", "x");
    scrollback_add(pane, 0, LINE_STATUS, "", "x");
    scrollback_add(pane, 0, LINE_DAY, "", "x");
    cr_expect_eq(scrollback_unread(pane), 1);
}

Test(scrollback_reading, scrolling_down_to_the_newest_is_the_bottom)
{
    pane_add_numbered(0, 20);
    scrollback_scroll(pane, -3);
    scrollback_scroll(pane, 2);
    cr_expect_not(scrollback_at_bottom(pane));
    scrollback_scroll(pane, 1);
    cr_expect(scrollback_at_bottom(pane));
    scrollback_page(pane, -100);
    pane_expect("line 0|line 1|line 2|line 3");
    scrollback_page(pane, 100);
    cr_expect(scrollback_at_bottom(pane));
    scrollback_top(pane);
    pane_expect("line 0|line 1|line 2|line 3");
}

Test(scrollback_reading, what_is_read_is_kept_at_the_top_through_any_width)
{
    pane_add_numbered(0, 10);
    pane_add("aaaa bbbb cccc dddd eeee ffff");
    pane_add_numbered(10, 30);
    scrollback_scroll(pane, -18);
    pane_expect("+cccc dddd|+eeee ffff|line 10|line 11");
    scrollback_resize(pane, 4, 60);
    pane_expect("aaaa bbbb cccc dddd eeee ffff|line 10|line 11|line 12");
    scrollback_resize(pane, 2, 20);
    pane_expect("+cccc dddd|+eeee ffff");
}

Test(scrollback_reading, a_pane_that_grows_past_the_newest_is_at_the_bottom)
{
    pane_add_numbered(0, 10);
    scrollback_scroll(pane, -2);
    scrollback_resize(pane, 20, 20);
    pane_text();
    cr_expect(scrollback_at_bottom(pane));
}

Test(scrollback_reading, the_page_being_read_stays_and_a_mark_stands_for_what_goes)
{
    pane_add_numbered(0, 100);
    scrollback_page(pane, -2);
    pane_expect("line 90|line 91|line 92|line 93");
    pane_add_numbered(100, 190);
    pane_expect("line 90|line 91|line 92|line 93");
    pane_add_numbered(190, 191);
    pane_expect("line 90|line 91|line 92|line 93");
    scrollback_scroll(pane, 2);
    pane_expect("line 92|line 93|2 lines|+not kept");
    scrollback_scroll(pane, -2);
    pane_add_numbered(191, 5000);
    pane_expect("line 90|line 91|line 92|line 93");
    cr_expect_eq(scrollback_unread(pane), 4900);
    scrollback_scroll(pane, -1);
    pane_expect("line 90|line 91|line 92|line 93");
    scrollback_resize(pane, 8, 40);
    pane_expect("line 90|line 91|line 92|line 93|4811 lines not kept|line 4905|"
                "line 4906|line 4907");
    scrollback_bottom(pane);
    pane_add_numbered(5000, 5100);
    scrollback_top(pane);
    pane_expect("line 5000|line 5001|line 5002|line 5003|line 5004|line 5005|"
                "line 5006|line 5007");
}

/* Long texts push as well as many do; whatever is lost is counted once, wherever one reads. */
Test(scrollback_reading, every_line_is_kept_or_counted)
{
    static char text[1 << 16];
    size_t kept = 0, gone = 0;
    memset(text, 'x', sizeof text - 1);
    scrollback_resize(pane, 12, 40);
    for (int i = 0; i < 3000; i++) {
        if (i % 7 == 3) scrollback_add(pane, 0, LINE_DAY, "", "");
        if (i > 50 && i % 200 == 0) scrollback_scroll(pane, i % 3 == 0 ? 9 : -5);
        cr_assert(scrollback_add(pane, 0, LINE_MESSAGE, "ada", i % 2 ? text : "short"));
        if (i == 50) scrollback_page(pane, -1);
        if (i > 50) cr_assert_not(scrollback_at_bottom(pane));
    }
    scrollback_resize(pane, PANE_ROWS_MAX, INT_MAX);
    int n = pane_read();
    for (int i = 0; i < n; i++) {
        if (pane_rows[i].line == NULL) continue;
        if (pane_rows[i].line->kind == LINE_GAP) gone += strtoul(pane_rows[i].line->text, NULL, 10);
        kept += pane_rows[i].line->kind == LINE_MESSAGE;
    }
    cr_expect_eq(scrollback_pinned(pane), 0);
    cr_expect_leq(kept, 100);
    cr_expect_leq(gone + kept, 3000);
    cr_expect_geq(gone, 2900 - 51, "%zu", gone);
}

Test(scrollback_reading, growing_to_the_newest_is_the_bottom_at_once)
{
    pane_add_numbered(0, 10);
    scrollback_scroll(pane, -2);
    pane_add("new");
    scrollback_resize(pane, 20, 20);
    cr_expect(scrollback_at_bottom(pane));
    cr_expect_eq(scrollback_unread(pane), 0);
}

Test(scrollback_reading, any_distance_will_do)
{
    pane_add_numbered(0, 10);
    scrollback_page(pane, INT_MIN);
    pane_expect("line 0|line 1|line 2|line 3");
    scrollback_page(pane, INT_MAX);
    cr_expect(scrollback_at_bottom(pane));
    scrollback_scroll(pane, INT_MIN);
    pane_expect("line 0|line 1|line 2|line 3");
}

Test(scrollback_reading, there_is_one_rule_at_most)
{
    scrollback_set_unread_marker(pane, 0);
    pane_expect("|||");
    pane_add("one");
    pane_add_pending("mine");
    scrollback_set_unread_marker(pane, 0);
    pane_add("two");
    pane_expect("one|new|two|mine");
    scrollback_set_unread_marker(pane, 0);
    pane_add("three");
    pane_expect("two|new|three|mine");
    scrollback_remove_pending(pane, 0);
    pane_expect("one|two|new|three");
}

Test(scrollback_reading, the_reading_place_stays_put_when_the_rule_moves)
{
    pane_add_numbered(0, 3);
    scrollback_set_unread_marker(pane, 0);
    pane_add_numbered(3, 20);
    scrollback_scroll(pane, -5);
    pane_expect("line 11|line 12|line 13|line 14");
    scrollback_set_unread_marker(pane, 0);
    pane_expect("line 11|line 12|line 13|line 14");
    scrollback_top(pane);
    scrollback_scroll(pane, 3);
    pane_add_numbered(20, 22);
    pane_expect("line 3|line 4|line 5|line 6");
    cr_expect_eq(scrollback_unread(pane), 2);
}

Test(scrollback_reading, who_reads_at_the_rule_stays_there)
{
    pane_add_numbered(0, 3);
    scrollback_set_unread_marker(pane, 0);
    pane_add_numbered(3, 20);
    scrollback_top(pane);
    scrollback_scroll(pane, 3);
    pane_expect("new|line 3|line 4|line 5");
    scrollback_set_unread_marker(pane, 0);
    pane_expect("line 3|line 4|line 5|line 6");
}

Test(scrollback_reading, the_oldest_goes_though_it_is_the_rule)
{
    pane_add_numbered(0, 1);
    scrollback_set_unread_marker(pane, 0);
    pane_add_numbered(1, 300);
    pane_expect("line 296|line 297|line 298|line 299");
    scrollback_set_unread_marker(pane, 0);
    pane_expect("line 297|line 298|line 299|new");
}

Test(scrollback_reading, the_newest_rows_stay_in_sight_below_the_reading_place)
{
    pane_fill();
    cr_expect_eq(scrollback_pinned(pane), 0);
    scrollback_scroll(pane, -1);
    cr_expect_eq(scrollback_pinned(pane), SCROLLBACK_PINNED_ROWS);
    pane_expect("line 19|line 20|line 21|line 22|line 23|line 24||line 27|line 28|line 29");
    pane_add("new");
    pane_expect("line 19|line 20|line 21|line 22|line 23|line 24||line 28|line 29|new");
    scrollback_page(pane, -1);
    pane_expect("line 14|line 15|line 16|line 17|line 18|line 19||line 28|line 29|new");
    scrollback_page(pane, 1);
    pane_expect("line 19|line 20|line 21|line 22|line 23|line 24||line 28|line 29|new");
    scrollback_page(pane, 1);
    pane_expect("line 21|line 22|line 23|line 24|line 25|line 26|line 27|line 28|line 29|new");
    cr_expect_eq(scrollback_pinned(pane), 0);
}

Test(scrollback_reading, the_first_unread_comes_to_the_top)
{
    pane_fill();
    cr_expect_not(scrollback_first_unread(pane));
    scrollback_top(pane);
    pane_add_pending("pending");
    pane_add_numbered(30, 50);
    cr_expect_eq(scrollback_unread(pane), 20);
    cr_expect(scrollback_first_unread(pane));
    pane_expect("line 30|line 31|line 32|line 33|line 34|line 35||line 48|line 49|pending");
    scrollback_bottom(pane);
    scrollback_top(pane);
    pane_add_numbered(50, 52);
    cr_expect(scrollback_first_unread(pane));
    cr_expect(scrollback_at_bottom(pane));
}
