#include "tui/core/commands.h"

#include "common/nick.h"
#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(commands, .init = harness_join, .fini = harness_close);

Test(commands, who_asks_the_server)
{
    cr_expect(harness_command("/who"));
    harness_expect_sent(PROTO_WHO, "ada", "");
}

Test(commands, a_prefix_that_fits_one_command_will_do)
{
    cr_expect(harness_command("/wh"));
    harness_expect_sent(PROTO_WHO, "ada", "");
    cr_expect(harness_command("/ig  bob  "));
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_IGNORED, "bob", "bob");
}

Test(commands, a_nickname_may_hold_spaces_and_must_follow_the_rule)
{
    cr_expect_not(harness_command("/nick a  b"));
    cr_expect_str_eq(harness.screen.status_message, NICK_SPACING);
    cr_expect_not(harness_command("/nick"));
    harness_expect_status_message(MESSAGE_NICK_USAGE);
    harness_expect_nothing_sent();
    cr_expect(harness_command("/nick  Grace Hopper  "));
    harness_expect_sent(PROTO_VERIFY, NULL, "Grace Hopper");
}

Test(commands, an_unknown_one_is_never_sent)
{
    static const char *const unknown[] = {"/", "/foo", "/whoever", "/ who", "/Who"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        cr_expect_not(harness_command(unknown[i]));
        harness_expect_nothing_sent();
    }
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_UNKNOWN_COMMAND, 3, "Who", 3, "Who");
}

Test(commands, what_the_room_sees_cannot_be_shortened)
{
    static const char *const short_names[] = {"/n bob", "/nic bob", "/qui"};
    for (size_t i = 0; i < sizeof short_names / sizeof *short_names; i++) {
        cr_expect_not(harness_command(short_names[i]));
        harness_expect_nothing_sent();
    }
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_AMBIGUOUS_COMMAND, 3, "qui", "/quit");
}

Test(commands, there_are_no_private_messages)
{
    static const char *const private[] = {"/m bob x",     "/msg bob x", "/w bob x",
                                          "/whisper bob", "/query bob", "/q bob"};
    for (size_t i = 0; i < sizeof private / sizeof *private; i++) {
        cr_expect_not(harness_command(private[i]));
        harness_expect_line(0, LINE_STATUS, "", MESSAGE_NO_PRIVATE);
    }
    harness_expect_nothing_sent();
}

Test(commands, a_command_that_takes_no_argument_refuses_one)
{
    static const char *const lines[] = {"/who bob", "/quit bob", "/quit\nbob", "/leave now"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        cr_expect_not(harness_command(lines[i]));
        harness_expect_nothing_sent();
    }
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_NO_ARGUMENT, 5, "leave");
}

Test(commands, a_space_before_the_slash_is_refused_where_the_name_is_known)
{
    cr_expect_null(command_mistake("/quit", LINE_START_TYPED));
    cr_expect_null(command_mistake(" /usr/bin", LINE_START_TYPED));
    cr_expect_null(command_mistake(" //quit", LINE_START_TYPED));
    cr_expect_null(command_mistake(" /quit", LINE_START_OTHER));
    cr_expect_null(command_mistake(" ", LINE_START_TYPED));
    cr_expect_str_eq(command_mistake(" /msg bob x", LINE_START_TYPED),
                     harness_text(MESSAGE_SPACE_BEFORE, 3, "msg"));
}

Test(commands, help_shows_keys_and_commands)
{
    cr_expect(harness_command("/he"));
    cr_expect(harness.screen.help.open);
    harness_type("x");
    cr_expect_not(harness.screen.help.open);
    harness_expect_typed("");
    harness_type("x\x1bOP");
    cr_expect(harness.screen.help.open);
    harness_type("\r");
    cr_expect_not(harness.screen.help.open);
    harness_expect_typed("x");
    harness_expect_nothing_sent();
}

Test(commands, quit_says_goodbye)
{
    cr_expect(harness_command("/quit"));
    harness_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    cr_expect_eq(harness.session.state, SESSION_CLOSING);
}

Test(commands, me_says_what_we_do)
{
    cr_expect(harness_command("/me waves  at bob"));
    harness_expect_sent(PROTO_BROADCAST, "ada", "* ada waves  at bob");
    cr_expect_not(harness_command("/me "));
    harness_expect_nothing_sent();
}

Test(commands, an_argument_may_be_long)
{
    static char line[3004], text[3008];
    memset(line, 'x', sizeof line - 1);
    memcpy(line, "/me ", 4);
    snprintf(text, sizeof text, "* ada %s", line + 4);
    cr_expect(harness_command(line));
    harness_expect_sent(PROTO_BROADCAST, "ada", text);
}

Test(commands, who_is_ignored_is_not_shown)
{
    cr_expect(harness_command("/ignore BOB"));
    harness_receive(PROTO_BROADCAST, "cy", "one");
    harness_receive(PROTO_BROADCAST, "bob", "two");
    harness_expect_line(0, LINE_MESSAGE, "cy", "one");
    cr_expect(harness_command("/ignore"));
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_IGNORED_LIST, "«BOB»");
    cr_expect(harness_command("/unignore bob"));
    harness_receive(PROTO_BROADCAST, "bob", "three");
    harness_expect_line(0, LINE_MESSAGE, "bob", "three");
    cr_expect_not(harness_command("/unignore bob"));
    cr_expect_not(harness_command("/ignore a  b"));
    cr_expect(harness_command("/ignore"));
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_IGNORED_LIST, "nobody.");
}

Test(commands, a_nickname_that_an_ignored_member_takes_is_ignored_too)
{
    cr_expect(harness_command("/ignore bob"));
    harness_receive(PROTO_BROADCAST, "SERVER", "bob joined the chat");
    harness_receive(PROTO_BROADCAST, "SERVER", "bob is now known as rob");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_IGNORED_AS, "bob", "rob", "rob");
    harness_receive(PROTO_BROADCAST, "cy", "one");
    harness_receive(PROTO_BROADCAST, "rob", "two");
    harness_expect_line(0, LINE_MESSAGE, "cy", "one");
    harness_receive(PROTO_BROADCAST, "SERVER", "rob is now known as ROB");
    harness_receive(PROTO_BROADCAST, "SERVER", "ROB is now known as robert");
    cr_expect(harness_command("/ignore"));
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_IGNORED_LIST, "«bob», «robert»");
    harness_receive(PROTO_BROADCAST, "SERVER", "cy is now known as dan");
    cr_expect(harness_command("/ignore"));
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_IGNORED_LIST, "«bob», «robert»");
    harness_receive(PROTO_BROADCAST, "SERVER", "robert left the chat");
    cr_expect(harness_command("/ignore"));
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_IGNORED_LIST, "«bob»");
}

Test(commands, nobody_ignores_the_server_or_themselves)
{
    cr_expect_not(harness_command("/ignore SERVER"));
    cr_expect(harness_command("/ignore ada"));
    harness_receive(PROTO_BROADCAST, "ada", "mine");
    harness_expect_line(0, LINE_OWN, "ada", "mine");
}

Test(commands, clear_forgets_what_was_said)
{
    harness_receive(PROTO_BROADCAST, "bob", "one");
    cr_expect(harness_command("/clear"));
    harness_receive(PROTO_BROADCAST, "bob", "two");
    struct row rows[64];
    int count = scrollback_rows(harness.screen.scrollback, rows, 64);
    cr_expect_null(rows[count - 2].line);
}

Test(commands, log_begins_another)
{
    harness_start_log();
    cr_expect(harness_command("/log my log "));
    cr_expect_str_eq(harness.log_path, "my log");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_LOGGING, "my log");
    cr_expect_not(harness_command("/log /"));
    harness_expect_status_message(MESSAGE_LOG_NOT_OPENED, HARNESS_NOT_A_FILE);
}

Test(commands, log_says_where_it_is_and_ends)
{
    harness_start_log();
    cr_expect(harness_command("/log"));
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_NOT_LOGGING);
    cr_expect(harness_command("/log here"));
    cr_expect(harness_command("/log"));
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_LOGGING, "here");
    cr_expect(harness_command("/log off"));
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_NOT_LOGGING);
    cr_expect_str_empty(harness.log_path);
}

Test(commands, reconnect_comes_back_at_once)
{
    cr_expect(harness_command("/reconnect"));
    cr_expect_eq(harness.session.state, SESSION_DISCONNECTED);
    harness_wait(0);
    cr_expect_eq(harness.session.state, SESSION_CONNECTING);
    harness_connect_as("ada");
    harness_wait(1000);
    cr_expect_eq(harness.session.state, SESSION_JOINED);
}

Test(commands, tab_completes_the_name)
{
    harness_type("/qu\t");
    harness_expect_typed("/quit ");
    harness_type("\x15/re\t");
    harness_expect_typed("/reconnect ");
    cr_expect_str_eq(harness.screen.status_message, "reconnect, resend");
    harness_type("\t");
    harness_expect_typed("/resend ");
    harness_type("\t\x1b[Z");
    harness_expect_typed("/resend ");
    harness_type("\x15/\x1b[Z");
    harness_expect_typed("/who ");
    harness_type("\x15/x\t");
    harness_expect_typed("/x");
    harness_type("\x15//wh\t");
    harness_expect_typed("//wh");
    harness_expect_nothing_sent();
}

Test(commands, tab_completes_whom_to_ignore)
{
    harness_receive(PROTO_BROADCAST, "bob", "one");
    harness_receive(PROTO_BROADCAST, "Grace Hopper", "two");
    harness_type("/ignore b\t");
    harness_expect_typed("/ignore bob ");
    harness_type("\r/ignore \t");
    harness_expect_typed("/ignore Grace Hopper ");
    harness_type("\r/uni \t");
    harness_expect_typed("/uni bob ");
    harness_type("\t");
    harness_expect_typed("/uni Grace Hopper ");
    harness_type("\r/unignore gr\t");
    harness_expect_typed("/unignore gr");
}
