#include "tui/ui/status_bar.h"

#include "tests/unit/support/client_harness.h"
#include "tui/core/session_waiting.h"

#include <criterion/criterion.h>

TestSuite(status_bar, .init = harness_join, .fini = harness_close);

static void expect(int columns, const char *left, const char *right)
{
    struct status s = status_make(&harness.screen, columns);
    cr_expect_str_eq(s.left, left);
    cr_expect_str_eq(s.right, right);
}

Test(status_bar, where_we_stand)
{
    static const char *const stages[] = {
        [SESSION_CONNECTING] = "connecting to somewhere",
        [SESSION_HANDSHAKE] = "waiting for somewhere to answer",
        [SESSION_UNNAMED] = "choosing a nickname",
        [SESSION_JOINED] = "here",
        [SESSION_CLOSING] = "leaving",
        [SESSION_FAILED] = "connection lost",
    };
    for (int stage = SESSION_CONNECTING; stage <= SESSION_FAILED; stage++) {
        harness.session.state = (enum session_state)stage;
        expect(80, stages[stage], "");
    }
    harness.session.state = SESSION_UNNAMED;
    harness.session.nick.pending = true;
    expect(80, "asking for the nickname", "");
}

Test(status_bar, what_is_waited_for)
{
    harness_close();
    harness_open("ada");
    session_set_resolved(&harness.session, false);
    expect(80, "looking up somewhere", "");
    harness_wait(0);
    harness_wait(2999);
    expect(80, "looking up somewhere", "");
    harness_wait(1);
    expect(80, "looking up somewhere", "for 3 s · Ctrl+C leaves");
    expect(20, "looking up somewhere", "3 s");
    session_set_resolved(&harness.session, true);
    harness_wait(0);
    expect(80, "connecting to somewhere", "");
    harness_wait(9000);
    expect(80, "connecting to somewhere", "for 9 s · Ctrl+C leaves");
    harness_connect();
    harness_wait(0);
    harness_wait(61000);
    expect(80, "waiting for somewhere to answer", "for 61 s · Ctrl+C leaves");
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_wait(0);
    harness_wait(5000);
    expect(80, "asking for the nickname", "for 5 s · Ctrl+C leaves");
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_wait(0);
    expect(80, "here", "");
}

Test(status_bar, a_server_that_does_not_answer_is_not_here)
{
    harness_type("anybody?\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "anybody?");
    harness_wait(0);
    harness_wait(29999);
    expect(80, "here", "");
    harness_wait(1);
    expect(80, "no answer for 30 s", "/reconnect connects again");
    harness_wait(1000);
    expect(80, "no answer for 31 s", "/reconnect connects again");
    harness_receive(PROTO_BROADCAST, "bob", "hello");
    harness_wait(0);
    expect(80, "no answer for 31 s", "/reconnect connects again");
    harness_receive(PROTO_BROADCAST, "ada", "anybody?");
    harness_wait(0);
    expect(80, "here", "");
}

Test(status_bar, the_countdown_is_a_clock)
{
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 5 seconds");
    expect(80, "here", "server shuts down in 0:05");
    expect(20, "here", "ends 0:05");
    harness_wait(1001);
    expect(80, "here", "server shuts down in 0:04");
    harness_wait(60000);
    expect(80, "here", "server shuts down in 0:00");
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 4210 seconds");
    expect(80, "here", "server shuts down in 1:10:10");
}

Test(status_bar, what_is_below)
{
    screen_resize(&harness.screen, 10, 80);
    for (int i = 0; i < 40; i++) harness_receive(PROTO_BROADCAST, "bob", "x");
    expect(80, "here", "");
    harness_type("\x1b[5~");
    expect(80, "here", "more below · Ctrl+End");
    harness_receive(PROTO_BROADCAST, "bob", "new");
    harness_receive(PROTO_BROADCAST, "bob", "new");
    expect(80, "here", "2 new below · Ctrl+End");
    expect(20, "here", "2 new");
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 5 seconds");
    expect(80, "here", "3 new · server shuts down in 0:05");
    expect(20, "here", "3 new · ends 0:05");
    harness_type("\x1b[1;5F");
    expect(80, "here", "server shuts down in 0:05");
}

Test(status_bar, the_rule_above_pinned_rows_says_what_is_below)
{
    char below[64];
    for (int i = 0; i < 40; i++) harness_receive(PROTO_BROADCAST, "bob", "x");
    harness_type("\x1b[5~");
    harness_receive(PROTO_BROADCAST, "bob", "new");
    expect(80, "here", "");
    status_below(&harness.screen, below, sizeof below, false);
    cr_expect_str_eq(below, "1 new below · Ctrl+End");
}

Test(status_bar, a_hint_goes_before_everything_that_can_wait)
{
    harness_type("\x1b");
    harness_show_message("Mind the gap.");
    harness.session.shutdown.at = harness.session.now + 5000;
    expect(80, "Mind the gap.", "ends 0:05");
    harness_type("x");
    expect(80, "here", "server shuts down in 0:05");
}

Test(status_bar, the_way_back_has_a_clock)
{
    harness_disconnect(NULL);
    harness_wait(0);
    harness_disconnect("Connection refused");
    harness.session.reconnect.reconnect_at = harness.session.now + 12000;
    expect(80, "connection lost", "reconnecting in 12 s · Enter tries now");
    expect(24, "connection lost", "again in 12 s");
    harness_wait(1000);
    expect(80, "connection lost", "reconnecting in 11 s · Enter tries now");
    harness.session.reconnect.reconnect_at = -1;
    expect(80, "connection lost", "Enter tries again");
}

Test(status_bar, lines_in_doubt_are_not_forgotten)
{
    harness_type("a\rb\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "a");
    harness_expect_sent(PROTO_BROADCAST, "ada", "b");
    harness_return();
    expect(80, "here", "2 marked ? · /resend or /drop");
    expect(20, "here", "2 ?");
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 5 seconds");
    expect(80, "here", "server shuts down in 0:05");
}

Test(status_bar, our_ghost_is_asked_about)
{
    harness_reconnect();
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    expect(80, "asking for the nickname", "");
}
