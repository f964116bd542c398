#include "tui/ui/status_bar.h"

#include "tests/unit/support/client_harness.h"

#include <criterion/criterion.h>

TestSuite(status_bar, .init = chat_join, .fini = chat_close);

static void expect(int columns, const char *left, const char *right)
{
    struct status s = chat_status_bar(columns);
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
        chat_pretend_state((enum session_state)stage);
        expect(80, stages[stage], "");
    }
    chat_pretend_state(SESSION_UNNAMED);
    chat_pretend_nick_pending();
    expect(80, "asking for the nickname", "");
}

Test(status_bar, what_is_waited_for)
{
    chat_close();
    chat_open("ada");
    chat_pretend_unresolved();
    expect(80, "looking up somewhere", "");
    chat_wait(0);
    chat_wait(2999);
    expect(80, "looking up somewhere", "");
    chat_wait(1);
    expect(80, "looking up somewhere", "for 3 s · Ctrl+C leaves");
    expect(20, "looking up somewhere", "3 s");
    chat_pretend_resolved();
    chat_wait(0);
    expect(80, "connecting to somewhere", "");
    chat_wait(9000);
    expect(80, "connecting to somewhere", "for 9 s · Ctrl+C leaves");
    chat_connect();
    chat_wait(0);
    chat_wait(61000);
    expect(80, "waiting for somewhere to answer", "for 61 s · Ctrl+C leaves");
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_wait(0);
    chat_wait(5000);
    expect(80, "asking for the nickname", "for 5 s · Ctrl+C leaves");
    chat_hear(PROTO_READY, "SERVER", "READY");
    chat_wait(0);
    expect(80, "here", "");
}

Test(status_bar, a_server_that_does_not_answer_is_not_here)
{
    chat_type("anybody?\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "anybody?");
    chat_wait(0);
    chat_wait(29999);
    expect(80, "here", "");
    chat_wait(1);
    expect(80, "no answer for 30 s", "/reconnect connects again");
    chat_wait(1000);
    expect(80, "no answer for 31 s", "/reconnect connects again");
    chat_hear(PROTO_BROADCAST, "bob", "hello");
    chat_wait(0);
    expect(80, "no answer for 31 s", "/reconnect connects again");
    chat_hear(PROTO_BROADCAST, "ada", "anybody?");
    chat_wait(0);
    expect(80, "here", "");
}

Test(status_bar, the_countdown_is_a_clock)
{
    chat_hear(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 5 seconds");
    expect(80, "here", "server shuts down in 0:05");
    expect(20, "here", "ends 0:05");
    chat_wait(1001);
    expect(80, "here", "server shuts down in 0:04");
    chat_wait(60000);
    expect(80, "here", "server shuts down in 0:00");
    chat_hear(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 4210 seconds");
    expect(80, "here", "server shuts down in 1:10:10");
}

Test(status_bar, what_is_below)
{
    chat_resize(10, 80);
    for (int i = 0; i < 40; i++) chat_hear(PROTO_BROADCAST, "bob", "x");
    expect(80, "here", "");
    chat_type("\x1b[5~");
    expect(80, "here", "more below · Ctrl+End");
    chat_hear(PROTO_BROADCAST, "bob", "new");
    chat_hear(PROTO_BROADCAST, "bob", "new");
    expect(80, "here", "2 new below · Ctrl+End");
    expect(20, "here", "2 new");
    chat_hear(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 5 seconds");
    expect(80, "here", "3 new · server shuts down in 0:05");
    expect(20, "here", "3 new · ends 0:05");
    chat_type("\x1b[1;5F");
    expect(80, "here", "server shuts down in 0:05");
}

Test(status_bar, the_rule_above_pinned_rows_says_what_is_below)
{
    char below[64];
    for (int i = 0; i < 40; i++) chat_hear(PROTO_BROADCAST, "bob", "x");
    chat_type("\x1b[5~");
    chat_hear(PROTO_BROADCAST, "bob", "new");
    expect(80, "here", "");
    chat_status_below(below, sizeof below, false);
    cr_expect_str_eq(below, "1 new below · Ctrl+End");
}

Test(status_bar, a_hint_goes_before_everything_that_can_wait)
{
    chat_type("\x1b");
    chat_show_message("Mind the gap.");
    chat_pretend_shutdown_at(chat_now() + 5000);
    expect(80, "Mind the gap.", "ends 0:05");
    chat_type("x");
    expect(80, "here", "server shuts down in 0:05");
}

Test(status_bar, the_way_back_has_a_clock)
{
    chat_disconnect(NULL);
    chat_wait(0);
    chat_disconnect("Connection refused");
    chat_pretend_reconnect_at(chat_now() + 12000);
    expect(80, "connection lost", "reconnecting in 12 s · Enter tries now");
    expect(24, "connection lost", "again in 12 s");
    chat_wait(1000);
    expect(80, "connection lost", "reconnecting in 11 s · Enter tries now");
    chat_pretend_reconnect_at(-1);
    expect(80, "connection lost", "Enter tries again");
}

Test(status_bar, lines_in_doubt_are_not_forgotten)
{
    chat_type("a\rb\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "a");
    chat_expect_sent(PROTO_BROADCAST, "ada", "b");
    chat_return();
    expect(80, "here", "2 marked ? · /resend or /drop");
    expect(20, "here", "2 ?");
    chat_hear(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 5 seconds");
    expect(80, "here", "server shuts down in 0:05");
}

Test(status_bar, our_ghost_is_asked_about)
{
    chat_reconnect();
    chat_hear(PROTO_RETRY, "SERVER", "RETRY");
    expect(80, "asking for the nickname", "");
}
