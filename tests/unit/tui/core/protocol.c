#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"
#include "tui/core/session.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

TestSuite(protocol, .fini = harness_close);

static void greet(const char *nick)
{
    harness_open(nick);
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
}

Test(protocol, a_nickname_given_is_asked_for_at_once)
{
    harness_open("ada");
    cr_expect_not(harness.screen.nick_dialog.open);
    harness_connect();
    harness_expect_nothing_sent();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_nothing_sent();
    harness_receive(PROTO_READY, "SERVER", "READY");
    cr_expect_eq(harness.session.state, SESSION_JOINED);
    cr_expect_str_eq(harness.session.nick.own, "ada");
}

Test(protocol, a_nickname_chosen_early_waits_for_the_greeting)
{
    harness_open(NULL);
    harness_connect();
    harness_type("x\rb\r");
    harness_expect_nothing_sent();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_sent(PROTO_VERIFY, NULL, "xb");
    harness_expect_nothing_sent();
}

Test(protocol, a_refused_nickname_can_be_changed)
{
    greet("ada");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    cr_assert(harness.screen.nick_dialog.open);
    char refused[128];
    snprintf(refused, sizeof refused, MESSAGE_NICK_REFUSED, "ada");
    cr_expect_str_eq(harness.screen.nick_dialog.message, refused);
    harness_type("2\r");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada2");
    harness_type("3\r");
    harness_expect_nothing_sent();
    harness_receive(PROTO_READY, "SERVER", "READY");
    cr_expect_str_eq(harness.session.nick.own, "ada2");
    cr_expect_not(harness.screen.nick_dialog.open);
}

Test(protocol, an_answer_that_nobody_asked_for)
{
    greet(NULL);
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    cr_expect_eq(harness.session.state, SESSION_UNNAMED);
    harness_receive(PROTO_READY, "SERVER", "READY");
    cr_expect_eq(harness.session.state, SESSION_FAILED);
    cr_expect_eq(harness.session.exit.status, EX_PROTOCOL);
}

Test(protocol, ready_before_the_greeting_is_senseless)
{
    harness_open("ada");
    harness_connect();
    harness_receive(PROTO_READY, "SERVER", "READY");
    cr_expect_eq(harness.session.exit.status, EX_PROTOCOL);
}

Test(protocol, who_speaks)
{
    harness_join();
    harness_receive(PROTO_BROADCAST, "bob", "hi");
    harness_expect_line(0, LINE_MESSAGE, "bob", "hi");
    harness_receive(PROTO_BROADCAST, "ADA", "mine");
    harness_expect_line(0, LINE_OWN, "ADA", "mine");
    harness_receive(PROTO_BROADCAST, "SERVER", "bob left the chat");
    harness_expect_line(0, LINE_SERVER, "", "«bob» left the chat");
    harness_receive(PROTO_BROADCAST, NULL, "who?");
    harness_expect_line(0, LINE_MESSAGE, "?", "who?");
    harness_receive(PROTO_BROADCAST, "  not  a nick ", "x");
    harness_expect_line(0, LINE_MESSAGE, "  not  a nick ", "x");
    harness_receive(PROTO_WHO, "SERVER", "ada\nbob");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_HERE, (size_t)2, "«ada», «bob»");
    harness_receive(PROTO_GOODBYE, "x", "ignored");
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_HERE, (size_t)2, "«ada», «bob»");
}

Test(protocol, a_rename_is_believed_when_the_server_agrees)
{
    harness_join();
    cr_expect(harness_request_nick("bob"));
    cr_expect_not(harness_request_nick("carl"));
    harness_expect_sent(PROTO_VERIFY, NULL, "bob");
    cr_expect_str_eq(harness.session.nick.own, "ada");
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    cr_expect_str_eq(harness.session.nick.own, "ada");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_NICK_STILL, "bob", "ada");
    harness_request_nick("carl");
    harness_expect_sent(PROTO_VERIFY, NULL, "carl");
    harness_receive(PROTO_READY, "SERVER", "READY");
    cr_expect_str_eq(harness.session.nick.own, "carl");
}

static void hear_retry(const char *like)
{
    char frame[PACKET_ROOM];
    harness_receive_bytes(frame, packet_encode_retry(frame, like));
}

Test(protocol, a_refusal_says_which_nickname_it_looks_like)
{
    harness_join();
    harness_request_nick("сосо");
    hear_retry("coco");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_NICK_STILL_LIKE, "сосо", "«coco»", "ada");
    harness_request_nick("bob");
    hear_retry("\x1B[31mred");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_NICK_STILL, "bob", "ada");
}

Test(protocol, the_countdown_is_told_once_and_shown_as_a_clock)
{
    harness_join();
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 5 seconds");
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 4 seconds");
    harness_expect_line(0, LINE_ANNOUNCEMENT, "", "Server Shutting down in 5 seconds");
    cr_expect_eq(session_countdown(&harness.session), 4);
    harness_disconnect(NULL);
    harness_expect_exit_message(MESSAGE_ANNOUNCED);
}

Test(protocol, a_shutdown_that_counts_nothing_is_a_reason)
{
    static const char *const reasons[] = {
        "You were too loud",
        "Server Shutting down in a minute",
        "Server Shutting down in 5 minutes",
        "Server Shutting down in 99999999999999999999 seconds",
        "Server Shutting down in 999999 seconds",
    };
    harness_join();
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        harness_receive(PROTO_SHUTDOWN, "SERVER", reasons[i]);
        harness_expect_line(0, LINE_ANNOUNCEMENT, "", "%s", reasons[i]);
        cr_expect_eq(harness.session.shutdown.at, 0);
    }
    harness_disconnect("reset");
    harness_expect_exit_message(MESSAGE_CLOSED ".");
    harness_expect_line(0, LINE_ANNOUNCEMENT, "", "Server Shutting down in 999999 seconds");
}

Test(protocol, a_stream_in_single_bytes)
{
    static const char stream[] =
        "\0\x32{\"nick\":\"bob\",\"msg\":\"one\",\"proto\":\"broadcast\"}    "
        "\0\x2e{\"proto\":\"broadcast\",\"msg\":\"two\",\"nick\":\"b\"}  ";
    harness_join();
    for (size_t i = 0; i < sizeof stream - 1; i++) harness_receive_bytes(stream + i, 1);
    harness_expect_line(1, LINE_MESSAGE, "bob", "one");
    harness_expect_line(0, LINE_MESSAGE, "b", "two");
}

Test(protocol, what_cannot_be_sent_is_said)
{
    harness_join();
    harness_block_sending(true);
    cr_expect_not(harness_command("/who"));
    harness_expect_status_message(MESSAGE_QUEUE_FULL);
}
