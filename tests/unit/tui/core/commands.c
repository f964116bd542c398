#include "tui/core/commands.h"

#include "common/nick.h"
#include "tests/unit/support/client_harness.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(commands, .init = chat_join, .fini = chat_close);

Test(commands, who_asks_the_server)
{
    cr_expect(chat_run("/who"));
    chat_expect_sent(PROTO_WHO, "ada", "");
}

Test(commands, a_prefix_that_fits_one_command_will_do)
{
    cr_expect(chat_run("/w"));
    chat_expect_sent(PROTO_WHO, "ada", "");
    cr_expect(chat_run("/ni  bob  "));
    chat_expect_sent(PROTO_VERIFY, NULL, "bob");
}

Test(commands, a_nickname_may_hold_spaces_and_must_follow_the_rule)
{
    cr_expect_not(chat_run("/nick a  b"));
    cr_expect_str_eq(chat_status_message(), NICK_SPACING);
    cr_expect_not(chat_run("/nick"));
    cr_expect(strstr(chat_status_message(), "/nick NAME"));
    chat_expect_silence();
    cr_expect(chat_run("/nick Grace Hopper"));
    chat_expect_sent(PROTO_VERIFY, NULL, "Grace Hopper");
}

Test(commands, an_unknown_one_is_never_sent)
{
    static const char *const unknown[] = {"/", "/foo", "/whoever", "/ who", "/Who"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        cr_expect_not(chat_run(unknown[i]));
        chat_expect_silence();
    }
    chat_expect_line(0, LINE_STATUS, "",
                     "There is no command /Who, so nothing was sent. /help lists them; to send "
                     "such a line as text, begin it with //.");
}

Test(commands, help_shows_keys_and_commands)
{
    cr_expect(chat_run("/h"));
    cr_expect(chat_help_is_open());
    chat_type("x");
    cr_expect_not(chat_help_is_open());
    chat_expect_typed("x");
    chat_type("\x1bOP");
    cr_expect(chat_help_is_open());
    chat_type("\r");
    cr_expect_not(chat_help_is_open());
    chat_expect_typed("x");
    chat_expect_silence();
}

Test(commands, quit_says_goodbye)
{
    cr_expect(chat_run("/quit"));
    chat_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    cr_expect_eq(chat_state(), SESSION_CLOSING);
}

Test(commands, me_says_what_we_do)
{
    cr_expect(chat_run("/me waves  at bob"));
    chat_expect_sent(PROTO_BROADCAST, "ada", "* ada waves  at bob");
    cr_expect_not(chat_run("/me "));
    chat_expect_silence();
}

Test(commands, an_argument_may_be_long)
{
    static char line[3004], text[3008];
    memset(line, 'x', sizeof line - 1);
    memcpy(line, "/me ", 4);
    snprintf(text, sizeof text, "* ada %s", line + 4);
    cr_expect(chat_run(line));
    chat_expect_sent(PROTO_BROADCAST, "ada", text);
}

Test(commands, who_is_ignored_is_not_shown)
{
    cr_expect(chat_run("/ignore BOB"));
    chat_hear(PROTO_BROADCAST, "cy", "one");
    chat_hear(PROTO_BROADCAST, "bob", "two");
    chat_expect_line(0, LINE_MESSAGE, "cy", "one");
    cr_expect(chat_run("/ignore"));
    chat_expect_line(0, LINE_STATUS, "", "Ignored: BOB");
    cr_expect(chat_run("/unignore bob"));
    chat_hear(PROTO_BROADCAST, "bob", "three");
    chat_expect_line(0, LINE_MESSAGE, "bob", "three");
    cr_expect_not(chat_run("/unignore bob"));
    cr_expect_not(chat_run("/ignore a  b"));
    cr_expect(chat_run("/ignore"));
    chat_expect_line(0, LINE_STATUS, "", "Ignored: nobody.");
}

Test(commands, nobody_ignores_the_server_or_themselves)
{
    cr_expect_not(chat_run("/ignore SERVER"));
    cr_expect(chat_run("/ignore ada"));
    chat_hear(PROTO_BROADCAST, "ada", "mine");
    chat_expect_line(0, LINE_OWN, "ada", "mine");
}

Test(commands, clear_forgets_what_was_said)
{
    chat_hear(PROTO_BROADCAST, "bob", "one");
    cr_expect(chat_run("/clear"));
    chat_hear(PROTO_BROADCAST, "bob", "two");
    struct row rows[64];
    int count = scrollback_rows(chat_scrollback(), rows, 64);
    cr_expect_null(rows[count - 2].line);
}

Test(commands, log_begins_another)
{
    chat_start_log();
    cr_expect(chat_run("/log my log "));
    cr_expect_str_eq(chat_log_path(), "my log");
    chat_expect_line(0, LINE_STATUS, "", "Logging from now on to my log; /log off stops it.");
    cr_expect_not(chat_run("/log /"));
    cr_expect_str_eq(chat_status_message(), "Cannot open the log: it is not a file.");
}

Test(commands, log_says_where_it_is_and_ends)
{
    chat_start_log();
    cr_expect(chat_run("/log"));
    chat_expect_line(0, LINE_STATUS, "", "Logging is off; /log FILE starts it.");
    cr_expect(chat_run("/log here"));
    cr_expect(chat_run("/log"));
    chat_expect_line(0, LINE_STATUS, "", "Logging to here; /log off stops it.");
    cr_expect(chat_run("/log off"));
    chat_expect_line(0, LINE_STATUS, "", "Logging is off; /log FILE starts it.");
    cr_expect_str_empty(chat_log_path());
}

Test(commands, reconnect_comes_back_at_once)
{
    cr_expect(chat_run("/reconnect"));
    cr_expect_eq(chat_state(), SESSION_DISCONNECTED);
    chat_wait(0);
    cr_expect_eq(chat_state(), SESSION_CONNECTING);
    chat_connect();
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
    chat_hear(PROTO_READY, "SERVER", "READY");
    chat_wait(1000);
    cr_expect_eq(chat_state(), SESSION_JOINED);
}

Test(commands, tab_completes_the_name)
{
    chat_type("/qu\t");
    chat_expect_typed("/quit ");
    chat_type("\x15/re\t");
    chat_expect_typed("/reconnect ");
    cr_expect_str_eq(chat_status_message(), "reconnect, resend");
    chat_type("\t");
    chat_expect_typed("/resend ");
    chat_type("\t\x1b[Z");
    chat_expect_typed("/resend ");
    chat_type("\x15/\x1b[Z");
    chat_expect_typed("/who ");
    chat_type("\x15/x\t");
    chat_expect_typed("/x");
    chat_type("\x15//wh\t");
    chat_expect_typed("//wh");
    chat_expect_silence();
}

Test(commands, tab_completes_whom_to_ignore)
{
    chat_hear(PROTO_BROADCAST, "bob", "one");
    chat_hear(PROTO_BROADCAST, "Grace Hopper", "two");
    chat_type("/ignore b\t");
    chat_expect_typed("/ignore bob ");
    chat_type("\r/ignore \t");
    chat_expect_typed("/ignore Grace Hopper ");
    chat_type("\r/uni \t");
    chat_expect_typed("/uni bob ");
    chat_type("\t");
    chat_expect_typed("/uni Grace Hopper ");
    chat_type("\r/unignore gr\t");
    chat_expect_typed("/unignore gr");
}
