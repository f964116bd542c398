#include "tui/ui/calm.h"

#include <criterion/criterion.h>

/* Paints as often as it may now. */
static int paint(struct calm *c, int64_t now)
{
    int n = 0;
    for (; n < 1000 && calm_due(c) <= now; n++) calm_spend(c, now);
    return n;
}

Test(calm, what_breaks_a_calm_is_shown_at_once)
{
    struct calm c = {0};
    cr_expect_eq(paint(&c, 1000), CALM_AT_ONCE);
    cr_expect_eq(paint(&c, 1000), 0);
    cr_expect_eq(paint(&c, 3600000), CALM_AT_ONCE, "and is not saved up for");
}

Test(calm, what_goes_on_is_painted_thirty_times_a_second)
{
    struct calm c = {0};
    int n = 0;
    for (int64_t now = 5000; now < 65000; now++) n += paint(&c, now);
    cr_expect_eq(n, 60000 / CALM_PAINT_EVERY + CALM_AT_ONCE, "%d", n);
}

Test(calm, what_is_due_is_neither_early_nor_late)
{
    struct calm c = {0};
    paint(&c, 1000);
    int64_t due = calm_due(&c);
    cr_expect_eq(due, 1000 + CALM_PAINT_EVERY);
    cr_expect_eq(paint(&c, due - 1), 0);
    cr_expect_eq(paint(&c, due), 1);
}
