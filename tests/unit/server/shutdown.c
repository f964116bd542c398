#include "server/shutdown.h"

#include <criterion/criterion.h>

Test(shutdown, says_each_second_once_and_then_that_time_is_up)
{
    struct countdown c = {0};
    int left;
    cr_expect_not(countdown_due(&c, 0, &left));
    countdown_start(&c, 3, 1000);
    for (int want = 3; want >= 0; want--) {
        int64_t due = 1000 + (3 - want) * 1000;
        cr_expect_not(countdown_due(&c, due - 1, &left));
        cr_expect(countdown_due(&c, due, &left));
        cr_expect_eq(left, want);
    }
    cr_expect_not(c.running);
    cr_expect_not(countdown_due(&c, 100000, &left));
}

Test(shutdown, seconds_slept_through_are_not_told)
{
    struct countdown c;
    int left;
    countdown_start(&c, 5, 0);
    cr_expect(countdown_due(&c, 2500, &left));
    cr_expect_eq(left, 3);
    cr_expect_not(countdown_due(&c, 2999, &left));
    cr_expect(countdown_due(&c, 10000, &left));
    cr_expect_eq(left, 0);
    cr_expect_not(countdown_due(&c, 20000, &left));
}

Test(shutdown, of_no_seconds_is_up_at_once)
{
    struct countdown c;
    int left = -1;
    countdown_start(&c, 0, 50);
    cr_expect(countdown_due(&c, 50, &left));
    cr_expect_eq(left, 0);
}
