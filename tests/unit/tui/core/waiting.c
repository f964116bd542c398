#include "tui/core/waiting.h"

#include <criterion/criterion.h>

static struct waiting w;

Test(waiting, seconds_are_shown_after_three)
{
    waiting_update(&w, WAITING_ADDRESS, 0, 500);
    cr_expect_eq(waiting_seconds(&w, 3499), 0);
    cr_expect_eq(waiting_deadline(&w, 500), 3500);
    cr_expect_eq(waiting_seconds(&w, 3500), 3);
    cr_expect_eq(waiting_deadline(&w, 3500), 4500);
    cr_expect_eq(waiting_seconds(&w, 60900), 60);
    cr_expect_eq(waiting_deadline(&w, 60900), 61500);
}

Test(waiting, for_something_else_is_a_new_wait)
{
    waiting_update(&w, WAITING_ADDRESS, 0, 0);
    waiting_update(&w, WAITING_CONNECTION, 0, 4000);
    waiting_update(&w, WAITING_CONNECTION, 0, 6000);
    cr_expect_eq(waiting_seconds(&w, 6000), 0);
    cr_expect_eq(waiting_seconds(&w, 7000), 3);
}

Test(waiting, for_nothing_says_nothing)
{
    waiting_update(&w, WAITING_NOTHING, 0, 0);
    cr_expect_eq(waiting_seconds(&w, 1000000), 0);
    cr_expect_eq(waiting_deadline(&w, 1000000), -1);
    cr_expect_not(waiting_report(&w, 1000000));
}

Test(waiting, for_an_echo_counts_from_the_last_answer)
{
    waiting_update(&w, WAITING_ECHO, 1, 0);
    waiting_update(&w, WAITING_ECHO, 3, 20000);
    cr_expect_eq(waiting_seconds(&w, 29999), 0);
    cr_expect_eq(waiting_seconds(&w, 30000), 30);
    waiting_update(&w, WAITING_ECHO, 2, 31000);
    cr_expect_eq(waiting_seconds(&w, 31000), 0);
    cr_expect_eq(waiting_deadline(&w, 31000), 61000);
    cr_expect_not(waiting_report(&w, 50000));
}

Test(waiting, is_reported_once)
{
    waiting_update(&w, WAITING_GREETING, 0, 0);
    cr_expect_not(waiting_report(&w, 9999));
    cr_expect(waiting_report(&w, 10000));
    cr_expect_not(waiting_report(&w, 20000));
    waiting_update(&w, WAITING_ADDRESS, 0, 30000);
    cr_expect_not(waiting_report(&w, 50000), "the next attempt repeats it");
    w.reported = false;
    cr_expect(waiting_report(&w, 50000));
}

Test(waiting, an_update_tells_whether_the_seconds_have_changed)
{
    cr_expect_not(waiting_update(&w, WAITING_GREETING, 0, 0));
    cr_expect_not(waiting_update(&w, WAITING_GREETING, 0, 2999));
    cr_expect(waiting_update(&w, WAITING_GREETING, 0, 3000));
    cr_expect_not(waiting_update(&w, WAITING_GREETING, 0, 3999));
    cr_expect(waiting_update(&w, WAITING_NOTHING, 0, 4500));
}
