#include "common/token_bucket.h"

#include <criterion/criterion.h>

/* Takes as many as may go now. */
static int take(struct token_bucket *p, const struct token_rate *rate, int64_t now)
{
    int n = 0;
    for (; n < 1000 && token_bucket_allows(p, rate, now); n++) token_bucket_take(p, rate, 1, now);
    return n;
}

Test(token_bucket, a_burst_and_then_one_at_a_time)
{
    struct token_rate rate = token_rate(10, 5);
    struct token_bucket p = {0};
    cr_expect_eq(take(&p, &rate, 50000), 5);
    cr_expect_eq(take(&p, &rate, 50099), 0);
    cr_expect_eq(take(&p, &rate, 50100), 1);
    cr_expect_eq(take(&p, &rate, 50100), 0);
    cr_expect_eq(take(&p, &rate, 50300), 2);
}

Test(token_bucket, a_rest_gives_the_burst_again_and_no_more)
{
    struct token_rate rate = token_rate(10, 5);
    struct token_bucket p = {0};
    take(&p, &rate, 1000);
    cr_expect_eq(take(&p, &rate, 1000 + token_bucket_refill_ms(&rate)), 5);
    cr_expect_eq(take(&p, &rate, 1000000), 5);
}

Test(token_bucket, in_the_long_run_the_rate_holds_however_often_it_is_asked)
{
    struct token_rate rate = token_rate(20, 60);
    struct token_bucket p = {0};
    int n = 0;
    for (int64_t now = 0; now < 100000; now += 7) n += take(&p, &rate, now);
    cr_expect_leq(n, 60 + 100 * 20);
    cr_expect_geq(n, 60 + 100 * 20 - 1);
}

Test(token_bucket, no_rate_is_any_number)
{
    struct token_rate rate = token_rate(0, 7);
    struct token_bucket p = {0};
    cr_expect_eq(take(&p, &rate, 1), 1000);
    cr_expect_eq(take(&p, &rate, 1), 1000);
}

Test(token_bucket, a_burst_of_none_is_one)
{
    struct token_rate rate = token_rate(1, 0);
    struct token_bucket p = {0};
    cr_expect_eq(take(&p, &rate, 1), 1);
}

Test(token_bucket, what_goes_without_leave_need_not_all_be_made_up_for)
{
    struct token_rate rate = token_rate(10, 5);
    struct token_bucket p = {0};
    for (int i = 0; i < 100; i++) token_bucket_take(&p, &rate, 5, 1000);
    cr_expect_not(token_bucket_allows(&p, &rate, 1000));
    cr_expect_eq(take(&p, &rate, 1000 + 2 * token_bucket_refill_ms(&rate)), 5);
}

Test(token_bucket, several_at_once_are_made_up_for)
{
    struct token_rate rate = token_rate(10, 5);
    struct token_bucket p = {0};
    token_bucket_take(&p, &rate, 7, 1000);
    cr_expect_not(token_bucket_allows(&p, &rate, 1299));
    cr_expect(token_bucket_allows(&p, &rate, 1300));
}

Test(token_bucket, the_next_token_is_due_neither_early_nor_late)
{
    static const struct token_rate frames = {.step = 33000, .slack = 3 * 33000};
    struct token_bucket p = {0};
    cr_expect_leq(token_bucket_due(&p, &frames), 1000);
    cr_expect_eq(take(&p, &frames, 1000), 4);
    cr_expect_eq(take(&p, &frames, 1000), 0);
    int64_t due = token_bucket_due(&p, &frames);
    cr_expect_eq(due, 1000 + 33);
    cr_expect_eq(take(&p, &frames, due - 1), 0);
    cr_expect_eq(take(&p, &frames, due), 1);
    cr_expect_eq(take(&p, &frames, 3600000), 4, "a rest is not saved up for");
}

Test(token_bucket, what_goes_on_gets_a_token_each_step)
{
    static const struct token_rate frames = {.step = 33000, .slack = 3 * 33000};
    struct token_bucket p = {0};
    int n = 0;
    for (int64_t now = 5000; now < 65000; now++) n += take(&p, &frames, now);
    cr_expect_eq(n, 60000 / 33 + 4, "%d", n);
}

Test(token_bucket, a_drained_one_has_a_token_after_a_step)
{
    struct token_rate rate = token_rate(10, 5);
    struct token_bucket p = {0};
    token_bucket_drain(&p, &rate, 7000);
    cr_expect_eq(token_bucket_due(&p, &rate), 7100);
    cr_expect_eq(take(&p, &rate, 7099), 0);
    cr_expect_eq(take(&p, &rate, 7100), 1);
}

static bool is_equal_packed(const struct token_bucket *p, const struct token_rate *rate,
                            int64_t now)
{
    struct token_bucket copy = token_bucket_unpack(token_bucket_pack(p), rate, now);
    return token_bucket_allows(p, rate, now) == token_bucket_allows(&copy, rate, now);
}

/* Also around the times at which 32 bits of milliseconds wrap. */
Test(token_bucket, a_packed_one_allows_the_same)
{
    static const int64_t starts[] = {0, 1, 1000, INT64_C(1) << 31, (INT64_C(1) << 32) - 1000};
    struct token_rate rate = token_rate(10, 5);
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        struct token_bucket p = {0};
        for (int64_t now = starts[i]; now < starts[i] + 3000; now++) {
            cr_assert(is_equal_packed(&p, &rate, now), "%jd", (intmax_t)now);
            if (now % 50 == 0) token_bucket_take(&p, &rate, 1, now);
        }
    }
}

Test(token_bucket, a_packed_one_is_full_after_any_time)
{
    struct token_rate rate = token_rate(10, 5);
    struct token_bucket p = {0};
    token_bucket_take(&p, &rate, 20, 1000);
    uint32_t packed = token_bucket_pack(&p);
    struct token_bucket empty = token_bucket_unpack(packed, &rate, 1000);
    cr_expect_not(token_bucket_allows(&empty, &rate, 1000));
    for (int64_t rest = 4000; rest < (INT64_C(1) << 32) - 2000; rest += 1000003) {
        struct token_bucket later = token_bucket_unpack(packed, &rate, 1000 + rest);
        cr_assert(token_bucket_allows(&later, &rate, 1000 + rest), "%jd", (intmax_t)rest);
    }
}
