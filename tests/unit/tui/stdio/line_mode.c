#include "tui/stdio/line_mode.h"

#include "common/nick.h"
#include "tests/unit/support/client_harness.h"

#include <criterion/criterion.h>
#include <string.h>

static void join(void)
{
    chat_join_frontend(&line_mode);
}

static void open_unnamed(void)
{
    chat_open_frontend(&line_mode, NULL);
    chat_connect();
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
}

static void hear(const char *nick, const char *msg)
{
    chat_hear(PROTO_BROADCAST, nick, msg);
}

TestSuite(line_mode, .init = join, .fini = chat_close);
TestSuite(line_mode_unnamed, .init = open_unnamed, .fini = chat_close);

Test(line_mode, whose_a_line_is_can_be_told_from_how_it_begins)
{
    hear("bob", "hello");
    hear("ada", "hi");
    hear("SERVER", "eve joined the chat");
    chat_take("/nope");
    chat_expect_out("01:46 bob: hello\n"
                    "01:46 ada: hi\n"
                    "* 01:46 eve joined the chat\n"
                    "- There is no command /nope, so nothing was sent. /help lists them; to send "
                    "such a line as text, begin it with //.\n");
}

Test(line_mode, several_lines_are_one_message)
{
    hear("bob", "one\n* 01:46 two\n\nfour\n");
    chat_expect_out("01:46 bob: one\n      * 01:46 two\n      \n      four\n      \n");
}

Test(line_mode, what_strangers_write_is_made_safe)
{
    hear("b\x1b[2Jb", "\x1b]0;x\x07\r\xE2\x80\xAE \xC2\x9B");
    chat_expect_out("01:46 b\xE2\x90\x9B[2Jb: \xE2\x90\x9B]0;x\xE2\x90\x87\xE2\x90\x8D<U+202E> "
                    "<U+009B>\n");
}

Test(line_mode, a_nickname_cannot_put_words_into_anothers_mouth)
{
    hear("bob: yes: eve", "no");
    hear("bob\n* 01:46 eve", "no");
    chat_expect_out("01:46 bob<U+003A> yes<U+003A> eve: no\n"
                    "01:46 bob\xE2\x90\x8A* 01:46 eve: no\n");
}

Test(line_mode, the_day_is_told_where_it_changes)
{
    hear("bob", "late");
    chat_wait(24 * 3600 * 1000);
    hear("bob", "early");
    chat_expect_out("01:46 bob: late\n- Monday, 10 September 2001\n01:46 bob: early\n");
}

Test(line_mode, what_is_typed_is_said)
{
    chat_take("hello");
    chat_expect_sent(PROTO_BROADCAST, "ada", "hello");
    chat_take(" indented ");
    chat_expect_sent(PROTO_BROADCAST, "ada", " indented ");
    chat_take("//x");
    chat_expect_sent(PROTO_BROADCAST, "ada", "/x");
    chat_take("");
    chat_expect_silence();
    chat_expect_out("");
}

Test(line_mode, what_is_no_text_is_left_out)
{
    chat_take("caf\xE9");
    cr_expect_str_eq(chat_frontend.error, "not text in UTF-8, so it was not sent");
    cr_expect(chat_frontend.kind->take_line(&chat_frontend, (struct span){"a\0b", 3}));
    cr_expect_str_eq(chat_frontend.error, "not text in UTF-8, so it was not sent");
    chat_expect_silence();
    chat_take("caf\xC3\xA9");
    cr_expect_null(chat_frontend.error);
    chat_expect_sent(PROTO_BROADCAST, "ada", "caf\xC3\xA9");
}

Test(line_mode, what_no_packet_holds_is_left_out)
{
    static char line[FRAME_PAYLOAD_MAX + 1];
    memset(line, 'x', FRAME_PAYLOAD_MAX);
    chat_take(line);
    cr_expect_str_eq(chat_frontend.error, "too long for a packet, so it was not sent");
    chat_expect_silence();
    chat_expect_out("");
}

Test(line_mode, a_hint_is_told_once)
{
    chat_show_message("Wait.");
    chat_expect_out("- Wait.\n");
    chat_show_message("Wait.");
    chat_expect_out("");
    chat_take("hello");
    chat_show_message("Wait.");
    chat_expect_out("- Wait.\n");
}

Test(line_mode, a_command_waits_for_what_was_said_before_it)
{
    chat_take("first");
    chat_expect_held("/nick eve");
    hear("ada", "first");
    chat_take("/nick eve");
    chat_expect_sent(PROTO_BROADCAST, "ada", "first");
    chat_expect_sent(PROTO_VERIFY, NULL, "eve");
    chat_hear(PROTO_READY, "SERVER", "READY");
    chat_expect_out("01:46 ada: first\n- You are eve now.\n");
}

Test(line_mode, commands_work_as_on_the_screen)
{
    chat_take("/w");
    chat_expect_sent(PROTO_WHO, "ada", "");
    chat_hear(PROTO_WHO, "SERVER", "ada\nbob");
    chat_expect_out("- Here now: ada, bob\n");
    chat_take("/nick");
    chat_expect_out("- Usage: /nick NAME\n");
    chat_take("/quit");
    chat_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    cr_expect_eq(chat_state(), SESSION_CLOSING);
}

Test(line_mode, help_tells_no_keys)
{
    chat_take("/help");
    struct byte_queue *out = &chat_frontend.out;
    cr_expect_null(memmem(out->p, out->to, "Ctrl", 4));
    cr_expect(memmem(out->p, out->to, "- /who: ask who is here\n", 24));
}

Test(line_mode, the_countdown_is_lines)
{
    chat_hear(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 2 seconds");
    chat_hear(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 1 seconds");
    chat_expect_out("* 01:46 Server Shutting down in 2 seconds\n"
                    "* 01:46 Server Shutting down in 1 seconds\n");
}

Test(line_mode, the_last_words_are_not_among_the_lines)
{
    chat_hear_bytes("\0\2[]", 4);
    chat_expect_out("");
    cr_expect_str_eq(chat_exit_message(),
                     "The server broke the protocol: it must be one JSON object.");
}

Test(line_mode, a_lost_connection_comes_back)
{
    chat_take("on its way");
    chat_expect_sent(PROTO_BROADCAST, "ada", "on its way");
    chat_disconnect("broken");
    chat_expect_out("- Connection lost: broken.\n"
                    "? ada: on its way\n"
                    "- Reconnecting; press Enter to try at once.\n");
    chat_take("meanwhile");
    chat_expect_out("- Your line waits.\n");
    chat_take("/drop");
    chat_return();
    chat_expect_sent(PROTO_BROADCAST, "ada", "meanwhile");
    chat_expect_out("- away 01:46 to 01:46, messages may be missing\n"
                    "- You are back as ada.\n");
    hear("ada", "meanwhile");
    chat_expect_out("01:46 ada: meanwhile\n");
}

Test(line_mode, enter_tries_at_once)
{
    chat_hear(PROTO_SHUTDOWN, "SERVER", "Enough.");
    chat_disconnect(NULL);
    chat_expect_out("* 01:46 Enough.\n"
                    "- The server closed the connection: Enough.\n"
                    "- Press Enter to reconnect.\n");
    chat_wait(3600000);
    cr_expect_eq(chat_state(), SESSION_DISCONNECTED);
    chat_take("");
    chat_wait(0);
    cr_expect_eq(chat_state(), SESSION_CONNECTING);
}

#define RULE "- Up to 32 letters, digits, symbols; single spaces.\n"

Test(line_mode_unnamed, a_nickname_is_asked_for)
{
    chat_expect_out(RULE "- Your nickname? Press Enter to take ada.\n");
    chat_take("  Grace Hopper ");
    chat_expect_sent(PROTO_VERIFY, NULL, "Grace Hopper");
    chat_expect_out("");
    chat_hear(PROTO_READY, "SERVER", "READY");
    chat_expect_out("- You are here as Grace Hopper. /help shows the keys and commands.\n");
}

Test(line_mode_unnamed, an_empty_line_takes_the_proposal_once)
{
    chat_expect_out(RULE "- Your nickname? Press Enter to take ada.\n");
    chat_take("");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
    chat_expect_out("");
    chat_hear(PROTO_RETRY, "SERVER", "RETRY");
    chat_expect_out("- The server refused it: taken or not allowed. Choose another.\n"
                    "- Your nickname?\n");
    chat_take("");
    chat_expect_out("- Type a nickname.\n");
    chat_take("a  b");
    chat_expect_out("- " NICK_SPACING "\n");
    chat_expect_silence();
    chat_take("eve");
    chat_expect_sent(PROTO_VERIFY, NULL, "eve");
}

Test(line_mode_unnamed, commands_while_a_nickname_is_wanted)
{
    chat_expect_out(RULE "- Your nickname? Press Enter to take ada.\n");
    chat_take("/who");
    chat_expect_out("- Not in the room yet.\n");
    chat_expect_silence();
    chat_take("/quit");
    chat_expect_sent(PROTO_GOODBYE, NULL, "BYE");
}

Test(line_mode, the_end_of_input_says_goodbye)
{
    line_mode.end(&chat_frontend);
    chat_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    cr_expect_eq(chat_state(), SESSION_CLOSING);
}
