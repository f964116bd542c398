#include "tui/core/away.h"

#include <criterion/criterion.h>

static struct away w;

static void set_out(void)
{
    away_init(&w, 7);
}

TestSuite(away, .init = set_out);

static void expect_wait(int64_t now, int64_t wait)
{
    cr_expect(w.dials >= now + wait * 3 / 4 && w.dials <= now + wait, "%jd after %jd",
              (intmax_t)(w.dials - now), (intmax_t)now);
}

Test(away, the_first_try_is_at_once_and_the_waits_grow_to_a_minute)
{
    away_came(&w, 0);
    away_lost(&w, 20000, false);
    expect_wait(20000, 0);
    for (int64_t wait = 1000; wait < 60000; wait *= 2) {
        away_lost(&w, 30000, false);
        expect_wait(30000, wait);
    }
    for (int i = 0; i < 5; i++) away_lost(&w, 40000, false);
    expect_wait(40000, 60000);
}

Test(away, a_server_that_throws_us_out_at_once_is_not_pestered)
{
    away_came(&w, 0);
    away_lost(&w, 100, false);
    expect_wait(100, 0);
    away_came(&w, 200);
    away_lost(&w, 300, false);
    expect_wait(300, 1000);
    away_came(&w, 2000);
    away_lost(&w, 12000, false);
    expect_wait(12000, 0);
}

Test(away, a_refusal_waits_for_the_person)
{
    away_came(&w, 0);
    away_lost(&w, 500, true);
    cr_expect_eq(w.dials, AWAY_NEVER);
    away_hurry(&w, 700);
    cr_expect_eq(w.dials, 700);
}

Test(away, a_refused_nickname_is_our_ghost_for_a_while)
{
    int64_t now = 1000000;
    int in_a_minute = 0;
    away_came(&w, 0);
    away_lost(&w, now, false);
    cr_assert(away_ghost(&w, now));
    cr_expect(w.asks > now && w.asks <= now + 1000);
    while (away_ghost(&w, now = w.asks)) {
        cr_expect(w.asks > now && w.asks <= now + 10000);
        in_a_minute += w.asks < 1060000;
    }
    cr_expect(now >= 1070000 && now <= 1080000);
    cr_expect_eq(w.asks, AWAY_NEVER);
    cr_expect(in_a_minute >= 7 && in_a_minute <= 10, "asked %d times", in_a_minute);
    cr_expect_not(away_ghost(&w, now + 1000), "a later refusal is another one's doing");
    away_came(&w, now);
    away_lost(&w, now + 20000, false);
    cr_expect(away_ghost(&w, now + 20000));
}

Test(away, a_connection_lost_meanwhile_does_not_give_the_ghost_more_time)
{
    away_came(&w, 0);
    away_lost(&w, 0, false);
    cr_expect(away_ghost(&w, 0));
    away_lost(&w, 60000, false);
    cr_expect(away_ghost(&w, 69999));
    cr_expect_not(away_ghost(&w, 70000));
}
