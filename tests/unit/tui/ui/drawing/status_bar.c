#include "tui/ui/drawing/status_bar.h"

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
    const char *const stages[] = {
        [SESSION_CONNECTING] = harness_text(STATUS_CONNECTING, "somewhere"),
        [SESSION_UNTRUSTED] = STATUS_UNTRUSTED,
        [SESSION_HANDSHAKE] = harness_text(STATUS_HANDSHAKE, "somewhere"),
        [SESSION_UNNAMED] = STATUS_UNNAMED,
        [SESSION_JOINED] = STATUS_JOINED,
        [SESSION_CLOSING] = STATUS_CLOSING,
        [SESSION_FAILED] = STATUS_LOST,
    };
    for (int stage = SESSION_CONNECTING; stage <= SESSION_FAILED; stage++) {
        harness.session.state = (enum session_state)stage;
        expect(80, stages[stage], "");
    }
    harness.session.state = SESSION_UNNAMED;
    harness.session.nick.pending = true;
    expect(80, STATUS_REQUESTING, "");
}

Test(status_bar, what_is_waited_for)
{
    harness_close();
    harness_open("ada");
    session_set_resolved(&harness.session, false);
    expect(80, harness_text(STATUS_RESOLVING, "somewhere"), "");
    harness_wait(0);
    harness_wait(2999);
    expect(80, harness_text(STATUS_RESOLVING, "somewhere"), "");
    harness_wait(1);
    expect(80, harness_text(STATUS_RESOLVING, "somewhere"), harness_text(STATUS_WAITING, 3LL));
    expect(20, harness_text(STATUS_RESOLVING, "somewhere"),
           harness_text(STATUS_WAITING_BRIEF, 3LL));
    session_set_resolved(&harness.session, true);
    harness_wait(0);
    expect(80, harness_text(STATUS_CONNECTING, "somewhere"), "");
    harness_wait(9000);
    expect(80, harness_text(STATUS_CONNECTING, "somewhere"), harness_text(STATUS_WAITING, 9LL));
    harness_connect();
    harness_wait(0);
    harness_wait(61000);
    expect(80, harness_text(STATUS_HANDSHAKE, "somewhere"), harness_text(STATUS_WAITING, 61LL));
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_wait(0);
    harness_wait(5000);
    expect(80, STATUS_REQUESTING, harness_text(STATUS_WAITING, 5LL));
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_wait(0);
    expect(80, STATUS_JOINED, "");
}

Test(status_bar, how_many_are_here)
{
    harness_command("/who");
    harness_receive(PROTO_WHO, "SERVER", "ada\nbob");
    expect(80, harness_text(STATUS_HERE, (size_t)2), "");
    expect(20, harness_text(STATUS_HERE_BRIEF, (size_t)2), "");
    harness_receive(PROTO_BROADCAST, "SERVER", "cyd joined the chat");
    expect(80, harness_text(STATUS_HERE, (size_t)3), "");
    harness_disconnect("Connection reset by peer");
    cr_expect_str_eq(status_make(&harness.screen, 80).left, STATUS_LOST);
}

Test(status_bar, a_server_that_does_not_answer_is_not_here)
{
    harness_type("anybody?\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "anybody?");
    harness_wait(0);
    harness_wait(29999);
    expect(80, STATUS_JOINED, "");
    harness_wait(1);
    expect(80, harness_text(STATUS_NO_ANSWER, 30LL), STATUS_RECONNECT);
    harness_wait(1000);
    expect(80, harness_text(STATUS_NO_ANSWER, 31LL), STATUS_RECONNECT);
    harness_receive(PROTO_BROADCAST, "bob", "hello");
    harness_wait(0);
    expect(80, harness_text(STATUS_NO_ANSWER, 31LL), STATUS_RECONNECT);
    harness_receive(PROTO_BROADCAST, "ada", "anybody?");
    harness_wait(0);
    expect(80, STATUS_JOINED, "");
}

Test(status_bar, the_countdown_is_a_clock)
{
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 5 seconds");
    expect(80, STATUS_JOINED, harness_text(STATUS_SHUTDOWN, "0:05"));
    expect(20, STATUS_JOINED, harness_text(STATUS_SHUTDOWN_BRIEF, "0:05"));
    harness_wait(1001);
    expect(80, STATUS_JOINED, harness_text(STATUS_SHUTDOWN, "0:04"));
    harness_wait(60000);
    expect(80, STATUS_JOINED, harness_text(STATUS_SHUTDOWN, "0:00"));
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 4210 seconds");
    expect(80, STATUS_JOINED, harness_text(STATUS_SHUTDOWN, "1:10:10"));
}

Test(status_bar, what_is_below)
{
    screen_resize(&harness.screen, 10, 80);
    for (int i = 0; i < 40; i++) harness_receive(PROTO_BROADCAST, "bob", "x");
    expect(80, STATUS_JOINED, "");
    harness_type("\x1b[5~");
    expect(80, STATUS_JOINED, STATUS_MORE);
    harness_receive(PROTO_BROADCAST, "bob", "new");
    harness_receive(PROTO_BROADCAST, "bob", "new");
    expect(80, STATUS_JOINED, harness_text(STATUS_NEW, (size_t)2));
    expect(20, STATUS_JOINED, harness_text(STATUS_NEW_BRIEF, (size_t)2));
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 5 seconds");
    expect(80, STATUS_JOINED,
           harness_text(STATUS_NEW_BRIEF " · " STATUS_SHUTDOWN, (size_t)3, "0:05"));
    expect(20, STATUS_JOINED,
           harness_text(STATUS_NEW_BRIEF " · " STATUS_SHUTDOWN_BRIEF, (size_t)3, "0:05"));
    harness_type("\x1b[1;5F");
    expect(80, STATUS_JOINED, harness_text(STATUS_SHUTDOWN, "0:05"));
}

Test(status_bar, the_rule_above_pinned_rows_says_what_is_below)
{
    char below[64];
    for (int i = 0; i < 40; i++) harness_receive(PROTO_BROADCAST, "bob", "x");
    harness_type("\x1b[5~");
    harness_receive(PROTO_BROADCAST, "bob", "new");
    expect(80, STATUS_JOINED, "");
    status_below(&harness.screen, below, sizeof below, false);
    cr_expect_str_eq(below, harness_text(STATUS_NEW, (size_t)1));
}

Test(status_bar, a_hint_goes_before_everything_that_can_wait)
{
    harness_type("\x1b");
    harness_show_message("Mind the gap.");
    harness.session.shutdown.at = harness.session.now + 5000;
    expect(80, "Mind the gap.", harness_text(STATUS_SHUTDOWN_BRIEF, "0:05"));
    harness_type("x");
    expect(80, STATUS_JOINED, harness_text(STATUS_SHUTDOWN, "0:05"));
}

Test(status_bar, the_way_back_has_a_clock)
{
    harness_disconnect(NULL);
    harness_wait(0);
    harness_disconnect("Connection refused");
    harness.session.reconnect.reconnect_at = harness.session.now + 12000;
    expect(80, STATUS_LOST, harness_text(STATUS_RECONNECTING, 12LL));
    expect(24, STATUS_LOST, harness_text(STATUS_RECONNECTING_BRIEF, 12LL));
    harness_wait(1000);
    expect(80, STATUS_LOST, harness_text(STATUS_RECONNECTING, 11LL));
    harness.session.reconnect.reconnect_at = -1;
    expect(80, STATUS_LOST, STATUS_ENTER_TRIES);
}

Test(status_bar, lines_in_doubt_are_not_forgotten)
{
    harness_type("a\rb\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "a");
    harness_expect_sent(PROTO_BROADCAST, "ada", "b");
    harness_return();
    expect(80, STATUS_JOINED, harness_text(STATUS_UNCONFIRMED, (size_t)2));
    expect(20, STATUS_JOINED, harness_text(STATUS_UNCONFIRMED_BRIEF, (size_t)2));
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 5 seconds");
    expect(80, STATUS_JOINED, harness_text(STATUS_SHUTDOWN, "0:05"));
}

Test(status_bar, our_ghost_is_asked_about)
{
    harness_reconnect();
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    expect(80, STATUS_REQUESTING, "");
}

static void expect_title(enum session_security security, int cells, const char *expected)
{
    char text[STATUS_TITLE_SIZE];
    harness.session.security = security;
    status_title(&harness.session, text, cells);
    cr_expect_str_eq(text, expected);
}

Test(status_bar, the_title_tells_who_can_read)
{
    expect_title(SECURITY_LOCAL, 80, STATUS_PRODUCT "somewhere");
    expect_title(SECURITY_NONE, 80, STATUS_PRODUCT "somewhere · " STATUS_NOT_ENCRYPTED);
    expect_title(SECURITY_KNOWN, 80, STATUS_PRODUCT "somewhere · " STATUS_ENCRYPTED);
    expect_title(SECURITY_CERTIFIED, 80, STATUS_PRODUCT "somewhere · " STATUS_CERTIFIED);
}

Test(status_bar, a_title_that_is_too_long_keeps_the_sign)
{
    expect_title(SECURITY_KNOWN, 39, STATUS_PRODUCT "somewhere · " STATUS_ENCRYPTED);
    expect_title(SECURITY_KNOWN, 38, STATUS_SECURE " " STATUS_PRODUCT "somewhere");
    expect_title(SECURITY_NONE, 10, STATUS_INSECURE " " STATUS_PRODUCT "somewhere");
    expect_title(SECURITY_LOCAL, -3, STATUS_PRODUCT "somewhere");
}
