#include "tests/count.h"
#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"
#include "tui/core/join_summary.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(join_notices, .init = harness_join, .fini = harness_close);

static void notice(const char *msg)
{
    harness_receive(PROTO_BROADCAST, "SERVER", msg);
}

Test(join_notices, a_run_is_one_line)
{
    notice("bob joined the chat");
    harness_expect_line(0, LINE_SERVER, "", "«bob» joined the chat");
    notice("cy joined the chat");
    notice("bob left the chat");
    harness_expect_line(0, LINE_SERVER, "",
                        "«cy»" JOIN_SUMMARY_JOINED "; «bob»" JOIN_SUMMARY_CAME_AND_WENT);
    harness_receive(PROTO_BROADCAST, "cy", "hello");
    notice("cy left the chat");
    harness_expect_line(0, LINE_SERVER, "", "«cy» left the chat");
    harness_expect_line(1, LINE_MESSAGE, "cy", "hello");
    harness_expect_line(2, LINE_SERVER, "",
                        "«cy»" JOIN_SUMMARY_JOINED "; «bob»" JOIN_SUMMARY_CAME_AND_WENT);
}

Test(join_notices, other_notices_and_a_long_silence_end_it)
{
    notice("bob joined the chat");
    notice("bob is now known as rob");
    notice("cy joined the chat");
    harness_expect_line(0, LINE_SERVER, "", "«cy» joined the chat");
    harness_wait(601000);
    notice("dan joined the chat");
    harness_expect_line(0, LINE_SERVER, "", "«dan» joined the chat");
}

Test(join_notices, none_are_shown_while_they_are_off)
{
    harness_receive(PROTO_BROADCAST, "bob", "hi");
    harness_type("\x1b=");
    harness_expect_status_message(MESSAGE_JOINS_TOGGLED, "hidden");
    notice("cy joined the chat");
    notice("the server is tired");
    harness_expect_line(0, LINE_ANNOUNCEMENT, "", "the server is tired");
    harness_expect_line(1, LINE_MESSAGE, "bob", "hi");
    harness_type("\x1b=");
    notice("cy left the chat");
    harness_expect_line(0, LINE_SERVER, "", "«cy» left the chat");
}

Test(join_notices, several_at_once_are_as_faint_as_one_and_hidden_too)
{
    static const char *const several[] = {
        "bob and cy left the chat", "dan, eve and fay joined the chat",
        "dan, eve, fay, gil, hal, ida, a member with a long name and 12 others joined the chat"};
    static const char *const shown[] = {
        "«bob and cy» left the chat", "«dan, eve and fay» joined the chat",
        "«dan, eve, fay, gil, hal, ida, a member with a long name and 12 others» joined the chat"};
    harness_receive(PROTO_BROADCAST, "bob", "hi");
    for (size_t i = 0; i < COUNT(several); i++) {
        harness_type("\x1b=");
        notice(several[i]);
        harness_expect_line(0, LINE_MESSAGE, "bob", "hi");
        harness_type("\x1b=");
    }
    for (size_t i = 0; i < COUNT(several); i++) {
        notice(several[i]);
        harness_expect_line(0, LINE_SERVER, "", "%s", shown[i]);
    }
}

Test(join_notices, all_of_it_is_logged)
{
    harness_start_log();
    notice("bob joined the chat");
    notice("cy joined the chat");
    harness_type("\x1b=");
    notice("dan joined the chat");
    cr_expect_str_eq(harness.logged, "SERVER: bob joined the chat\nSERVER: cy joined the chat\n"
                                     "SERVER: dan joined the chat\n");
}

Test(join_notices, after_clear_a_run_begins_again)
{
    notice("bob joined the chat");
    harness_type("/clear\r");
    notice("cy joined the chat");
    harness_expect_line(0, LINE_SERVER, "", "«cy» joined the chat");
}
