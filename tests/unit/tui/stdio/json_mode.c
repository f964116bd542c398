#include "tui/stdio/json_mode.h"

#include "common/flatjson.h"
#include "common/nick.h"
#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define TIME "{\"time\":\"2001-09-09T01:46:40.123Z\",\"nick\":"

static void join(void)
{
    harness_join_frontend(&json_mode);
}

static void open_unnamed(void)
{
    harness_greet_frontend(&json_mode, NULL);
    harness_expect_output(TIME "\"SERVER\",\"msg\":\"HELLO\",\"proto\":\"connect\"}\n");
}

static void open_named(void)
{
    harness_greet_frontend(&json_mode, "ada");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
}

TestSuite(json_mode, .init = join, .fini = harness_close);
TestSuite(json_mode_unnamed, .init = open_unnamed, .fini = harness_close);
TestSuite(json_mode_named, .init = open_named, .fini = harness_close);

Test(json_mode, every_packet_is_a_line)
{
    harness_receive(PROTO_BROADCAST, "bob", "hello");
    harness_receive(PROTO_BROADCAST, "SERVER", "eve joined the chat");
    harness_receive(PROTO_WHO, "SERVER", "ada\nbob");
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 2 seconds");
    harness_receive(PROTO_BROADCAST, NULL, "");
    harness_expect_output(
        TIME "\"bob\",\"msg\":\"hello\",\"proto\":\"broadcast\"}\n" TIME
             "\"SERVER\",\"msg\":\"eve joined the chat\",\"proto\":\"broadcast\"}\n" TIME
             "\"SERVER\",\"msg\":\"ada\\nbob\",\"proto\":\"who\"}\n" TIME
             "\"SERVER\",\"msg\":\"Server Shutting down in 2 seconds\",\"proto\":"
             "\"shutdown\"}\n" TIME "null,\"msg\":\"\",\"proto\":\"broadcast\"}\n");
}

Test(json_mode, one_of_an_unknown_kind_is_none)
{
    static const char frame[] = "\0\x1e{\"nick\":\"b\",\"proto\":\"typing\"}";
    harness_receive_bytes(frame, sizeof frame - 1);
    harness_expect_no_output();
}

Test(json_mode, controls_stay_escaped)
{
    harness_receive(PROTO_BROADCAST, "bob", "\x1b[2J\n");
    harness_expect_output(TIME "\"bob\",\"msg\":\"\\u001b[2J\\n\",\"proto\":\"broadcast\"}\n");
}

Test(json_mode, an_object_is_said)
{
    static const char *const same[] = {
        "{\"msg\":\"hi\"}",
        "{\"msg\":\"hi\",\"proto\":\"broadcast\",\"nick\":\"bob\"}",
        " { \"nick\": null, \"msg\": \"\\u0068i\", \"x\": 1 } ",
        TIME "\"bob\",\"msg\":\"hi\",\"proto\":\"broadcast\"}",
        "hi",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        harness_take_line(same[i]);
        cr_expect_null(harness.frontend.error);
        harness_expect_sent(PROTO_BROADCAST, "ada", "hi");
    }
    harness_take_line("");
    harness_take_line("  \t");
    cr_expect_null(harness.frontend.error);
    harness_expect_nothing_sent();
}

Test(json_mode, anything_else_is_told_and_left_out)
{
    static const char *const wrong[][2] = {
        {"\xff", MESSAGE_LINE_NOT_TEXT},
        {"{", FLATJSON_NO_QUOTE},
        {"{}", JSON_MODE_NO_MSG},
        {"{\"msg\":\"\"}", JSON_MODE_NO_MSG},
        {"{\"msg\":1}", PACKET_MSG_WRONG},
        {"{\"msg\":\"hi\",\"proto\":\"shout\"}", JSON_MODE_NO_PROTO},
        {"{\"msg\":\"hi\",\"proto\":\"ready\"}", JSON_MODE_NO_PROTO},
        {"{\"msg\":\"a  b\",\"proto\":\"verify\"}", NICK_SPACING},
        {"{\"proto\":\"verify\"}", NICK_EMPTY},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        harness_take_line(wrong[i][0]);
        cr_assert(harness.frontend.error, "row %zu", i);
        cr_expect_str_eq(harness.frontend.error, wrong[i][1]);
    }
    harness_expect_nothing_sent();
}

Test(json_mode, a_message_has_to_fit_into_a_packet)
{
    static char line[FRAME_PAYLOAD_MAX + 64] = "{\"msg\":\"";
    memset(line + 8, 'x', FRAME_PAYLOAD_MAX);
    strcat(line, "\"}");
    harness_take_line(line);
    cr_expect_str_eq(harness.frontend.error, JSON_MODE_TOO_LONG);
    harness_expect_nothing_sent();
}

Test(json_mode, other_packets_wait_for_what_was_said_before_them)
{
    static const char verify[] = "{\"proto\":\"verify\",\"msg\":\"eve\"}",
                      who[] = "{\"proto\":\"who\"}";
    harness_take_line("{\"msg\":\"hi\"}");
    harness_expect_sent(PROTO_BROADCAST, "ada", "hi");
    harness_expect_line_held(who);
    harness_expect_line_held(verify);
    harness_receive(PROTO_BROADCAST, "ada", "hi");
    harness_take_line(who);
    harness_expect_sent(PROTO_WHO, "ada", "");
    harness_expect_line_held(verify);
    harness_receive(PROTO_WHO, "SERVER", "ada");
    harness_take_line(verify);
    harness_expect_sent(PROTO_VERIFY, NULL, "eve");
    harness_receive(PROTO_READY, "SERVER", "READY");
    cr_expect_str_eq(harness.session.nick.own, "eve");
}

Test(json_mode, goodbye_is_the_end_of_input)
{
    harness_take_line("{\"proto\":\"goodbye\"}");
    cr_expect(harness.frontend.ending);
    json_mode.end(&harness.frontend);
    harness_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    cr_expect_eq(harness.session.exit.status, 0);
}

Test(json_mode_unnamed, a_nickname_may_come_in_a_line)
{
    harness_take_line("{\"msg\":\"hi\"}");
    cr_expect_str_eq(harness.frontend.error, JSON_MODE_NO_NICK);
    harness_take_line("{\"proto\":\"verify\",\"msg\":\"bob\"}");
    harness_expect_sent(PROTO_VERIFY, NULL, "bob");
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    cr_expect_eq(harness.session.state, SESSION_UNNAMED);
    harness_take_line("{\"proto\":\"verify\",\"msg\":\"ada\"}");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
    harness_receive(PROTO_READY, "SERVER", "READY");
    cr_expect_eq(harness.session.state, SESSION_JOINED);
}

Test(json_mode_unnamed, input_that_ends_without_a_nickname)
{
    json_mode.end(&harness.frontend);
    cr_expect_eq(harness.session.exit.status, EXIT_FAILURE);
    harness_expect_exit_message(MESSAGE_NO_NICK_GIVEN);
}

Test(json_mode, a_lost_connection_is_the_end)
{
    harness.session.config.no_reconnect = true;
    harness_disconnect(NULL);
    cr_expect_eq(harness.session.state, SESSION_FAILED);
    cr_expect_eq(harness.session.exit.status, 69);
    harness_expect_exit_message(MESSAGE_CLOSED ".");
}

Test(json_mode_named, a_refused_option_is_the_end)
{
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    cr_expect_eq(harness.session.state, SESSION_FAILED);
    cr_expect_eq(harness.session.exit.status, EXIT_FAILURE);
    harness_expect_exit_message(MESSAGE_NICK_NOT_ALLOWED, "ada");
}

Test(json_mode, a_refused_new_nickname_is_not)
{
    harness_take_line("{\"proto\":\"verify\",\"msg\":\"bob\"}");
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    cr_expect_eq(harness.session.state, SESSION_JOINED);
    cr_expect_str_eq(harness.session.nick.own, "ada");
}
