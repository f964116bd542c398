#include "server/net/deadlines.h"

#include <criterion/criterion.h>

static struct waits w;
static struct conn a, b;

static void init(void)
{
    waits_init(&w, 10, 0);
    a = b = (struct conn){0};
}

TestSuite(waits, .init = init);

Test(waits, the_first_to_come_is_the_first_due)
{
    waits_set(&w, &a, WAIT_NICK, 1000);
    waits_set(&w, &b, WAIT_NICK, 2000);
    cr_expect_eq(waits_next(&w), 11000);
    cr_expect_null(waits_due(&w, WAIT_NICK, 10999));
    cr_expect_eq(waits_due(&w, WAIT_NICK, 11000), &a);
    waits_set(&w, &a, WAIT_NOTHING, 11000);
    cr_expect_null(waits_due(&w, WAIT_NICK, 11000));
    cr_expect_eq(waits_due(&w, WAIT_NICK, 12000), &b);
}

Test(waits, one_thing_at_a_time)
{
    waits_set(&w, &a, WAIT_NICK, 0);
    waits_set(&w, &a, WAIT_END, 0);
    cr_expect_null(waits_due(&w, WAIT_NICK, 1000000));
    cr_expect_eq(waits_due(&w, WAIT_END, 1000000), &a);
    cr_expect_eq(waits_next(&w), 2000);
}

Test(waits, the_same_again_starts_anew)
{
    waits_set(&w, &a, WAIT_FRAME, 0);
    waits_set(&w, &b, WAIT_FRAME, 10);
    waits_set(&w, &a, WAIT_FRAME, 20);
    cr_expect_eq(waits_due(&w, WAIT_FRAME, 1000000), &b);
}

Test(waits, nothing_is_never_due)
{
    cr_expect_eq(waits_next(&w), 0);
    waits_set(&w, &a, WAIT_NOTHING, 0);
    cr_expect_eq(waits_next(&w), 0);
    waits_init(&w, 0, 0);
    waits_set(&w, &a, WAIT_NICK, 0);
    cr_expect_eq(waits_next(&w), 0, "no seconds are for ever");
    waits_set(&w, &a, WAIT_END, 0);
    cr_expect_eq(waits_next(&w), 2000);
}

Test(waits, the_next_is_the_earliest_of_any_kind)
{
    waits_set(&w, &a, WAIT_NICK, 0);
    waits_set(&w, &b, WAIT_FRAME, 0);
    cr_expect_eq(waits_next(&w), 10000);
    waits_set(&w, &b, WAIT_END, 0);
    cr_expect_eq(waits_next(&w), 2000);
}

Test(waits, for_a_nickname_there_is_not_one_after_the_other_for_ever)
{
    waits_set(&w, &a, WAIT_NICK, 1000);
    waits_set(&w, &a, WAIT_PACE, 5000);
    waits_set(&w, &a, WAIT_NICK, 6000);
    cr_expect_eq(waits_due(&w, WAIT_NICK, 16000), &a);
    cr_expect_not(conn_is_overdue(&a, 100999));
    cr_expect(conn_is_overdue(&a, 101000));
    waits_init(&w, 0, 0);
    waits_set(&w, &b, WAIT_NICK, 1000);
    cr_expect_not(conn_is_overdue(&b, INT64_MAX), "no seconds are for ever");
}
