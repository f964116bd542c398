#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"
#include "tui/core/outbox.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

TestSuite(own_lines, .init = harness_join, .fini = harness_close);

static void hear_own(const char *text)
{
    harness_receive(PROTO_BROADCAST, "ada", text);
}

static void expect_in_doubt(size_t n)
{
    cr_expect_eq(outbox_count(&harness.session.outbox, OUTBOX_UNCONFIRMED), n);
}

Test(own_lines, a_line_is_pending_until_the_room_says_it)
{
    harness_type("hello\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "hello");
    harness_expect_line(0, LINE_PENDING, "ada", "hello");
    harness_receive(PROTO_BROADCAST, "bob", "me first");
    harness_expect_line(0, LINE_PENDING, "ada", "hello");
    harness_expect_line(1, LINE_MESSAGE, "bob", "me first");
    hear_own("hello");
    harness_expect_line(0, LINE_OWN, "ada", "hello");
    harness_expect_line(1, LINE_MESSAGE, "bob", "me first");
    cr_expect_eq(harness.session.outbox.count, 0);
}

Test(own_lines, the_same_words_twice_are_two_lines)
{
    harness_type("ok\rok\r");
    hear_own("ok");
    harness_expect_line(0, LINE_PENDING, "ada", "ok");
    harness_expect_line(1, LINE_OWN, "ada", "ok");
    for (int i = 0; i < 2; i++) {
        hear_own("ok");
        harness_expect_line(0, LINE_OWN, "ada", "ok");
    }
}

Test(own_lines, what_is_typed_while_away_goes_out_on_return)
{
    harness_disconnect("Connection reset by peer");
    harness_type("one\rtwo\rdraft");
    harness_expect_nothing_sent();
    harness_expect_line(1, LINE_PENDING, "ada", "one");
    harness_expect_line(0, LINE_PENDING, "ada", "two");
    harness_wait(0);
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
    harness_type(" goes on");
    harness_expect_nothing_sent();
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_wait(1000);
    harness_expect_sent(PROTO_BROADCAST, "ada", "one");
    harness_expect_sent(PROTO_BROADCAST, "ada", "two");
    harness_expect_nothing_sent();
    harness_expect_typed("draft goes on");
    expect_in_doubt(0);
    hear_own("one");
    hear_own("two");
    harness_expect_line(0, LINE_OWN, "ada", "two");
}

Test(own_lines, a_backlog_is_paced)
{
    harness_disconnect(NULL);
    for (int i = 0; i < 30; i++) {
        char line[16];
        snprintf(line, sizeof line, "%d\r", i);
        harness_type(line);
    }
    harness_wait(0);
    harness_connect_as("ada");
    harness_wait(1000);
    for (int i = 0; i < 30; i++) {
        char line[16];
        snprintf(line, sizeof line, "%d", i);
        if (i > OUTBOX_BURST) {
            harness_expect_nothing_sent();
            cr_expect_eq(harness_deadline(), harness.session.now + OUTBOX_PACE);
            harness_wait(OUTBOX_PACE);
        }
        harness_expect_sent(PROTO_BROADCAST, "ada", line);
    }
    harness_expect_nothing_sent();
    cr_expect_eq(harness_deadline(), -1);
}

Test(own_lines, what_may_have_arrived_is_never_sent_again_unasked)
{
    harness_type("lost?\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "lost?");
    harness_disconnect(NULL);
    harness_expect_line(0, LINE_UNCONFIRMED, "ada", "lost?");
    harness_type("later\r");
    harness_wait(0);
    harness_connect_as("ada");
    harness_wait(1000);
    harness_expect_sent(PROTO_BROADCAST, "ada", "later");
    harness_expect_nothing_sent();
    harness_expect_line(1, LINE_UNCONFIRMED, "ada", "lost?");
    hear_own("later");
    harness_expect_line(0, LINE_UNCONFIRMED, "ada", "lost?");
    hear_own("lost?");
    expect_in_doubt(1);
    harness_type("/resend\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "lost?");
    harness_expect_line(0, LINE_PENDING, "ada", "lost?");
    hear_own("lost?");
    harness_expect_line(0, LINE_OWN, "ada", "lost?");
    cr_expect_eq(harness.session.outbox.count, 0);
}

Test(own_lines, doubtful_lines_one_by_one_and_all_together)
{
    harness_type("a\rb\rc\rd\r");
    for (const char *c = "abcd"; *c; c++)
        harness_expect_sent(PROTO_BROADCAST, "ada", (char[]){*c, '\0'});
    harness_return();
    expect_in_doubt(4);
    harness_type("/drop\r");
    harness_expect_line(2, LINE_UNCONFIRMED, "ada", "b");
    harness_type("/resend\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "b");
    harness_expect_nothing_sent();
    harness_type("/resend some\r");
    harness_expect_status_message(MESSAGE_ALL_OR_FIRST);
    harness_type("\x15/resend all\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "c");
    harness_expect_sent(PROTO_BROADCAST, "ada", "d");
    expect_in_doubt(0);
    harness_type("/resend all\r");
    harness_expect_status_message(MESSAGE_NO_UNCONFIRMED);
    harness_type("\x15/drop all\r");
    harness_expect_status_message(MESSAGE_NOTHING_TO_DROP);
    cr_expect_eq(harness.session.outbox.count, 3);
}

Test(own_lines, dropping_all)
{
    harness_type("a\rb\r");
    harness_disconnect(NULL);
    harness_type("c\r/drop all\r");
    expect_in_doubt(0);
    harness_expect_line(0, LINE_PENDING, "ada", "c");
    cr_expect_eq(harness.session.outbox.count, 1);
}

Test(own_lines, enter_sends_a_waiting_line_without_more_waiting)
{
    harness_disconnect(NULL);
    harness_wait(0);
    harness_disconnect("no route");
    cr_expect_gt(harness.session.reconnect.reconnect_at, harness.session.now);
    harness_type("waits\r");
    cr_expect_leq(harness.session.reconnect.reconnect_at, harness.session.now);
    harness_expect_line(0, LINE_PENDING, "ada", "waits");
}

Test(own_lines, drop_discards_the_last_line_that_waits)
{
    harness_disconnect(NULL);
    harness_type("a\rb\rc\r/drop\r");
    harness_expect_line(0, LINE_PENDING, "ada", "b");
    harness_expect_status_message(MESSAGE_DROPPED, (size_t)1, "");
    harness_type("/drop all\r");
    harness_expect_status_message(MESSAGE_DROPPED, (size_t)2, "s");
    cr_expect_eq(harness.session.outbox.count, 0);
}

Test(own_lines, up_takes_a_waiting_line_back)
{
    harness_disconnect(NULL);
    harness_type("a\r//b\r\x1b[A");
    harness_expect_typed("//b");
    harness_expect_status_message(MESSAGE_TAKEN_BACK);
    harness_expect_line(0, LINE_PENDING, "ada", "a");
    harness_type("\x1b[A");
    harness_expect_typed("//b");
    cr_expect_eq(harness.session.outbox.count, 1, "only the empty line takes one back");
    harness_type("\x03\x1b[A");
    harness_expect_typed("//b");
    harness_type("\x15\x1b[Ac\r");
    harness_expect_line(0, LINE_PENDING, "ada", "ac");
    harness_connect_as("ada");
    harness_wait(1000);
    harness_expect_sent(PROTO_BROADCAST, "ada", "ac");
    harness_expect_nothing_sent();
}

Test(own_lines, what_was_sent_cannot_be_taken_back)
{
    harness_type("sent\r\x1b[A");
    harness_expect_typed("sent");
    cr_expect_eq(harness.session.outbox.count, 1);
}

Test(own_lines, a_line_that_the_room_passed_over_is_doubtful)
{
    harness_type("refused\rtaken\r");
    hear_own("taken");
    harness_expect_line(0, LINE_UNCONFIRMED, "ada", "refused");
    expect_in_doubt(1);
}

Test(own_lines, more_than_can_wait_stays_in_the_field)
{
    harness_disconnect(NULL);
    for (int i = 0; i < OUTBOX_LINES; i++) harness_type("x\r");
    harness_type("y\r");
    harness_expect_typed("y");
    harness_expect_status_message(MESSAGE_OUTBOX_FULL);
}

Test(own_lines, leaving_hears_the_end_of_what_was_said)
{
    harness_type("bye all\r\x03");
    harness_expect_sent(PROTO_BROADCAST, "ada", "bye all");
    harness_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    hear_own("bye all");
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_receive_bytes("\0\2{}", 4);
    cr_expect_eq(harness.session.outbox.count, 0);
    cr_expect_eq(harness.session.state, SESSION_CLOSING);
    harness_disconnect(NULL);
    cr_expect_eq(harness.session.state, SESSION_FINISHED);
    cr_expect_eq(harness.session.exit.status, 0);
}

Test(own_lines, a_history_tells_what_arrived)
{
    harness_receive(PROTO_BROADCAST, "bob", "one");
    harness_receive(PROTO_BROADCAST, "bob", "two");
    harness_type("arrived\rlost\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "arrived");
    harness_expect_sent(PROTO_BROADCAST, "ada", "lost");
    harness_reconnect();
    harness_type("later\r");
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_receive(PROTO_BROADCAST, "bob", "one");
    harness_receive(PROTO_BROADCAST, "bob", "two");
    hear_own("arrived");
    harness_expect_nothing_sent();
    harness_wait(1000);
    harness_expect_sent(PROTO_BROADCAST, "ada", "later");
    harness_expect_nothing_sent();
    expect_in_doubt(1);
    harness_expect_line(0, LINE_PENDING, "ada", "later");
    harness_expect_line(1, LINE_UNCONFIRMED, "ada", "lost");
}
