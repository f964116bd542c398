#include "tui/core/backoff.h"

#include <criterion/criterion.h>

static void expect_about(struct backoff *b, int64_t wait)
{
    int64_t next = backoff_next(b);
    cr_expect(next > wait * 3 / 4 - 1 && next <= wait, "%jd is not about %jd", (intmax_t)next,
              (intmax_t)wait);
}

Test(backoff, at_once_then_doubling_up_to_the_most)
{
    for (uint32_t chance = 0; chance < 1000; chance++) {
        struct backoff b = {.most = 60000, .chance = chance * 4294967U};
        cr_expect_eq(backoff_next(&b), 0);
        for (int64_t wait = 1000; wait <= 32000; wait *= 2) expect_about(&b, wait);
        for (int i = 0; i < 100; i++) expect_about(&b, 60000);
        backoff_reset(&b);
        cr_expect_eq(backoff_next(&b), 0);
        expect_about(&b, 1000);
    }
}

Test(backoff, people_come_apart)
{
    struct backoff a = {.most = 60000, .chance = 1}, b = {.most = 60000, .chance = 2};
    int same = 0;
    for (int i = 0; i < 100; i++) same += backoff_next(&a) == backoff_next(&b);
    cr_expect_lt(same, 10);
}

Test(backoff, the_tries_may_go_on_for_ever)
{
    struct backoff b = {.most = 60000, .tries = UINT32_MAX};
    for (int i = 0; i < 10; i++) cr_expect_leq(backoff_next(&b), 60000);
}
