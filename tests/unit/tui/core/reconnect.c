#include "tui/core/reconnect.h"

#include <criterion/criterion.h>

static struct reconnect r;

static void set_out(void)
{
    reconnect_init(&r, 7);
}

TestSuite(reconnect, .init = set_out);

static void expect_wait(int64_t now, int64_t wait)
{
    cr_expect(r.reconnect_at >= now + wait * 3 / 4 && r.reconnect_at <= now + wait, "%jd after %jd",
              (intmax_t)(r.reconnect_at - now), (intmax_t)now);
}

Test(reconnect, the_first_try_is_at_once_and_the_waits_grow_to_a_minute)
{
    reconnect_joined(&r, 0);
    reconnect_lost(&r, 20000, false);
    expect_wait(20000, 0);
    for (int64_t wait = 1000; wait < 60000; wait *= 2) {
        reconnect_lost(&r, 30000, false);
        expect_wait(30000, wait);
    }
    for (int i = 0; i < 5; i++) reconnect_lost(&r, 40000, false);
    expect_wait(40000, 60000);
}

Test(reconnect, a_server_that_throws_us_out_at_once_is_not_pestered)
{
    reconnect_joined(&r, 0);
    reconnect_lost(&r, 100, false);
    expect_wait(100, 0);
    reconnect_joined(&r, 200);
    reconnect_lost(&r, 300, false);
    expect_wait(300, 1000);
    reconnect_joined(&r, 2000);
    reconnect_lost(&r, 12000, false);
    expect_wait(12000, 0);
}

Test(reconnect, a_try_that_the_user_asks_for_lengthens_no_wait)
{
    reconnect_joined(&r, 0);
    for (int i = 0; i < 3; i++) reconnect_lost(&r, 20000, false);
    expect_wait(20000, 2000);
    for (int64_t now = 20100; now < 21000; now += 100) {
        reconnect_retry_now(&r, now);
        reconnect_retry_now(&r, now);
        cr_expect_eq(r.reconnect_at, now);
        reconnect_lost(&r, now, false);
        expect_wait(now, 2000);
    }
}

Test(reconnect, a_refusal_waits_for_the_person)
{
    reconnect_joined(&r, 0);
    reconnect_lost(&r, 500, true);
    cr_expect_eq(r.reconnect_at, RECONNECT_NEVER);
    reconnect_retry_now(&r, 700);
    cr_expect_eq(r.reconnect_at, 700);
}

Test(reconnect, a_refused_nickname_is_our_ghost_for_a_while)
{
    int64_t now = 1000000;
    int in_a_minute = 0;
    reconnect_joined(&r, 0);
    reconnect_lost(&r, now, false);
    cr_assert(reconnect_nick_refused(&r, now));
    cr_expect(r.nick_retry_at > now && r.nick_retry_at <= now + 1000);
    while (reconnect_nick_refused(&r, now = r.nick_retry_at)) {
        cr_expect(r.nick_retry_at > now && r.nick_retry_at <= now + 10000);
        in_a_minute += r.nick_retry_at < 1060000;
    }
    cr_expect(now >= 1070000 && now <= 1080000);
    cr_expect_eq(r.nick_retry_at, RECONNECT_NEVER);
    cr_expect(in_a_minute >= 7 && in_a_minute <= 10, "asked %d times", in_a_minute);
    cr_expect_not(reconnect_nick_refused(&r, now + 1000), "a later refusal is another one's doing");
    reconnect_joined(&r, now);
    reconnect_lost(&r, now + 20000, false);
    cr_expect(reconnect_nick_refused(&r, now + 20000));
}

Test(reconnect, a_connection_lost_meanwhile_does_not_give_the_ghost_more_time)
{
    reconnect_joined(&r, 0);
    reconnect_lost(&r, 0, false);
    cr_expect(reconnect_nick_refused(&r, 0));
    reconnect_lost(&r, 60000, false);
    cr_expect(reconnect_nick_refused(&r, 69999));
    cr_expect_not(reconnect_nick_refused(&r, 70000));
}

/* -- the backoff -- */

static void expect_about(struct backoff *b, int64_t wait)
{
    int64_t next = backoff_next(b);
    cr_expect(next > wait * 3 / 4 - 1 && next <= wait, "%jd is not about %jd", (intmax_t)next,
              (intmax_t)wait);
}

Test(backoff, at_once_then_doubling_up_to_the_most)
{
    for (uint32_t chance = 0; chance < 1000; chance++) {
        struct backoff b = {.max_ms = 60000, .seed = chance * 4294967U};
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
    struct backoff a = {.max_ms = 60000, .seed = 1}, b = {.max_ms = 60000, .seed = 2};
    int same = 0;
    for (int i = 0; i < 100; i++) same += backoff_next(&a) == backoff_next(&b);
    cr_expect_lt(same, 10);
}

Test(backoff, the_tries_may_go_on_for_ever)
{
    struct backoff b = {.max_ms = 60000, .tries = UINT32_MAX};
    for (int i = 0; i < 10; i++) cr_expect_leq(backoff_next(&b), 60000);
}
