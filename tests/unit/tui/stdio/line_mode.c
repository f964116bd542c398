#include "tui/stdio/line_mode.h"

#include "common/nick.h"
#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"
#include "tui/stdio/line_output.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>
#include <sysexits.h>

static void join(void)
{
    harness_join_frontend(&line_mode);
}

static void open_unnamed(void)
{
    harness_greet_frontend(&line_mode, NULL);
}

static void hear(const char *nick, const char *msg)
{
    harness_receive(PROTO_BROADCAST, nick, msg);
}

TestSuite(line_mode, .init = join, .fini = harness_close);
TestSuite(line_mode_unnamed, .init = open_unnamed, .fini = harness_close);

Test(line_mode, whose_a_line_is_can_be_told_from_how_it_begins)
{
    hear("bob", "hello");
    hear("ada", "hi");
    hear("SERVER", "eve joined the chat");
    harness_take_line("/nope");
    harness_expect_output("01:46 <bob> hello\n"
                          "01:46 <ada> hi\n"
                          "* 01:46 «eve» joined the chat.\n"
                          "- " MESSAGE_UNKNOWN_COMMAND "\n",
                          4, "nope", 4, "nope");
}

Test(line_mode, several_lines_are_one)
{
    hear("bob", "one\n* 01:46 two\n\nfour\n");
    harness_expect_output("01:46 <bob> one\\n* 01:46 two\\n\\nfour\\n\n");
}

Test(line_mode, what_strangers_write_is_made_safe)
{
    hear("b\x1b[2Jb", "\x1b]0;x\x07\r\xE2\x80\xAE \xC2\x9B");
    harness_expect_output("01:46 <b\\u001b[2Jb> \\u001b]0;x\\u0007\\r\\u202e \\u009b\n");
}

Test(line_mode, a_nickname_cannot_put_words_into_anothers_mouth)
{
    hear("bob> yes <eve", "no");
    hear("bob\n* 01:46 eve", "no");
    harness_expect_output("01:46 <bob\\u003e yes <eve> no\n"
                          "01:46 <bob\\n* 01:46 eve> no\n");
}

/* A heart, and a family with a skin tone. */
Test(line_mode, emoji_have_no_escapes)
{
    hear("bob",
         "\xE2\x9D\xA4\xEF\xB8\x8F \xF0\x9F\x91\xA9\xF0\x9F\x8F\xBD\xE2\x80\x8D\xF0\x9F\x91\xA7");
    harness_expect_output(
        "01:46 <bob> \xE2\x9D\xA4 \xF0\x9F\x91\xA9\xF0\x9F\x8F\xBD\xF0\x9F\x91\xA7\n");
}

Test(line_mode, the_day_is_told_where_it_changes)
{
    hear("bob", "late");
    harness_wait(24 * 3600 * 1000);
    hear("bob", "early");
    harness_expect_output("01:46 <bob> late\n"
                          "- " LINE_OUTPUT_DAY "Monday, 10 September 2001.\n"
                          "01:46 <bob> early\n");
}

Test(line_mode, what_is_typed_is_said)
{
    harness_take_line("hello");
    harness_expect_sent(PROTO_BROADCAST, "ada", "hello");
    harness_take_line(" indented ");
    harness_expect_sent(PROTO_BROADCAST, "ada", " indented ");
    harness_take_line("//x");
    harness_expect_sent(PROTO_BROADCAST, "ada", "/x");
    harness_take_line("");
    harness_expect_nothing_sent();
    harness_expect_no_output();
}

Test(line_mode, what_is_no_text_is_left_out)
{
    harness_take_line("caf\xE9");
    cr_expect_str_eq(harness.frontend.error, MESSAGE_LINE_NOT_TEXT);
    cr_expect(harness.frontend.kind->take_line(&harness.frontend, (struct span){"a\0b", 3}));
    cr_expect_str_eq(harness.frontend.error, MESSAGE_LINE_NOT_TEXT);
    harness_expect_nothing_sent();
    harness_take_line("caf\xC3\xA9");
    cr_expect_null(harness.frontend.error);
    harness_expect_sent(PROTO_BROADCAST, "ada", "caf\xC3\xA9");
}

Test(line_mode, what_no_packet_holds_is_left_out)
{
    static char line[FRAME_PAYLOAD_MAX + 1];
    memset(line, 'x', FRAME_PAYLOAD_MAX);
    harness_take_line(line);
    cr_expect_str_eq(harness.frontend.error, MESSAGE_LINE_TOO_LONG);
    harness_expect_nothing_sent();
    harness_expect_no_output();
}

Test(line_mode, a_hint_is_told_once)
{
    harness_show_message("Wait.");
    harness_expect_output("- Wait.\n");
    harness_show_message("Wait.");
    harness_expect_no_output();
    harness_take_line("hello");
    harness_show_message("Wait.");
    harness_expect_output("- Wait.\n");
}

Test(line_mode, a_command_waits_for_what_was_said_before_it)
{
    harness_take_line("first");
    harness_expect_line_held("/nick eve");
    hear("ada", "first");
    harness_take_line("/nick eve");
    harness_expect_sent(PROTO_BROADCAST, "ada", "first");
    harness_expect_sent(PROTO_VERIFY, NULL, "eve");
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_expect_output("01:46 <ada> first\n"
                          "- " MESSAGE_RENAMED "\n",
                          "eve");
}

Test(line_mode, commands_work_as_on_the_screen)
{
    harness_take_line("/wh");
    harness_expect_sent(PROTO_WHO, "ada", "");
    harness_receive(PROTO_WHO, "SERVER", "ada\nbob");
    harness_expect_output("- " MESSAGE_HERE "\n", (size_t)2, "«ada», «bob»");
    harness_take_line("/nick");
    harness_expect_output("- " MESSAGE_NICK_USAGE "\n");
    harness_take_line("/quit");
    harness_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    cr_expect_eq(harness.session.state, SESSION_CLOSING);
}

Test(line_mode, there_are_no_private_messages)
{
    harness_take_line("/m bob secret");
    harness_expect_output("- " MESSAGE_NO_PRIVATE "\n");
    harness_take_line(" /msg bob secret");
    harness_expect_output("- " MESSAGE_SPACE_BEFORE "\n", 3, "msg");
    harness_take_line("/w bob secret");
    harness_take_line("/q bob");
    harness_expect_output("- " MESSAGE_NO_PRIVATE "\n- " MESSAGE_NO_PRIVATE "\n");
    harness_take_line("/who bob secret");
    harness_expect_output("- " MESSAGE_NO_ARGUMENT "\n", 3, "who");
    harness_expect_nothing_sent();
}

Test(line_mode, help_tells_no_keys)
{
    harness_take_line("/help");
    struct byte_queue *out = &harness.frontend.out;
    cr_expect_null(memmem(out->p, out->to, "Ctrl", 4));
    cr_expect(memmem(out->p, out->to, "- /who: ", 8));
    cr_expect_null(memmem(out->p, out->to, "/times", 6));
}

Test(line_mode, a_line_that_waits_can_be_dropped)
{
    harness_disconnect("broken");
    harness_expect_output("- " MESSAGE_LOST "\n- " MESSAGE_RECONNECTING "\n", "broken");
    harness_take_line("waits");
    harness_expect_output("- " MESSAGE_YOUR_LINE_WAITS "\n");
    harness_take_line("/drop");
    harness_expect_output("- " MESSAGE_DROPPED "\n", (size_t)1, "");
    cr_expect_eq(harness.session.outbox.count, 0);
}

Test(line_mode, a_command_of_the_screen_says_so)
{
    static const char *const lines[] = {"/clear",    "/joins", "/search text",
                                        "/mentions", "/times", "/unread"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        harness_take_line(lines[i]);
        harness_expect_output("- " MESSAGE_NEEDS_SCREEN "\n");
    }
}

Test(line_mode, the_countdown_is_lines)
{
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 2 seconds");
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 1 seconds");
    harness_expect_output("* 01:46 Server Shutting down in 2 seconds.\n"
                          "* 01:46 Server Shutting down in 1 seconds.\n");
}

Test(line_mode, the_last_words_are_not_among_the_lines)
{
    session_fail(&harness.session, EX_PROTOCOL, MESSAGE_PROTOCOL, "a reason");
    harness_expect_no_output();
    harness_expect_exit_message(MESSAGE_PROTOCOL, "a reason");
}

/* A server that waits only so long for a nickname is no reason for a reproach. */
Test(line_mode, a_nickname_chosen_late_connects_again)
{
    harness_close();
    harness_open_frontend(&line_mode, NULL);
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_output("- " MESSAGE_NICK_RULE "\n- " MESSAGE_ASK_NICK_PROPOSED "\n", "ada");
    harness_receive(PROTO_SHUTDOWN, "SERVER", "You chose no nickname in time.");
    harness_disconnect(NULL);
    harness_wait(12 * 3600 * 1000);
    harness_expect_no_output();
    harness_take_line("bob");
    harness_wait(0);
    harness_connect_as("bob");
    harness_wait(1000);
    harness_expect_output("- " MESSAGE_JOINED "\n", "bob");
}

Test(line_mode, a_lost_connection_comes_back)
{
    harness_take_line("on its way");
    harness_expect_sent(PROTO_BROADCAST, "ada", "on its way");
    harness_disconnect("broken");
    harness_expect_output("- " MESSAGE_LOST "\n"
                          "? <ada> on its way\n"
                          "- " MESSAGE_RECONNECTING "\n",
                          "broken");
    harness_take_line("meanwhile");
    harness_expect_output("- " MESSAGE_YOUR_LINE_WAITS "\n");
    harness_take_line("/drop");
    harness_expect_output("- " MESSAGE_DROPPED "\n", (size_t)1, "");
    harness_return();
    harness_expect_sent(PROTO_BROADCAST, "ada", "meanwhile");
    const char *gap = harness_text(MESSAGE_GAP, "01:46", "01:46");
    harness_expect_output("- %c%s.\n- " MESSAGE_BACK "\n", toupper(gap[0]), gap + 1, "ada");
    hear("ada", "meanwhile");
    harness_expect_output("01:46 <ada> meanwhile\n");
}

Test(line_mode, enter_tries_at_once)
{
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Enough.");
    harness_disconnect(NULL);
    harness_expect_output("* 01:46 Enough.\n"
                          "- " MESSAGE_ENTER_RECONNECTS "\n");
    harness_wait(3600000);
    cr_expect_eq(harness.session.state, SESSION_DISCONNECTED);
    harness_take_line("");
    harness_wait(0);
    cr_expect_eq(harness.session.state, SESSION_CONNECTING);
}

#define NICK_PROMPT "- " MESSAGE_NICK_RULE "\n- " MESSAGE_ASK_NICK_PROPOSED "\n"

static void answer_prompt(const char *line, const char *nick)
{
    harness_expect_output(NICK_PROMPT, "ada");
    harness_take_line(line);
    harness_expect_sent(PROTO_VERIFY, NULL, nick);
    harness_expect_no_output();
}

Test(line_mode_unnamed, a_nickname_is_asked_for)
{
    answer_prompt("  Grace Hopper ", "Grace Hopper");
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_expect_output("- " MESSAGE_JOINED "\n", "Grace Hopper");
}

Test(line_mode_unnamed, an_empty_line_takes_the_proposal_once)
{
    answer_prompt("", "ada");
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    harness_expect_output("- " MESSAGE_NICK_REFUSED "\n"
                          "- " MESSAGE_ASK_NICK "\n",
                          "ada");
    harness_take_line("");
    harness_expect_output("- " NICK_EMPTY "\n");
    harness_take_line("a  b");
    harness_expect_output("- " NICK_SPACING "\n");
    harness_expect_nothing_sent();
    harness_take_line("eve");
    harness_expect_sent(PROTO_VERIFY, NULL, "eve");
}

Test(line_mode_unnamed, commands_while_a_nickname_is_wanted)
{
    harness_expect_output(NICK_PROMPT, "ada");
    harness_take_line("/who");
    harness_expect_output("- " MESSAGE_NOT_IN_ROOM "\n");
    harness_expect_nothing_sent();
    harness_take_line("/quit");
    harness_expect_sent(PROTO_GOODBYE, NULL, "BYE");
}

Test(line_mode, the_end_of_input_says_goodbye)
{
    line_mode.end(&harness.frontend);
    harness_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    cr_expect_eq(harness.session.state, SESSION_CLOSING);
}
