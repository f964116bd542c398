/* A terminal that takes no output: stopped by Ctrl+S, or behind a network that hangs. */
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>

static struct visit visit_stuck(void)
{
    struct visit v = visit_start(24, 80);
    visit_settle(&v);
    terminal_stop(v.t, true);
    return v;
}

static void flood(struct visit *v, int lines)
{
    for (int i = 1; i <= lines; i++) {
        char text[32];
        snprintf(text, sizeof text, "Line %d.", i);
        visit_hear(v, "bob", text);
    }
}

Test(client_stuck, the_room_is_heard_and_answered_and_then_shown_as_it_is)
{
    struct visit v = visit_stuck();
    flood(&v, 3000);
    visit_say(&v, "blind");
    flood(&v, 3000);
    visit_say(&v, "still blind");
    terminal_stop(v.t, false);
    terminal_wait_for(v.t, "Line 3000.");
    terminal_wait_for(v.t, "still blind");
    visit_end(&v);
}

Test(client_stuck, a_lost_connection_comes_back)
{
    struct visit v = visit_stuck();
    flood(&v, 10);
    peer_close(v.server);
    v.server = fake_admit(&v.fake, "ada");
    visit_say(&v, "back");
    terminal_stop(v.t, false);
    terminal_wait_for(v.t, "back");
    visit_end(&v);
}

Test(client_stuck, goodbye_is_said_and_the_end_does_not_wait)
{
    struct visit v = visit_stuck();
    flood(&v, 100);
    visit_say(&v, "last");
    terminal_signal(v.t, SIGTERM);
    visit_expect_goodbye(&v, "ada");
    cr_assert_eq(terminal_wait_exit(v.t), 0);
    cr_assert(terminal_modes_restored(v.t));
    fake_close(&v.fake);
}

Test(client_stuck, last_words_do_not_wait_either)
{
    struct visit v = visit_stuck();
    terminal_type(v.t, "draft");
    flood(&v, 100);
    peer_send_bytes(v.server, "\0\0", 2);
    cr_assert_eq(terminal_wait_exit(v.t), 76);
    cr_assert(terminal_modes_restored(v.t));
    peer_close(v.server);
    fake_close(&v.fake);
}
