#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"
#include "tui/core/session_waiting.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sysexits.h>

TestSuite(client_session_end, .init = harness_join, .fini = harness_close);

Test(client_session_end, goodbye_waits_for_the_other_side_but_not_for_ever)
{
    harness_type("\x03");
    harness_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    cr_expect_eq(harness.session.state, SESSION_CLOSING);
    harness_disconnect(NULL);
    cr_expect_eq(harness.session.state, SESSION_FINISHED);
    cr_expect_eq(harness.session.exit.status, 0);
    cr_expect_str_eq(harness.session.exit.message, "");
}

Test(client_session_end, goodbye_is_over_after_a_second)
{
    harness_quit();
    cr_expect_eq(harness_deadline(), harness.session.now + 1000);
    harness_wait(999);
    cr_expect_eq(harness.session.state, SESSION_CLOSING);
    harness_wait(1);
    cr_expect_eq(harness.session.state, SESSION_FINISHED);
}

Test(client_session_end, goodbye_is_said_once)
{
    harness_type("\x03\x03");
    harness_quit();
    harness_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    harness_expect_nothing_sent();
    cr_expect_eq(harness.session.state, SESSION_CLOSING);
}

Test(client_session_end, a_goodbye_that_cannot_be_sent_is_none)
{
    harness_block_sending(true);
    harness_quit();
    cr_expect_eq(harness.session.state, SESSION_FINISHED);
}

Test(client_session_end, nobody_there)
{
    harness_close();
    harness_open("ada");
    harness_disconnect("Connection refused");
    cr_expect_eq(harness.session.state, SESSION_FINISHED);
    cr_expect_eq(harness.session.exit.status, EX_UNAVAILABLE);
    harness_expect_exit_message(MESSAGE_NO_SERVER, "somewhere", "Connection refused");
}

Test(client_session_end, a_host_without_an_address)
{
    harness_close();
    harness_open("ada");
    session_set_resolved(&harness.session, false);
    harness_disconnect("Name or service not known");
    cr_expect_eq(harness.session.state, SESSION_FINISHED);
    cr_expect_eq(harness.session.exit.status, EX_UNAVAILABLE);
    harness_expect_exit_message(MESSAGE_NO_ADDRESS, "somewhere", "Name or service not known");
}

static void break_protocol(void)
{
    session_fail(&harness.session, EX_PROTOCOL, MESSAGE_PROTOCOL, "a reason");
    cr_assert_eq(harness.session.state, SESSION_FAILED);
}

Test(client_session_end, the_last_words_stay_for_two_seconds)
{
    harness_type("draft");
    break_protocol();
    harness_expect_line(0, LINE_STATUS, "", "%s", harness.session.exit.message);
    harness_disconnect(NULL);
    cr_expect_eq(harness_deadline(), harness.session.now + 2000);
    harness_wait(1999);
    cr_expect_eq(harness.session.state, SESSION_FAILED);
    harness_wait(1);
    cr_expect_eq(harness.session.state, SESSION_FINISHED);
    cr_expect_eq(harness.session.exit.status, EX_PROTOCOL);
    harness_expect_typed("draft");
}

Test(client_session_end, who_types_on_is_not_thrown_out_and_loses_nothing)
{
    harness_type("draf");
    break_protocol();
    harness_wait(1500);
    harness_type("t");
    harness_wait(1500);
    cr_expect_eq(harness.session.state, SESSION_FAILED);
    harness_expect_typed("draft");
    harness_type("\x03");
    cr_expect_eq(harness.session.state, SESSION_FINISHED);
}

Test(client_session_end, enter_sends_nothing_after_the_end)
{
    harness_type("draft");
    break_protocol();
    harness_type("\r");
    harness_expect_nothing_sent();
    harness_expect_typed("draft");
    harness_expect_status_message(MESSAGE_NOT_CONNECTED_KEPT);
}

Test(client_session_end, leaving_while_away_keeps_its_status)
{
    harness_disconnect(NULL);
    harness_type("\x03");
    cr_expect_eq(harness.session.state, SESSION_FINISHED);
    cr_expect_eq(harness.session.exit.status, EX_UNAVAILABLE);
    harness_expect_exit_message(MESSAGE_CLOSED ".");
    harness_expect_nothing_sent();
}
