#include "tests/unit/support/dice.h"
#include "tests/unit/support/message_pane.h"
#include "tui/ui/messages/scrollback.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(scrollback_pending, .init = pane_open, .fini = pane_close);

Test(scrollback_pending, what_is_pending_stands_below_what_comes)
{
    pane_add("one");
    pane_add_pending("mine");
    pane_add_pending("also mine");
    pane_add("two");
    pane_expect("one|two|mine|also mine");
    scrollback_remove_pending(pane, 0);
    pane_add("mine");
    pane_expect("one|two|mine|also mine");
    scrollback_set_pending_kind(pane, 0, LINE_UNCONFIRMED);
    pane_read();
    cr_expect_eq(pane_rows[3].line->kind, LINE_UNCONFIRMED);
    scrollback_remove_pending(pane, 0);
    scrollback_remove_pending(pane, 0);
    scrollback_set_pending_kind(pane, 0, LINE_UNCONFIRMED);
    pane_expect("|one|two|mine");
}

Test(scrollback_pending, what_is_pending_is_not_cleared)
{
    pane_add("one");
    pane_add_pending("mine");
    scrollback_clear(pane);
    pane_expect("|||mine");
    scrollback_remove_pending(pane, 0);
    pane_expect("|||");
}

Test(scrollback_pending, the_reading_place_stays_put_among_pending_lines)
{
    for (int i = 0; i < 10; i++) pane_add_pending("mine");
    pane_add_pending("last");
    scrollback_scroll(pane, -3);
    const struct line *top = (pane_read(), pane_rows[0].line);
    const char *text = top->text;
    for (int i = 0; i < 5; i++) pane_add("theirs");
    pane_read();
    cr_expect_eq(pane_rows[0].line->text, text);
    scrollback_remove_pending(pane, 0);
    pane_read();
    cr_expect_eq(pane_rows[0].line->text, text);
    for (int i = 0; i < 10; i++) scrollback_remove_pending(pane, 0);
    cr_expect(scrollback_at_bottom(pane));
    pane_expect("theirs|theirs|theirs|theirs");
}

/* Against a model: two lists, shown one below the other. */
Test(scrollback_pending, any_order_of_coming_and_settling)
{
    enum { STEPS = 3000 };
    int said[STEPS], pending[STEPS], many = 0, waiting = 0;
    for (int step = 0; step < STEPS; step++) {
        char text[16], want[128] = "";
        snprintf(text, sizeof text, "%d", step);
        unsigned what = dice(3);
        if (what == 0) pane_add(text), said[many++] = step;
        if (what == 1) pane_add_pending(text), pending[waiting++] = step;
        if (what == 2 && waiting > 0) {
            int i = (int)dice((unsigned)waiting--);
            scrollback_remove_pending(pane, (size_t)i);
            memmove(pending + i, pending + i + 1, (size_t)(waiting - i) * sizeof *pending);
        }
        if (waiting > 50)
            scrollback_remove_pending(pane, 0),
                memmove(pending, pending + 1, (size_t)--waiting * sizeof *pending);
        for (int row = 4; row > 0; row--) {
            int back = row - waiting;
            if (back <= 0)
                snprintf(text, sizeof text, "%d", pending[waiting - row]);
            else if (back <= many)
                snprintf(text, sizeof text, "%d", said[many - back]);
            else
                text[0] = '\0';
            strcat(strcat(want, text), row > 1 ? "|" : "");
        }
        cr_assert_str_eq(pane_text(), want);
    }
}

Test(scrollback_pending, the_newest_that_is_not_pending_is_highlighted)
{
    scrollback_highlight_last(pane);
    pane_add("to us");
    pane_add_pending("mine");
    scrollback_highlight_last(pane);
    pane_read();
    cr_expect(pane_rows[2].line->highlighted);
    cr_expect_not(pane_rows[3].line->highlighted);
}

Test(scrollback_pending, the_newest_line_is_amended)
{
    cr_expect_not(scrollback_edit_last(pane, "nothing there"));
    pane_add("one");
    pane_add_pending("pending");
    cr_expect(scrollback_edit_last(pane, "two words"));
    pane_expect("||two words|pending");
    cr_expect(scrollback_edit_last(pane, "two words and more"));
    pane_expect("|two words|+and more|pending");
}
