#include "tests/unit/support/message_pane.h"
#include "tui/ui/messages/scrollback.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(scrollback_search, .init = pane_open, .fini = pane_close);

static long holds(const struct line *line, const void *what)
{
    const char *at = strstr(line->text, what);
    return at ? at - line->text : SCROLLBACK_NO_MATCH;
}

static void expect_found(int step, bool next, const char *what, const char *text)
{
    bool any = scrollback_seek(pane, step, next, holds, what);
    cr_expect_eq(any, text != NULL, "\"%s\"", what);
    if (text) cr_expect_str_eq(scrollback_found(pane)->text, text);
}

Test(scrollback_search, what_is_sought_is_found_upwards_from_the_newest)
{
    pane_fill();
    expect_found(-1, false, "7", "line 27");
    cr_expect(scrollback_at_bottom(pane));
    expect_found(-1, false, "7", "line 27");
    expect_found(-1, true, "7", "line 17");
    cr_expect_not(scrollback_at_bottom(pane));
    pane_expect("line 14|line 15|line 16|line 17|line 18|line 19||line 27|line 28|line 29");
    expect_found(-1, true, "7", "line 7");
    expect_found(-1, true, "7", NULL);
    cr_expect_str_eq(scrollback_found(pane)->text, "line 7");
    expect_found(1, true, "7", "line 17");
    expect_found(-1, false, "line 1", "line 17");
    scrollback_scroll(pane, -1);
    cr_expect_null(scrollback_found(pane));
}

Test(scrollback_search, downwards_from_the_first_in_sight)
{
    pane_fill();
    scrollback_top(pane);
    expect_found(1, false, "line", "line 0");
    expect_found(1, true, "line 2", "line 2");
    expect_found(1, true, "line 2", "line 20");
    expect_found(1, true, "9", "line 29");
    cr_expect(scrollback_at_bottom(pane));
    scrollback_clear(pane);
    expect_found(1, true, "9", NULL);
    cr_expect_null(scrollback_found(pane));
}

Test(scrollback_search, what_was_found_stays_so_while_lines_come_and_go)
{
    pane_fill();
    pane_add_pending("pending 17");
    expect_found(-1, false, "17", "pending 17");
    pane_add("new");
    cr_expect_str_eq(scrollback_found(pane)->text, "pending 17");
    expect_found(-1, true, "17", "line 17");
    pane_add("new");
    scrollback_remove_pending(pane, 0);
    cr_expect_str_eq(scrollback_found(pane)->text, "line 17");
    for (int i = 0; i < 300; i++) pane_add("flood");
    cr_expect_str_eq(scrollback_found(pane)->text, "line 17");
    scrollback_bottom(pane);
    for (int i = 0; i < 100; i++) pane_add("flood");
    cr_expect_null(scrollback_found(pane));
    expect_found(-1, true, "17", NULL);
}

Test(scrollback_search, a_found_row_that_is_settled_is_no_more)
{
    pane_fill();
    pane_add_pending("pending");
    expect_found(-1, false, "pending", "pending");
    scrollback_remove_pending(pane, 0);
    cr_expect_null(scrollback_found(pane));
    expect_found(-1, true, "29", "line 29");
}
