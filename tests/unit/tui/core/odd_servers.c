/* What other people's servers do differently. */
#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"
#include "tui/stdio/json_mode.h"
#include "tui/stdio/line_mode.h"

#include <criterion/criterion.h>

TestSuite(client_odd_servers, .init = harness_join, .fini = harness_close);

Test(client_odd_servers, a_goodbye_from_the_server_is_a_notice)
{
    harness_receive(PROTO_GOODBYE, "SERVER", "bob left the chat");
    harness_expect_line(0, LINE_SERVER, "", "«bob» left the chat");
    harness_receive(PROTO_GOODBYE, NULL, "somebody left");
    harness_expect_line(0, LINE_ANNOUNCEMENT, "", "somebody left");
    harness_receive(PROTO_VERIFY, "SERVER", "who are you?");
    harness_expect_line(0, LINE_ANNOUNCEMENT, "", "who are you?");
}

Test(client_odd_servers, an_unknown_packet_from_the_server_is_a_notice_and_from_others_nothing)
{
    static const char packets[] = "\0\x2c{\"nick\":\"SERVER\",\"msg\":\"old\",\"proto\":\"motd\"}"
                                  "\0\x2b{\"nick\":\"bob\",\"msg\":\"new\",\"proto\":\"typing\"}";
    harness_receive_bytes(packets, sizeof packets - 1);
    harness_expect_line(0, LINE_ANNOUNCEMENT, "", "old");
}

Test(client_odd_servers, who_without_an_answer_is_given_up_after_five_seconds)
{
    cr_assert(harness_command("/who"));
    harness_expect_sent(PROTO_WHO, "ada", "");
    harness_wait(4999);
    cr_expect_eq(harness.session.unacked, 1);
    harness_wait(1);
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_NO_WHO);
    cr_expect_eq(harness.session.unacked, 0);
    harness_receive(PROTO_BROADCAST, "bob", "later");
    harness_wait(60000);
    harness_expect_line(0, LINE_MESSAGE, "bob", "later");
}

Test(client_odd_servers, who_with_an_answer_is_not)
{
    cr_assert(harness_command("/who"));
    harness_receive(PROTO_WHO, "SERVER", "ada\nbob");
    harness_receive(PROTO_BROADCAST, "bob", "later");
    harness_wait(60000);
    harness_expect_line(0, LINE_MESSAGE, "bob", "later");
}

Test(client_odd_servers, who_is_forgotten_with_the_connection)
{
    cr_assert(harness_command("/who"));
    harness_disconnect("gone");
    harness_return();
    harness_receive(PROTO_BROADCAST, "bob", "later");
    harness_wait(60000);
    harness_expect_line(0, LINE_MESSAGE, "bob", "later");
}

Test(client_odd_servers, chat_before_ready_is_shown)
{
    harness_close();
    harness_open("ada");
    harness_connect();
    harness_receive(PROTO_BROADCAST, "bob", "before hello");
    harness_expect_line(0, LINE_MESSAGE, "bob", "before hello");
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_receive(PROTO_BROADCAST, "bob", "before ready");
    harness_expect_line(0, LINE_MESSAGE, "bob", "before ready");
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_JOINED, "ada");
}

Test(client_odd_servers, chat_before_ready_comes_below_the_gap)
{
    harness_receive(PROTO_BROADCAST, "bob", "old");
    harness_reconnect();
    harness_receive(PROTO_BROADCAST, "bob", "early");
    harness_receive(PROTO_BROADCAST, "bob", "also early");
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_wait(1000);
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_BACK, "ada");
    harness_expect_line(1, LINE_MESSAGE, "bob", "also early");
    harness_expect_line(2, LINE_MESSAGE, "bob", "early");
    harness_expect_line(3, LINE_GAP, "", MESSAGE_GAP, "01:46", "01:46");
}

/* -- a nickname dialog that is left open -- */

#define TOO_LATE "You chose no nickname in time."

static void open_dialog(void)
{
    harness_close();
    harness_open(NULL);
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_receive(PROTO_SHUTDOWN, "SERVER", TOO_LATE);
}

static void expect_connecting(void)
{
    harness_wait(0);
    cr_expect_eq(harness.session.state, SESSION_CONNECTING);
}

Test(client_odd_servers, a_dialog_left_open_ends_without_an_error)
{
    open_dialog();
    harness_disconnect(NULL);
    harness_quit();
    cr_expect_eq(harness.session.state, SESSION_FINISHED);
    cr_expect_eq(harness.session.exit.status, 0);
    harness_expect_exit_message("%s", "");
}

Test(client_odd_servers, a_dialog_left_open_says_that_the_server_is_gone_when_it_is_needed)
{
    open_dialog();
    harness_disconnect(NULL);
    harness_type("bob\r");
    expect_connecting();
    harness_disconnect("Connection refused");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_LOST, "Connection refused");
    cr_expect_geq(harness_deadline(), harness.session.now, "klatch does not connect again");
    while (harness.session.state == SESSION_DISCONNECTED)
        harness_wait(harness_deadline() - harness.session.now);
    harness_connect();
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Your address is banned here.");
    harness_disconnect(NULL);
    harness_expect_line(0, LINE_ANNOUNCEMENT, "", "Your address is banned here.");
}

Test(client_odd_servers, enter_just_before_the_server_closes_the_connection_is_not_lost)
{
    open_dialog();
    harness_type("bob\r");
    harness_expect_sent(PROTO_VERIFY, NULL, "bob");
    harness_disconnect(NULL);
    expect_connecting();
    harness_connect_as("bob");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_JOINED, "bob");
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Enough.");
    harness_expect_line(0, LINE_ANNOUNCEMENT, "", "Enough.");
}

Test(client_odd_servers, a_countdown_is_told_in_the_dialog)
{
    harness_close();
    harness_open(NULL);
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 2 seconds");
    harness_expect_line(0, LINE_ANNOUNCEMENT, "", "Server Shutting down in 2 seconds");
    harness_disconnect(NULL);
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_ANNOUNCED);
}

/* Another member has taken our nickname while we were away. */
Test(client_odd_servers, a_dialog_after_a_reconnect_survives_being_left_open)
{
    harness_reconnect();
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    while (!harness.screen.nick_dialog.open) {
        harness_wait(harness.session.reconnect.nick_retry_at - harness.session.now);
        harness_expect_sent(PROTO_VERIFY, NULL, "ada");
        harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    }
    harness_receive(PROTO_SHUTDOWN, "SERVER", TOO_LATE);
    harness_disconnect(NULL);
    harness_wait(12 * 3600 * 1000);
    cr_expect(session_needs_nick(&harness.session));
    harness_type("2\r");
    expect_connecting();
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada2");
}

/* -- without a screen -- */

#define MOTD        "\0\x2c{\"nick\":\"SERVER\",\"msg\":\"old\",\"proto\":\"motd\"}"
#define SERVER_LINE "{\"time\":\"2001-09-09T01:46:40.123Z\",\"nick\":\"SERVER\",\"msg\":"

Test(client_odd_servers, line_mode_prints_an_unexpected_packet_as_a_notice)
{
    harness_close();
    harness_join_frontend(&line_mode);
    harness_receive(PROTO_GOODBYE, "SERVER", "bob has gone");
    harness_receive_bytes(MOTD, sizeof MOTD - 1);
    harness_expect_output("* 01:46 bob has gone\n"
                          "* 01:46 old\n");
}

Test(client_odd_servers, json_mode_writes_an_unknown_packet_as_a_notice)
{
    harness_close();
    harness_join_frontend(&json_mode);
    harness_receive(PROTO_GOODBYE, "SERVER", "bob has gone");
    harness_receive_bytes(MOTD, sizeof MOTD - 1);
    harness_expect_output(SERVER_LINE "\"bob has gone\",\"proto\":\"goodbye\"}\n" SERVER_LINE
                                      "\"old\",\"proto\":\"broadcast\"}\n");
}
