#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(client_session_history, .init = harness_join, .fini = harness_close);

Test(client_session_history, what_the_room_says_is_logged)
{
    harness_start_log();
    harness_receive(PROTO_BROADCAST, "bob", "hi");
    harness_type("hello\r/help\r");
    harness_receive(PROTO_BROADCAST, "ada", "hello");
    harness_receive(PROTO_BROADCAST, "SERVER", "bob left the chat");
    harness_next_day();
    harness_expect_sent(PROTO_BROADCAST, "ada", "hello");
    harness_return();
    char logged[256];
    snprintf(logged, sizeof logged,
             "bob: hi\nada: hello\nSERVER: bob left the chat\n-: " MESSAGE_GAP "\n", "01:46",
             "01:46");
    cr_expect_str_eq(harness.logged, logged);
}

Test(client_session_history, an_earlier_visit_is_marked)
{
    const int64_t then = harness.session.local_time - 86400;
    harness_start_log();
    harness_recall(then, "bob", "hi");
    harness_recall(then, "SERVER", "bob left the chat");
    harness_recall(then, NULL, "away");
    harness_recall_end("FILE");
    harness_expect_line(3, LINE_MESSAGE, "bob", "hi");
    harness_expect_line(2, LINE_SERVER, "", "«bob» left the chat");
    harness_expect_line(1, LINE_GAP, "", "away");
    harness_expect_line(0, LINE_GAP, "", MESSAGE_EARLIER, "FILE");
    cr_expect_str_eq(harness.logged, "");
    harness_receive(PROTO_BROADCAST, "bob", "again");
    harness_expect_line(1, LINE_DAY, "", "%s", "");
}

Test(client_session_history, a_history_does_not_repeat_the_log)
{
    harness_close();
    harness_open("ada");
    harness_recall(harness.session.local_time, "bob", "a");
    harness_recall(harness.session.local_time, "bob", "b");
    harness_recall_end("FILE");
    harness_connect_as("ada");
    harness_type("hello\r");
    harness_receive(PROTO_BROADCAST, "bob", "a");
    harness_receive(PROTO_BROADCAST, "bob", "b");
    harness_receive(PROTO_BROADCAST, "SERVER", "ada left the chat");
    harness_expect_nothing_sent();
    harness_wait(1000);
    harness_expect_sent(PROTO_BROADCAST, "ada", "hello");
    harness_expect_line(0, LINE_PENDING, "ada", "hello");
    harness_expect_line(1, LINE_SERVER, "", "«ada» left the chat");
    harness_expect_line(2, LINE_STATUS, "", MESSAGE_JOINED, "ada");
    harness_expect_line(3, LINE_GAP, "", MESSAGE_EARLIER, "FILE");
}

Test(client_session_history, an_earlier_visit_begins_with_its_day)
{
    harness_close();
    harness_open("ada");
    harness_recall_end("FILE");
    harness_recall(harness.session.local_time, "bob", "hi");
    harness_expect_line(0, LINE_MESSAGE, "bob", "hi");
    harness_expect_line(1, LINE_DAY, "", "%s", "");
}

static void hear_all(const char *letters)
{
    for (; *letters != '\0'; letters++)
        harness_receive(PROTO_BROADCAST, "bob", (char[]){*letters, '\0'});
}

Test(client_session_history, a_history_that_reaches_back_closes_the_break)
{
    hear_all("abcd");
    harness_reconnect();
    harness_receive(PROTO_READY, "SERVER", "READY");
    hear_all("cdef");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_LOST, "Connection reset by peer");
    harness_wait(999);
    cr_expect_eq(harness_deadline(), harness.session.now + 1);
    harness_wait(1);
    cr_expect_eq(harness.session.disconnected_at, 0);
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_BACK, "ada");
    harness_expect_line(1, LINE_MESSAGE, "bob", "f");
    harness_expect_line(2, LINE_MESSAGE, "bob", "e");
    harness_expect_line(3, LINE_STATUS, "", MESSAGE_LOST, "Connection reset by peer");
    harness_wait(20000);
    harness_reconnect();
    harness_receive(PROTO_READY, "SERVER", "READY");
    hear_all("defg");
    harness_wait(1000);
    harness_expect_line(1, LINE_MESSAGE, "bob", "g");
    harness_expect_line(2, LINE_STATUS, "", MESSAGE_LOST, "Connection reset by peer");
}

Test(client_session_history, a_history_that_does_not_reach_back_comes_after_the_break)
{
    hear_all("abcd");
    harness_reconnect();
    harness_receive(PROTO_READY, "SERVER", "READY");
    hear_all("xyz");
    harness_wait(1000);
    harness_expect_line(1, LINE_MESSAGE, "bob", "z");
    harness_expect_line(3, LINE_MESSAGE, "bob", "x");
    harness_expect_line(4, LINE_GAP, "", MESSAGE_GAP, "01:46", "01:46");
}

Test(client_session_history, what_is_held_is_shown_however_it_ends)
{
    harness_reconnect();
    harness_receive(PROTO_READY, "SERVER", "READY");
    hear_all("x");
    harness_disconnect("Connection reset by peer");
    harness_expect_line(2, LINE_MESSAGE, "bob", "x");
    harness_wait(harness_deadline() - harness.session.now);
    while (harness.session.state == SESSION_DISCONNECTED)
        harness_wait(harness_deadline() - harness.session.now);
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_receive(PROTO_READY, "SERVER", "READY");
    hear_all("y");
    harness_type("\x03");
    harness_expect_line(1, LINE_MESSAGE, "bob", "y");
}
