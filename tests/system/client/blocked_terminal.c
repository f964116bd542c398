/* A terminal that accepts no output: stopped by Ctrl+S, or behind a network that hangs. */
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>

static struct client start_blocked(void)
{
    struct client c = client_start(24, 80);
    client_sync(&c);
    terminal_stop(c.term, true);
    return c;
}

static void flood(struct client *c, int lines)
{
    for (int i = 1; i <= lines; i++) {
        char text[32];
        snprintf(text, sizeof text, "Line %d.", i);
        client_receive(c, "bob", text);
    }
}

Test(client_blocked_terminal, messages_are_received_and_sent_meanwhile_and_shown_afterwards)
{
    struct client c = start_blocked();
    flood(&c, 3000);
    client_send(&c, "blind");
    flood(&c, 3000);
    client_send(&c, "still blind");
    terminal_stop(c.term, false);
    terminal_wait_for(c.term, "Line 3000.");
    terminal_wait_for(c.term, "still blind");
    client_quit(&c);
}

Test(client_blocked_terminal, klatch_reconnects)
{
    struct client c = start_blocked();
    flood(&c, 10);
    peer_close(c.server);
    c.server = fake_server_admit(&c.listener, "ada");
    client_send(&c, "back");
    terminal_stop(c.term, false);
    terminal_wait_for(c.term, "back");
    client_quit(&c);
}

Test(client_blocked_terminal, a_signal_says_goodbye_and_exits)
{
    struct client c = start_blocked();
    flood(&c, 100);
    client_send(&c, "last");
    terminal_signal(c.term, SIGTERM);
    client_expect_goodbye(&c, "ada");
    cr_assert_eq(terminal_wait_exit(c.term), 0);
    cr_assert(terminal_modes_restored(c.term));
    fake_server_close(&c.listener);
}
