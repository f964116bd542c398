#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <sysexits.h>

TestSuite(client_session_reconnect, .init = harness_join, .fini = harness_close);

Test(client_session_reconnect, a_lost_connection_is_told_and_kept_up_with)
{
    harness_type("draft");
    harness_disconnect("Connection reset by peer");
    cr_expect_eq(harness.session.state, SESSION_DISCONNECTED);
    cr_expect_eq(harness.session.exit.status, EX_UNAVAILABLE);
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_LOST, "Connection reset by peer");
    cr_expect_eq(harness_deadline(), harness.session.now, "the first try is at once");
    harness_wait(0);
    cr_expect_eq(harness.session.state, SESSION_CONNECTING);
    harness_disconnect("Connection refused");
    cr_expect_eq(harness.session.state, SESSION_DISCONNECTED);
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_LOST, "Connection reset by peer");
    int64_t wait = harness.session.reconnect.reconnect_at - harness.session.now;
    cr_expect(wait > 0 && wait <= 1000);
    harness_type("\x1b");
    cr_expect_eq(harness.session.reconnect.reconnect_at, harness.session.now + wait,
                 "no key but Enter hurries");
    harness_expect_typed("draft");
    harness_type("\r");
    cr_expect_eq(harness.session.reconnect.reconnect_at, harness.session.now);
}

Test(client_session_reconnect, enter_tries_now)
{
    harness_disconnect(NULL);
    for (int i = 0; i < 8; i++) {
        harness_wait(harness_deadline() - harness.session.now);
        while (harness.session.state == SESSION_DISCONNECTED)
            harness_wait(harness_deadline() - harness.session.now);
        harness_disconnect("Connection refused");
    }
    cr_expect_geq(session_countdown(&harness.session), 45);
    harness_type("a line");
    cr_expect_geq(session_countdown(&harness.session), 45);
    harness_type("\r");
    cr_expect_leq(harness_deadline(), harness.session.now);
    harness_wait(0);
    cr_expect_eq(harness.session.state, SESSION_CONNECTING);
    harness_disconnect("Connection refused");
    cr_expect_geq(session_countdown(&harness.session), 45);
    harness_type("\r");
    harness_wait(0);
    cr_expect_eq(harness.session.state, SESSION_CONNECTING);
    harness_type("\r");
    cr_expect_eq(harness.session.state, SESSION_CONNECTING);
}

Test(client_session_reconnect, the_way_back)
{
    harness_disconnect(NULL);
    harness_wait(400000);
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
    cr_expect_eq(harness.session.exit.status, EX_UNAVAILABLE);
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_wait(1000);
    harness_expect_line(1, LINE_GAP, "", MESSAGE_GAP, "01:46", "01:53");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_BACK, "ada");
    cr_expect_eq(harness.session.exit.status, 0);
    cr_expect_str_eq(harness.session.exit.message, "");
}

Test(client_session_reconnect, days_away_are_told_by_their_dates)
{
    harness_disconnect(NULL);
    harness_wait(86400000);
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_wait(1000);
    harness_expect_line(1, LINE_GAP, "", MESSAGE_GAP, "2001-09-09 01:46", "2001-09-10 01:46");
}

/* -- the secret to come back with -- */

static void lose_connection(void)
{
    harness_disconnect("Connection reset by peer");
    harness_wait(0);
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
}

Test(client_session_reconnect, the_secret_of_the_server_is_sent_back_once_it_is_needed)
{
    lose_connection();
    harness_expect_verify("ada", NULL);
    harness_receive_ready("6f1c2a9be07d4453");
    lose_connection();
    harness_expect_verify("ada", "6f1c2a9be07d4453");
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    harness_wait(1000);
    harness_expect_verify("ada", "6f1c2a9be07d4453");
    harness_receive_ready("0011223344556677");
    lose_connection();
    harness_expect_verify("ada", "0011223344556677");
}

Test(client_session_reconnect, a_new_nickname_has_another_secret)
{
    lose_connection();
    harness_expect_verify("ada", NULL);
    harness_receive_ready("6f1c2a9be07d4453");
    harness_wait(1000);
    cr_assert(harness_request_nick("grace"));
    harness_expect_verify("grace", NULL);
    harness_receive_ready("0011223344556677");
    lose_connection();
    harness_expect_verify("grace", "0011223344556677");
    cr_expect_not(harness_request_nick("eve"), "the answer is not here yet");
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    cr_assert(harness_request_nick("eve"));
    harness_expect_verify("eve", NULL);
    harness_receive(PROTO_READY, "SERVER", "READY");
    lose_connection();
    harness_expect_verify("eve", NULL);
}

Test(client_session_reconnect, a_secret_that_is_too_long_is_not_kept)
{
    static const char longest[] =
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    lose_connection();
    harness_expect_verify("ada", NULL);
    harness_receive_ready(longest);
    lose_connection();
    harness_expect_verify("ada", longest);
    harness_receive_ready(harness_text("%s0", longest));
    lose_connection();
    harness_expect_verify("ada", NULL);
}

Test(client_session_reconnect, our_ghost_is_waited_for_quietly)
{
    harness_reconnect();
    int64_t start = harness.session.now;
    int asked = 1;
    while (true) {
        harness_receive(PROTO_RETRY, "SERVER", "RETRY");
        if (harness.screen.nick_dialog.open) break;
        harness_expect_line(0, LINE_STATUS, "", MESSAGE_NICK_STALE, "ada");
        harness_expect_nothing_sent();
        harness_wait(harness.session.reconnect.nick_retry_at - 1 - harness.session.now);
        harness_expect_nothing_sent();
        cr_expect_eq(harness_deadline(), harness.session.now + 1);
        harness_wait(1);
        harness_expect_sent(PROTO_VERIFY, NULL, "ada");
        asked++;
    }
    cr_expect(harness.session.now - start >= 70000 && harness.session.now - start < 81000);
    cr_expect(asked > 6 && asked < 14, "asked %d times", asked);
    cr_expect_str_eq(harness_dialog_text(), "ada");
    harness_type("2\r");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada2");
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_wait(1000);
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_BACK, "ada2");
}

Test(client_session_reconnect, a_ghost_that_goes_is_followed)
{
    harness_reconnect();
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    cr_expect_not(harness.screen.nick_dialog.open);
    harness_wait(1000);
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_wait(1000);
    cr_expect_eq(harness.session.state, SESSION_JOINED);
    harness_wait(100000);
    harness_expect_nothing_sent();
}

Test(client_session_reconnect, enter_asks_for_the_nickname_now)
{
    harness_reconnect();
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    harness_type("\r");
    harness_wait(0);
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
    harness_type("\r");
    harness_wait(0);
    harness_expect_nothing_sent();
}

Test(client_session_reconnect, the_person_may_take_another_name_than_the_ghosts)
{
    harness_reconnect();
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    harness_type("/nick bob\r");
    harness_expect_sent(PROTO_VERIFY, NULL, "bob");
    harness_wait(20000);
    harness_expect_nothing_sent();
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    cr_expect(harness.screen.nick_dialog.open);
}

Test(client_session_reconnect, a_server_that_gave_a_reason_is_not_pestered)
{
    harness_receive(PROTO_SHUTDOWN, "SERVER", "You were too loud");
    harness_disconnect(NULL);
    cr_expect_eq(harness.session.state, SESSION_DISCONNECTED);
    cr_expect_eq(harness_deadline(), -1);
    harness_wait(1000000);
    cr_expect_eq(harness.session.state, SESSION_DISCONNECTED);
    harness_type("\r");
    harness_wait(0);
    cr_expect_eq(harness.session.state, SESSION_CONNECTING);
}

Test(client_session_reconnect, a_loss_is_told_once_but_reasons_always)
{
    harness_disconnect(NULL);
    for (int i = 0; i < 2; i++) {
        while (harness.session.state == SESSION_DISCONNECTED)
            harness_wait(harness_deadline() - harness.session.now);
        harness_connect();
        if (i == 1) harness_receive(PROTO_SHUTDOWN, "SERVER", "You were too loud");
        harness_disconnect("Connection reset by peer");
        if (i == 0) harness_expect_line(0, LINE_STATUS, "", MESSAGE_CLOSED ".");
    }
    harness_expect_line(0, LINE_ANNOUNCEMENT, "", "You were too loud");
    harness_expect_line(1, LINE_STATUS, "", MESSAGE_CLOSED ".");
}

Test(client_session_reconnect, a_server_that_counted_down_is_waited_for)
{
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 2 seconds");
    harness_disconnect(NULL);
    harness_wait(0);
    cr_expect_eq(harness.session.state, SESSION_CONNECTING);
    cr_expect_eq(harness.session.shutdown.at, 0);
}

Test(client_session_reconnect, a_rename_under_way_is_forgotten)
{
    harness_type("/nick bob\r");
    harness_expect_sent(PROTO_VERIFY, NULL, "bob");
    harness_return();
    cr_expect_str_eq(harness.session.nick.own, "ada");
    cr_expect_not(harness.session.nick.pending);
}

Test(client_session_reconnect, half_a_packet_is_forgotten)
{
    harness_receive_bytes("\0\x40{\"ni", 6);
    harness_return();
    harness_receive(PROTO_BROADCAST, "bob", "x");
    harness_expect_line(0, LINE_MESSAGE, "bob", "x");
}

static void expect_nothing_said(void)
{
    struct row rows[64];
    int n = scrollback_rows(harness.screen.scrollback, rows, 64);
    cr_expect(n == 0 || rows[n - 1].line == NULL);
    harness_expect_status_message("%s", "");
    cr_expect_str_eq(status_make(&harness.screen, 80).left, STATUS_UNNAMED);
    cr_expect_str_empty(status_make(&harness.screen, 80).right);
}

Test(client_session_reconnect, the_dialog_outlives_a_connection)
{
    harness_close();
    harness_open(NULL);
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_receive(PROTO_SHUTDOWN, "SERVER", "You chose no nickname in time.");
    harness_disconnect(NULL);
    cr_expect(harness.screen.nick_dialog.open);
    cr_expect_eq(harness.session.state, SESSION_DISCONNECTED);
    expect_nothing_said();
    harness_wait(12 * 3600 * 1000);
    cr_expect_eq(harness.session.state, SESSION_DISCONNECTED, "it connects when it has a nickname");
    expect_nothing_said();
    harness_type("bob\r");
    harness_wait(0);
    cr_expect_eq(harness.session.state, SESSION_CONNECTING, "whoever asks does not want to wait");
    harness_connect_as("bob");
    harness_wait(1000);
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_JOINED, "bob");
}
