#include "tui/stdio/line_output.h"

#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"
#include "tui/stdio/line_mode.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void open_client(void)
{
    harness_join_frontend(&line_mode);
}

TestSuite(line_output, .init = open_client, .fini = harness_close);

static void receive_notice(const char *nick, const char *what)
{
    char text[128];
    snprintf(text, sizeof text, "%s %s", nick, what);
    harness_receive(PROTO_BROADCAST, "SERVER", text);
}

static void join(const char *nick)
{
    receive_notice(nick, "joined the chat");
}

static void leave(const char *nick)
{
    receive_notice(nick, "left the chat");
}

Test(line_output, the_first_join_is_printed_at_once_and_those_after_it_together)
{
    join("bob");
    harness_expect_output("* 01:46 «bob» joined the chat.\n");
    join("cyd");
    join("dan");
    leave("bob");
    harness_wait(LINE_OUTPUT_JOINS_MS - 1);
    harness_expect_no_output();
    harness_wait(1);
    harness_expect_output("* 01:46 «cyd», «dan» joined; «bob» left.\n");
    join("eve");
    harness_expect_output("* 01:46 «eve» joined the chat.\n");
    harness_wait(LINE_OUTPUT_JOINS_MS);
    harness_expect_no_output();
    cr_expect_eq(harness.frontend.due, 0);
}

Test(line_output, a_line_comes_after_the_joins_before_it)
{
    join("bob");
    join("cyd");
    harness_receive(PROTO_BROADCAST, "cyd", "hello");
    leave("bob");
    leave("cyd");
    harness_take_line("/nope");
    harness_expect_output("* 01:46 «bob» joined the chat.\n"
                          "* 01:46 «cyd» joined.\n"
                          "01:46 <cyd> hello\n"
                          "* 01:46 «bob» left the chat.\n"
                          "* 01:46 «cyd» left.\n"
                          "- " MESSAGE_UNKNOWN_COMMAND "\n",
                          4, "nope", 4, "nope");
}

Test(line_output, thirty_people_who_come_and_go_are_two_lines)
{
    char nick[16];
    for (int i = 0; i < 60; i++) {
        snprintf(nick, sizeof nick, "n%d", i / 2);
        if (i % 2 == 0)
            join(nick);
        else
            leave(nick);
    }
    harness_wait(LINE_OUTPUT_JOINS_MS);
    harness_expect_output("* 01:46 «n0» joined the chat.\n"
                          "* 01:46 «n0» left; «n1», «n2», «n3», «n4», «n5» and 24 more came and "
                          "went.\n");
}

Test(line_output, joins_may_be_hidden)
{
    harness.frontend.line_mode.hides_joins = true;
    join("bob");
    leave("bob");
    harness_receive(PROTO_BROADCAST, "SERVER", "a, b and 12 others joined the chat");
    harness_receive(PROTO_BROADCAST, "SERVER", "cyd is now known as dan");
    harness_expect_output("* 01:46 «cyd» is now known as «dan».\n");
}

/* The words of the operator stay as they are. */
Test(line_output, the_notices_of_the_protocol_are_sentences)
{
    harness_receive(PROTO_BROADCAST, "SERVER", "bob is now known as rob");
    harness_receive(PROTO_BROADCAST, "SERVER", "a, b and 12 others joined the chat");
    harness_receive(PROTO_BROADCAST, "SERVER", "Back soon");
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 5 seconds");
    harness_expect_output("* 01:46 «bob» is now known as «rob».\n"
                          "* 01:46 «a, b and 12 others» joined the chat.\n"
                          "* 01:46 Back soon\n"
                          "* 01:46 Server Shutting down in 5 seconds.\n");
}
