#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"
#include "tui/core/outbox.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

TestSuite(own_lines, .init = chat_join, .fini = chat_close);

static void hear_own(const char *text)
{
    chat_hear(PROTO_BROADCAST, "ada", text);
}

static void expect_in_doubt(size_t n)
{
    cr_expect_eq(chat_unconfirmed(), n);
}

Test(own_lines, a_line_is_pending_until_the_room_says_it)
{
    chat_type("hello\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "hello");
    chat_expect_line(0, LINE_PENDING, "ada", "hello");
    chat_hear(PROTO_BROADCAST, "bob", "me first");
    chat_expect_line(0, LINE_PENDING, "ada", "hello");
    chat_expect_line(1, LINE_MESSAGE, "bob", "me first");
    hear_own("hello");
    chat_expect_line(0, LINE_OWN, "ada", "hello");
    chat_expect_line(1, LINE_MESSAGE, "bob", "me first");
    cr_expect_eq(chat_outbox_count(), 0);
}

Test(own_lines, the_same_words_twice_are_two_lines)
{
    chat_type("ok\rok\r");
    hear_own("ok");
    chat_expect_line(0, LINE_PENDING, "ada", "ok");
    chat_expect_line(1, LINE_OWN, "ada", "ok");
    hear_own("ok");
    chat_expect_line(0, LINE_OWN, "ada", "ok");
    hear_own("ok");
    chat_expect_line(0, LINE_OWN, "ada", "ok");
}

Test(own_lines, what_is_typed_while_away_goes_out_on_return)
{
    chat_disconnect("Connection reset by peer");
    chat_type("one\rtwo\rdraft");
    chat_expect_silence();
    chat_expect_line(1, LINE_PENDING, "ada", "one");
    chat_expect_line(0, LINE_PENDING, "ada", "two");
    chat_wait(0);
    chat_connect();
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
    chat_type(" goes on");
    chat_expect_silence();
    chat_hear(PROTO_READY, "SERVER", "READY");
    chat_wait(1000);
    chat_expect_sent(PROTO_BROADCAST, "ada", "one");
    chat_expect_sent(PROTO_BROADCAST, "ada", "two");
    chat_expect_silence();
    chat_expect_typed("draft goes on");
    expect_in_doubt(0);
    hear_own("one");
    hear_own("two");
    chat_expect_line(0, LINE_OWN, "ada", "two");
}

Test(own_lines, a_backlog_is_paced)
{
    chat_disconnect(NULL);
    for (int i = 0; i < 30; i++) {
        char line[16];
        snprintf(line, sizeof line, "%d\r", i);
        chat_type(line);
    }
    chat_wait(0);
    chat_connect();
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
    chat_hear(PROTO_READY, "SERVER", "READY");
    chat_wait(1000);
    for (int i = 0; i < 30; i++) {
        char line[16];
        snprintf(line, sizeof line, "%d", i);
        if (i > OUTBOX_BURST) {
            chat_expect_silence();
            cr_expect_eq(chat_due(), chat_now() + OUTBOX_PACE);
            chat_wait(OUTBOX_PACE);
        }
        chat_expect_sent(PROTO_BROADCAST, "ada", line);
    }
    chat_expect_silence();
    cr_expect_eq(chat_due(), -1);
}

Test(own_lines, what_may_have_arrived_is_never_sent_again_unasked)
{
    chat_type("lost?\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "lost?");
    chat_disconnect(NULL);
    chat_expect_line(0, LINE_UNCONFIRMED, "ada", "lost?");
    chat_type("later\r");
    chat_wait(0);
    chat_connect();
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
    chat_hear(PROTO_READY, "SERVER", "READY");
    chat_wait(1000);
    chat_expect_sent(PROTO_BROADCAST, "ada", "later");
    chat_expect_silence();
    chat_expect_line(1, LINE_UNCONFIRMED, "ada", "lost?");
    hear_own("later");
    chat_expect_line(0, LINE_UNCONFIRMED, "ada", "lost?");
    hear_own("lost?");
    expect_in_doubt(1);
    chat_type("/resend\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "lost?");
    chat_expect_line(0, LINE_PENDING, "ada", "lost?");
    hear_own("lost?");
    chat_expect_line(0, LINE_OWN, "ada", "lost?");
    cr_expect_eq(chat_outbox_count(), 0);
}

Test(own_lines, doubtful_lines_one_by_one_and_all_together)
{
    chat_type("a\rb\rc\rd\r");
    for (const char *c = "abcd"; *c; c++)
        chat_expect_sent(PROTO_BROADCAST, "ada", (char[]){*c, '\0'});
    chat_return();
    expect_in_doubt(4);
    chat_type("/drop\r");
    chat_expect_line(2, LINE_UNCONFIRMED, "ada", "b");
    chat_type("/resend\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "b");
    chat_expect_silence();
    chat_type("/resend some\r");
    cr_expect(strstr(chat_status_message(), MESSAGE_ALL_OR_FIRST));
    chat_type("\x15/resend all\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "c");
    chat_expect_sent(PROTO_BROADCAST, "ada", "d");
    expect_in_doubt(0);
    chat_type("/drop all\r");
    cr_expect(strstr(chat_status_message(), "unconfirmed"));
    cr_expect_eq(chat_outbox_count(), 3);
}

Test(own_lines, dropping_all)
{
    chat_type("a\rb\r");
    chat_disconnect(NULL);
    chat_type("c\r/drop all\r");
    expect_in_doubt(0);
    chat_expect_line(0, LINE_PENDING, "ada", "c");
    cr_expect_eq(chat_outbox_count(), 1);
}

Test(own_lines, a_line_that_the_room_passed_over_is_doubtful)
{
    chat_type("refused\rtaken\r");
    hear_own("taken");
    chat_expect_line(0, LINE_UNCONFIRMED, "ada", "refused");
    expect_in_doubt(1);
}

Test(own_lines, more_than_can_wait_stays_in_the_field)
{
    chat_disconnect(NULL);
    for (int i = 0; i < OUTBOX_LINES; i++) chat_type("x\r");
    chat_type("y\r");
    chat_expect_typed("y");
    cr_expect(strstr(chat_status_message(), "your text is kept"));
}

Test(own_lines, leaving_hears_the_end_of_what_was_said)
{
    chat_type("bye all\r\x03");
    chat_expect_sent(PROTO_BROADCAST, "ada", "bye all");
    chat_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    hear_own("bye all");
    chat_hear(PROTO_READY, "SERVER", "READY");
    chat_hear_bytes("\0\2{}", 4);
    cr_expect_eq(chat_outbox_count(), 0);
    cr_expect_eq(chat_state(), SESSION_FINISHED);
    cr_expect_eq(chat_exit_status(), 0);
}

Test(own_lines, a_history_tells_what_arrived)
{
    chat_hear(PROTO_BROADCAST, "bob", "one");
    chat_hear(PROTO_BROADCAST, "bob", "two");
    chat_type("arrived\rlost\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "arrived");
    chat_expect_sent(PROTO_BROADCAST, "ada", "lost");
    chat_reconnect();
    chat_type("later\r");
    chat_hear(PROTO_READY, "SERVER", "READY");
    chat_hear(PROTO_BROADCAST, "bob", "one");
    chat_hear(PROTO_BROADCAST, "bob", "two");
    hear_own("arrived");
    chat_expect_silence();
    chat_wait(1000);
    chat_expect_sent(PROTO_BROADCAST, "ada", "later");
    chat_expect_silence();
    expect_in_doubt(1);
    chat_expect_line(0, LINE_PENDING, "ada", "later");
    chat_expect_line(1, LINE_UNCONFIRMED, "ada", "lost");
}
