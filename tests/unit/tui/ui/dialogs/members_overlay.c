#include "tui/ui/dialogs/members_overlay.h"

#include <criterion/criterion.h>

enum { COUNT = 30, ROWS = 10 };

static struct members_overlay o;

static void open_overlay(void)
{
    o = (struct members_overlay){.open = true};
}

TestSuite(members_overlay, .init = open_overlay);

static void expect_top(enum action_kind kind, int top)
{
    const struct action in = {.kind = kind};
    cr_expect(members_overlay_input(&o, &in, COUNT, ROWS));
    cr_expect(o.open);
    cr_expect_eq(o.top, top);
}

Test(members_overlay, it_scrolls_as_far_as_there_are_members)
{
    expect_top(ACTION_PAGE_UP, 0);
    expect_top(ACTION_PAGE_DOWN, 10);
    expect_top(ACTION_LINE_DOWN, 11);
    expect_top(ACTION_WHEEL_DOWN, 12);
    expect_top(ACTION_PAGE_DOWN, 20);
    expect_top(ACTION_PAGE_DOWN, 20);
    expect_top(ACTION_LINE_UP, 19);
    expect_top(ACTION_WHEEL_UP, 18);
    expect_top(ACTION_PAGE_UP, 8);
}

static void expect_closed(enum action_kind kind, bool only_closes)
{
    const struct action in = {.kind = kind};
    open_overlay();
    cr_expect_eq(members_overlay_input(&o, &in, COUNT, ROWS), only_closes);
    cr_expect_not(o.open);
}

Test(members_overlay, any_other_key_closes_it)
{
    expect_closed(ACTION_ESCAPE, true);
    expect_closed(ACTION_TOGGLE_MEMBERS, true);
    expect_closed(ACTION_TEXT, true);
    expect_closed(ACTION_ENTER, true);
    expect_closed(ACTION_QUIT, false);
    expect_closed(ACTION_TOGGLE_TIMESTAMPS, false);
    expect_closed(ACTION_EDIT, false);
}

Test(members_overlay, it_follows_members_that_leave)
{
    const struct action down = {.kind = ACTION_PAGE_DOWN}, up = {.kind = ACTION_LINE_UP};
    members_overlay_input(&o, &down, COUNT, ROWS);
    cr_expect_eq(o.top, 10);
    members_overlay_input(&o, &up, 12, ROWS);
    cr_expect_eq(o.top, 2);
}
