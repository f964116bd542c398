#include "server/net/deadlines.h"

#include <criterion/criterion.h>

static struct deadlines d;
static struct deadline a, b;

static void init(void)
{
    deadlines_init(&d, 10, 0);
    a = b = (struct deadline){0};
}

TestSuite(deadlines, .init = init);

Test(deadlines, the_first_to_come_is_the_first_due)
{
    deadlines_set(&d, &a, TIMER_HANDSHAKE, 1000);
    deadlines_set(&d, &b, TIMER_HANDSHAKE, 2000);
    cr_expect_eq(deadlines_next(&d, 0), 11000);
    cr_expect_null(deadlines_expired(&d, TIMER_HANDSHAKE, 10999));
    cr_expect_eq(deadlines_expired(&d, TIMER_HANDSHAKE, 11000), &a);
    deadlines_set(&d, &a, TIMER_NONE, 11000);
    cr_expect_null(deadlines_expired(&d, TIMER_HANDSHAKE, 11000));
    cr_expect_eq(deadlines_expired(&d, TIMER_HANDSHAKE, 12000), &b);
}

Test(deadlines, one_thing_at_a_time)
{
    deadlines_set(&d, &a, TIMER_HANDSHAKE, 0);
    deadlines_set(&d, &a, TIMER_CLOSE, 0);
    cr_expect_null(deadlines_expired(&d, TIMER_HANDSHAKE, 1000000));
    cr_expect_eq(deadlines_expired(&d, TIMER_CLOSE, 1000000), &a);
    cr_expect_eq(deadlines_next(&d, 0), 2000);
}

Test(deadlines, a_deadline_may_come_after_the_counter_wraps)
{
    int64_t wrap = (int64_t)UINT32_MAX + 1;
    deadlines_set(&d, &a, TIMER_HANDSHAKE, wrap - 5000);
    cr_expect_eq(deadlines_next(&d, wrap - 5000), wrap + 5000);
    cr_expect_null(deadlines_expired(&d, TIMER_HANDSHAKE, wrap + 4999));
    cr_expect_eq(deadlines_expired(&d, TIMER_HANDSHAKE, wrap + 5000), &a);
}

Test(deadlines, the_same_again_starts_anew)
{
    deadlines_set(&d, &a, TIMER_FRAME, 0);
    deadlines_set(&d, &b, TIMER_FRAME, 10);
    deadlines_set(&d, &a, TIMER_FRAME, 20);
    cr_expect_eq(deadlines_expired(&d, TIMER_FRAME, 1000000), &b);
}

Test(deadlines, nothing_is_never_due)
{
    cr_expect_eq(deadlines_next(&d, 0), 0);
    deadlines_set(&d, &a, TIMER_NONE, 0);
    cr_expect_eq(deadlines_next(&d, 0), 0);
    deadlines_init(&d, 0, 0);
    deadlines_set(&d, &a, TIMER_HANDSHAKE, 0);
    cr_expect_eq(deadlines_next(&d, 0), 0, "no seconds are no limit");
    deadlines_set(&d, &a, TIMER_CLOSE, 0);
    cr_expect_eq(deadlines_next(&d, 0), 2000);
}

Test(deadlines, the_next_is_the_earliest_of_any_kind)
{
    deadlines_set(&d, &a, TIMER_HANDSHAKE, 0);
    deadlines_set(&d, &b, TIMER_FRAME, 0);
    cr_expect_eq(deadlines_next(&d, 0), 10000);
    deadlines_set(&d, &b, TIMER_CLOSE, 0);
    cr_expect_eq(deadlines_next(&d, 0), 2000);
}

Test(deadlines, after_a_pause_the_time_for_a_nickname_starts_anew)
{
    deadlines_set(&d, &a, TIMER_HANDSHAKE, 1000);
    deadlines_set(&d, &a, TIMER_RATE_LIMIT, 5000);
    deadlines_set(&d, &a, TIMER_HANDSHAKE, 6000);
    cr_expect_eq(deadlines_expired(&d, TIMER_HANDSHAKE, 16000), &a);
}

Test(deadlines, the_total_time_for_a_nickname_ends)
{
    uint32_t end = deadlines_handshake_end(&d, 1000);
    cr_expect_not(deadlines_is_handshake_over(end, 100999));
    cr_expect(deadlines_is_handshake_over(end, 101000));
    deadlines_init(&d, 0, 0);
    end = deadlines_handshake_end(&d, 1000);
    cr_expect_not(deadlines_is_handshake_over(end, INT64_MAX), "no seconds are no limit");
}

Test(deadlines, the_total_time_may_end_when_the_counter_wraps)
{
    int64_t wrap = (int64_t)UINT32_MAX + 1;
    uint32_t end = deadlines_handshake_end(&d, wrap - 100000);
    cr_expect_not(deadlines_is_handshake_over(end, wrap - 1));
    cr_expect(deadlines_is_handshake_over(end, wrap + 1));
}
