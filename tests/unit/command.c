#include "tui/command.h"

#include "tests/unit/chat.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(command, .init = chat_join, .fini = chat_close);

Test(command, who_asks_the_server)
{
    cr_expect(command_run(&chat, "/who"));
    chat_expect_sent(PROTO_WHO, "ada", "");
}

Test(command, a_prefix_that_fits_one_command_will_do)
{
    cr_expect(command_run(&chat, "/w"));
    chat_expect_sent(PROTO_WHO, "ada", "");
    cr_expect(command_run(&chat, "/ni  bob  "));
    chat_expect_sent(PROTO_VERIFY, NULL, "bob");
}

Test(command, a_nickname_may_hold_spaces_and_must_follow_the_rule)
{
    cr_expect_not(command_run(&chat, "/nick a  b"));
    cr_expect_str_eq(chat.hint, "Spaces go between words, one at a time.");
    cr_expect_not(command_run(&chat, "/nick"));
    cr_expect(strstr(chat.hint, "/nick NAME"));
    chat_expect_silence();
    cr_expect(command_run(&chat, "/nick Grace Hopper"));
    chat_expect_sent(PROTO_VERIFY, NULL, "Grace Hopper");
}

Test(command, an_unknown_one_is_never_sent)
{
    static const char *const unknown[] = {"/", "/foo", "/whoever", "/ who", "/Who"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        cr_expect_not(command_run(&chat, unknown[i]));
        chat_expect_silence();
    }
    chat_expect_line(0, LINE_STATUS, "",
                     "There is no command /Who, so nothing was sent. /help lists them; to send "
                     "such a line as text, begin it with //.");
}

Test(command, help_shows_keys_and_commands)
{
    cr_expect(command_run(&chat, "/h"));
    chat_expect_line(1, LINE_STATUS, "", "/who: ask who is here");
    chat_expect_silence();
}

Test(command, quit_says_goodbye)
{
    cr_expect(command_run(&chat, "/quit"));
    chat_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    cr_expect_eq(chat.stage, APP_LEAVING);
}
