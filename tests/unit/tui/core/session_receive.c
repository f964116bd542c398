#include "tui/core/session_receive.h"

#include "common/flatjson.h"
#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define GARBAGE "hello"
#define NUMBER  "{\"nick\":\"bob\",\"msg\":5,\"proto\":\"broadcast\"}"
#define EMPTY   ""

TestSuite(client_session_receive, .fini = harness_close);

static void receive_payload(const char *payload)
{
    char frame[256];
    size_t n = strlen(payload);
    frame_header(frame, n);
    memcpy(frame + FRAME_HEADER, payload, n);
    harness_receive_bytes(frame, FRAME_HEADER + n);
}

static void receive_times(const char *payload, int times)
{
    for (int i = 0; i < times; i++) receive_payload(payload);
}

Test(client_session_receive, a_packet_that_cannot_be_read_is_left_out_and_the_next_one_shown)
{
    static const char *const rows[][2] = {
        {GARBAGE, FLATJSON_NOT_OBJECT},
        {NUMBER, PACKET_MSG_WRONG},
        {EMPTY, PACKET_EMPTY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        harness_join();
        receive_payload(rows[i][0]);
        harness_expect_line(0, LINE_STATUS, "", MESSAGE_LEFT_OUT, rows[i][1]);
        harness_receive(PROTO_BROADCAST, "bob", "still here");
        harness_expect_line(0, LINE_MESSAGE, "bob", "still here");
        if (i + 1 < sizeof rows / sizeof *rows) harness_close();
    }
}

Test(client_session_receive, the_reason_is_said_once_and_the_number_when_it_doubles)
{
    harness_join();
    receive_payload(NUMBER);
    harness_receive(PROTO_BROADCAST, "bob", "one");
    receive_payload(GARBAGE);
    harness_expect_status_message(MESSAGE_LEFT_OUT_COUNT, 2u);
    harness_type("x");
    receive_payload(NUMBER);
    harness_expect_status_message("%s", "");
    receive_payload(NUMBER);
    harness_expect_status_message(MESSAGE_LEFT_OUT_COUNT, 4u);
    harness_expect_line(0, LINE_MESSAGE, "bob", "one");
}

Test(client_session_receive, a_repaired_message_is_like_any_other)
{
    harness_join();
    receive_payload("{\"nick\":\"bob\",\"msg\":\"a\\u0000b\",\"proto\":\"broadcast\"}");
    harness_expect_line(0, LINE_MESSAGE, "bob", "a\u2400b");
}

Test(client_session_receive, a_message_without_text_shows_no_line)
{
    harness_join();
    harness_receive(PROTO_BROADCAST, "bob", "before");
    receive_payload("{\"nick\":\"bob\",\"msg\":null,\"proto\":\"broadcast\"}");
    receive_payload("{\"nick\":\"bob\",\"proto\":\"broadcast\"}");
    harness_expect_line(0, LINE_MESSAGE, "bob", "before");
    cr_expect_eq(harness.session.unreadable.count, 0);
}

Test(client_session_receive, garbage_in_a_row_means_lost_framing_and_a_new_connection)
{
    harness_join();
    harness_type("draft");
    receive_times(GARBAGE, 7);
    cr_expect_eq(harness.session.state, SESSION_JOINED);
    harness_receive(PROTO_BROADCAST, "bob", "between");
    receive_times(GARBAGE, 7);
    cr_expect_eq(harness.session.state, SESSION_JOINED);
    receive_payload(GARBAGE);
    cr_expect_eq(harness.session.state, SESSION_DISCONNECTED);
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_LOST, MESSAGE_UNREADABLE);
    harness_return();
    harness_expect_typed("draft");
    receive_times(GARBAGE, 7);
    cr_expect_eq(harness.session.state, SESSION_JOINED);
}

/* What is framed as an object, and an empty frame, show that the framing is not lost. */
Test(client_session_receive, one_member_who_sends_nonsense_disconnects_nobody)
{
    harness_join();
    receive_times(NUMBER, 100);
    receive_times(EMPTY, 100);
    cr_expect_eq(harness.session.state, SESSION_JOINED);
    cr_expect_eq(harness.session.unreadable.count, 200);
}

static void expect_not_klatch(const char *reason)
{
    cr_expect_eq(harness.session.state, SESSION_FAILED);
    cr_expect_eq(harness.session.exit.status, EX_PROTOCOL);
    harness_expect_exit_message(MESSAGE_NOT_KLATCH, harness.session.config.where, reason);
    harness_close();
}

Test(client_other_server, before_hello_and_ready_a_packet_that_cannot_be_read_ends_it)
{
    harness_open("ada");
    harness_connect();
    receive_payload(GARBAGE);
    expect_not_klatch(MESSAGE_UNREADABLE);

    harness_open("ada");
    harness_connect();
    receive_payload(NUMBER);
    expect_not_klatch(MESSAGE_UNREADABLE);

    harness_open("ada");
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    receive_payload(GARBAGE);
    expect_not_klatch(MESSAGE_UNREADABLE);
}

/* A simple server relays the room's messages to those who have no nickname yet, too. */
Test(client_session_receive, a_bad_message_before_ready_is_left_out)
{
    harness_open("ada");
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    receive_payload(NUMBER);
    cr_expect_eq(harness.session.state, SESSION_UNNAMED);
    harness_receive(PROTO_READY, "SERVER", "READY");
    cr_expect_eq(harness.session.state, SESSION_JOINED);
}

Test(client_other_server, the_greeting_of_another_protocol_is_named_at_once)
{
    static const char *const rows[][2] = {
        {"SSH-2.0-OpenSSH_9.2\r\n", "it speaks SSH"},
        {"HTTP/1.1 400 Bad Request\r\n\r\n", "it speaks HTTP"},
        {"220 mail ESMTP\r\n", "it speaks SMTP or FTP"},
        {"* OK ready\r\n", "it speaks IMAP"},
        {"+OK ready\r\n", "it speaks POP3"},
        {"RFB 003.008\n", "it speaks VNC"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        harness_open("ada");
        harness_connect();
        for (const char *c = rows[i][0]; *c != '\0'; c++) harness_receive_bytes(c, 1);
        expect_not_klatch(rows[i][1]);
    }
}

Test(client_session_receive, another_server_after_a_lost_connection_keeps_the_draft)
{
    harness_join();
    harness_type("draft");
    harness_disconnect("gone");
    harness_wait(0);
    harness_connect();
    harness_receive_bytes("HTTP/1.1 503", 12);
    cr_expect_eq(harness.session.state, SESSION_DISCONNECTED);
    harness_expect_typed("draft");
}
