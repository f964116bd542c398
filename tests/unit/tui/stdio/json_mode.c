#include "tui/stdio/json_mode.h"

#include "common/flatjson.h"
#include "common/nick.h"
#include "tests/unit/support/client_harness.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define TIME "{\"time\":\"2001-09-09T01:46:40.123Z\",\"nick\":"

static void join(void)
{
    chat_join_frontend(&json_mode);
}

static void open_unnamed(void)
{
    chat_open_frontend(&json_mode, NULL);
    chat_connect();
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_expect_out(TIME "\"SERVER\",\"msg\":\"HELLO\",\"proto\":\"connect\"}\n");
}

static void open_named(void)
{
    chat_open_frontend(&json_mode, "ada");
    chat_connect();
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
}

TestSuite(json_mode, .init = join, .fini = chat_close);
TestSuite(json_mode_unnamed, .init = open_unnamed, .fini = chat_close);
TestSuite(json_mode_named, .init = open_named, .fini = chat_close);

Test(json_mode, every_packet_is_a_line)
{
    chat_hear(PROTO_BROADCAST, "bob", "hello");
    chat_hear(PROTO_BROADCAST, "SERVER", "eve joined the chat");
    chat_hear(PROTO_WHO, "SERVER", "ada\nbob");
    chat_hear(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 2 seconds");
    chat_hear(PROTO_BROADCAST, NULL, "");
    chat_expect_out(TIME
                    "\"bob\",\"msg\":\"hello\",\"proto\":\"broadcast\"}\n" TIME
                    "\"SERVER\",\"msg\":\"eve joined the chat\",\"proto\":\"broadcast\"}\n" TIME
                    "\"SERVER\",\"msg\":\"ada\\nbob\",\"proto\":\"who\"}\n" TIME
                    "\"SERVER\",\"msg\":\"Server Shutting down in 2 seconds\",\"proto\":"
                    "\"shutdown\"}\n" TIME "null,\"msg\":\"\",\"proto\":\"broadcast\"}\n");
}

Test(json_mode, one_of_an_unknown_kind_is_none)
{
    static const char frame[] = "\0\x1e{\"nick\":\"b\",\"proto\":\"typing\"}";
    chat_hear_bytes(frame, sizeof frame - 1);
    chat_expect_out("");
}

Test(json_mode, controls_stay_escaped)
{
    chat_hear(PROTO_BROADCAST, "bob", "\x1b[2J\n");
    chat_expect_out(TIME "\"bob\",\"msg\":\"\\u001b[2J\\n\",\"proto\":\"broadcast\"}\n");
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
        chat_take(same[i]);
        cr_expect_null(chat_frontend.error);
        chat_expect_sent(PROTO_BROADCAST, "ada", "hi");
    }
    chat_take("");
    chat_take("  \t");
    cr_expect_null(chat_frontend.error);
    chat_expect_silence();
}

Test(json_mode, anything_else_is_told_and_left_out)
{
    static const char *const wrong[][2] = {
        {"\xff", "it is not UTF-8 text"},
        {"{", FLATJSON_NO_QUOTE},
        {"{}", "msg is missing or empty"},
        {"{\"msg\":\"\"}", "msg is missing or empty"},
        {"{\"msg\":1}", PACKET_MSG_WRONG},
        {"{\"msg\":\"hi\",\"proto\":\"shout\"}", "proto must be broadcast, verify, who or goodbye"},
        {"{\"msg\":\"hi\",\"proto\":\"ready\"}", "proto must be broadcast, verify, who or goodbye"},
        {"{\"msg\":\"a  b\",\"proto\":\"verify\"}", NICK_SPACING},
        {"{\"proto\":\"verify\"}", NICK_EMPTY},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        chat_take(wrong[i][0]);
        cr_assert(chat_frontend.error, "row %zu", i);
        cr_expect_str_eq(chat_frontend.error, wrong[i][1]);
    }
    chat_expect_silence();
}

Test(json_mode, a_message_has_to_fit_into_a_packet)
{
    static char line[FRAME_PAYLOAD_MAX + 64] = "{\"msg\":\"";
    memset(line + 8, 'x', FRAME_PAYLOAD_MAX);
    strcat(line, "\"}");
    chat_take(line);
    cr_expect_str_eq(chat_frontend.error, "msg is too long for a packet");
    chat_expect_silence();
}

Test(json_mode, other_packets_wait_for_what_was_said_before_them)
{
    static const char verify[] = "{\"proto\":\"verify\",\"msg\":\"eve\"}",
                      who[] = "{\"proto\":\"who\"}";
    chat_take("{\"msg\":\"hi\"}");
    chat_expect_sent(PROTO_BROADCAST, "ada", "hi");
    chat_expect_held(who);
    chat_expect_held(verify);
    chat_hear(PROTO_BROADCAST, "ada", "hi");
    chat_take(who);
    chat_expect_sent(PROTO_WHO, "ada", "");
    chat_expect_held(verify);
    chat_hear(PROTO_WHO, "SERVER", "ada");
    chat_take(verify);
    chat_expect_sent(PROTO_VERIFY, NULL, "eve");
    chat_hear(PROTO_READY, "SERVER", "READY");
    cr_expect_str_eq(chat_nick(), "eve");
}

Test(json_mode, goodbye_is_the_end_of_input)
{
    chat_take("{\"proto\":\"goodbye\"}");
    cr_expect(chat_frontend.ending);
    json_mode.end(&chat_frontend);
    chat_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    cr_expect_eq(chat_exit_status(), 0);
}

Test(json_mode_unnamed, a_nickname_may_come_in_a_line)
{
    chat_take("{\"msg\":\"hi\"}");
    cr_expect_str_eq(chat_frontend.error,
                     "there is no nickname yet: begin with verify, or use --nick");
    chat_take("{\"proto\":\"verify\",\"msg\":\"bob\"}");
    chat_expect_sent(PROTO_VERIFY, NULL, "bob");
    chat_hear(PROTO_RETRY, "SERVER", "RETRY");
    cr_expect_eq(chat_state(), SESSION_UNNAMED);
    chat_take("{\"proto\":\"verify\",\"msg\":\"ada\"}");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
    chat_hear(PROTO_READY, "SERVER", "READY");
    cr_expect_eq(chat_state(), SESSION_JOINED);
}

Test(json_mode_unnamed, input_that_ends_without_a_nickname)
{
    json_mode.end(&chat_frontend);
    cr_expect_eq(chat_exit_status(), EXIT_FAILURE);
    cr_expect_str_eq(chat_exit_message(), "The input ended before a nickname was given.");
}

Test(json_mode, a_lost_connection_is_the_end)
{
    chat_set_no_reconnect();
    chat_disconnect(NULL);
    cr_expect_eq(chat_state(), SESSION_FAILED);
    cr_expect_eq(chat_exit_status(), 69);
    cr_expect_str_eq(chat_exit_message(), "The server closed the connection.");
}

Test(json_mode_named, a_refused_option_is_the_end)
{
    chat_hear(PROTO_RETRY, "SERVER", "RETRY");
    cr_expect_eq(chat_state(), SESSION_FAILED);
    cr_expect_eq(chat_exit_status(), EXIT_FAILURE);
    cr_expect_str_eq(chat_exit_message(), "The server refused ada: it is taken or not allowed.");
}

Test(json_mode, a_refused_new_nickname_is_not)
{
    chat_take("{\"proto\":\"verify\",\"msg\":\"bob\"}");
    chat_hear(PROTO_RETRY, "SERVER", "RETRY");
    cr_expect_eq(chat_state(), SESSION_JOINED);
    cr_expect_str_eq(chat_nick(), "ada");
}
