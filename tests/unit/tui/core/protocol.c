#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"
#include "tui/core/session.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sysexits.h>

TestSuite(protocol, .fini = chat_close);

static void greet(const char *nick)
{
    chat_open(nick);
    chat_connect();
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
}

Test(protocol, a_nickname_given_is_asked_for_at_once)
{
    chat_open("ada");
    cr_expect_not(chat_dialog_is_open());
    chat_connect();
    chat_expect_silence();
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_expect_silence();
    chat_hear(PROTO_READY, "SERVER", "READY");
    cr_expect_eq(chat_state(), SESSION_JOINED);
    cr_expect_str_eq(chat_nick(), "ada");
}

Test(protocol, a_nickname_chosen_early_waits_for_the_greeting)
{
    chat_open(NULL);
    chat_connect();
    chat_type("x\rb\r");
    chat_expect_silence();
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_expect_sent(PROTO_VERIFY, NULL, "xb");
    chat_expect_silence();
}

Test(protocol, a_refused_nickname_can_be_changed)
{
    greet("ada");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
    chat_hear(PROTO_RETRY, "SERVER", "RETRY");
    cr_assert(chat_dialog_is_open());
    cr_expect(strstr(chat_dialog_message(), "refused"));
    chat_type("2\r");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada2");
    chat_type("3\r");
    chat_expect_silence();
    chat_hear(PROTO_READY, "SERVER", "READY");
    cr_expect_str_eq(chat_nick(), "ada2");
    cr_expect_not(chat_dialog_is_open());
}

Test(protocol, an_answer_that_nobody_asked_for)
{
    greet(NULL);
    chat_hear(PROTO_RETRY, "SERVER", "RETRY");
    cr_expect_eq(chat_state(), SESSION_UNNAMED);
    chat_hear(PROTO_READY, "SERVER", "READY");
    cr_expect_eq(chat_state(), SESSION_FAILED);
    cr_expect_eq(chat_exit_status(), EX_PROTOCOL);
}

Test(protocol, ready_before_the_greeting_is_senseless)
{
    chat_open("ada");
    chat_connect();
    chat_hear(PROTO_READY, "SERVER", "READY");
    cr_expect_eq(chat_exit_status(), EX_PROTOCOL);
}

Test(protocol, who_speaks)
{
    chat_join();
    chat_hear(PROTO_BROADCAST, "bob", "hi");
    chat_expect_line(0, LINE_MESSAGE, "bob", "hi");
    chat_hear(PROTO_BROADCAST, "ADA", "mine");
    chat_expect_line(0, LINE_OWN, "ADA", "mine");
    chat_hear(PROTO_BROADCAST, "SERVER", "bob left the chat");
    chat_expect_line(0, LINE_SERVER, "", "bob left the chat");
    chat_hear(PROTO_BROADCAST, NULL, "who?");
    chat_expect_line(0, LINE_MESSAGE, "?", "who?");
    chat_hear(PROTO_BROADCAST, "  not  a nick ", "x");
    chat_expect_line(0, LINE_MESSAGE, "  not  a nick ", "x");
    chat_hear(PROTO_WHO, "SERVER", "ada\nbob");
    chat_expect_line(0, LINE_STATUS, "", "Here now: ada, bob");
    chat_hear(PROTO_GOODBYE, "x", "ignored");
    chat_hear(PROTO_READY, "SERVER", "READY");
    chat_hear(PROTO_RETRY, "SERVER", "RETRY");
    chat_expect_line(0, LINE_STATUS, "", "Here now: ada, bob");
}

Test(protocol, a_rename_is_believed_when_the_server_agrees)
{
    chat_join();
    cr_expect(chat_ask("bob"));
    cr_expect_not(chat_ask("carl"));
    chat_expect_sent(PROTO_VERIFY, NULL, "bob");
    cr_expect_str_eq(chat_nick(), "ada");
    chat_hear(PROTO_RETRY, "SERVER", "RETRY");
    cr_expect_str_eq(chat_nick(), "ada");
    chat_expect_line(0, LINE_STATUS, "",
                     "The server refused bob: it is taken or not allowed. You are still ada.");
    chat_ask("carl");
    chat_expect_sent(PROTO_VERIFY, NULL, "carl");
    chat_hear(PROTO_READY, "SERVER", "READY");
    cr_expect_str_eq(chat_nick(), "carl");
}

static void hear_retry(const char *like)
{
    char frame[PACKET_ROOM];
    chat_hear_bytes(frame, packet_encode_retry(frame, like));
}

Test(protocol, a_refusal_says_which_nickname_it_looks_like)
{
    chat_join();
    chat_ask("сосо");
    hear_retry("coco");
    chat_expect_line(0, LINE_STATUS, "",
                     "The server refused сосо: it looks like coco, which is taken. "
                     "You are still ada.");
    chat_ask("bob");
    hear_retry("\x1B[31mred");
    chat_expect_line(0, LINE_STATUS, "",
                     "The server refused bob: it is taken or not allowed. You are still ada.");
}

Test(protocol, the_countdown_is_told_once_and_shown_as_a_clock)
{
    chat_join();
    chat_hear(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 5 seconds");
    chat_hear(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 4 seconds");
    chat_expect_line(0, LINE_SERVER, "", "Server Shutting down in 5 seconds");
    cr_expect_eq(chat_countdown(), 4);
    chat_disconnect(NULL);
    cr_expect_str_eq(chat_exit_message(), "The server closed the connection, as it had announced.");
}

Test(protocol, a_shutdown_that_counts_nothing_is_a_reason)
{
    static const char *const reasons[] = {
        "You were too loud",
        "Server Shutting down in a minute",
        "Server Shutting down in 5 minutes",
        "Server Shutting down in 99999999999999999999 seconds",
        "Server Shutting down in 999999 seconds",
    };
    chat_join();
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        chat_hear(PROTO_SHUTDOWN, "SERVER", reasons[i]);
        chat_expect_line(0, LINE_SERVER, "", reasons[i]);
        cr_expect_eq(chat_shutdown_at(), 0);
    }
    chat_disconnect("reset");
    cr_expect_str_eq(chat_exit_message(),
                     "The server closed the connection: Server Shutting down in 999999 "
                     "seconds");
}

Test(protocol, a_stream_in_single_bytes)
{
    static const char stream[] =
        "\0\x32{\"nick\":\"bob\",\"msg\":\"one\",\"proto\":\"broadcast\"}    "
        "\0\x2e{\"proto\":\"broadcast\",\"msg\":\"two\",\"nick\":\"b\"}  ";
    chat_join();
    for (size_t i = 0; i < sizeof stream - 1; i++) chat_hear_bytes(stream + i, 1);
    chat_expect_line(1, LINE_MESSAGE, "bob", "one");
    chat_expect_line(0, LINE_MESSAGE, "b", "two");
}

Test(protocol, a_broken_protocol_ends_the_conversation)
{
    static const struct {
        const char *bytes;
        size_t n;
    } broken[] = {{"\0\0", 2}, {"\0\3abc", 5}, {"\0\2{}", 4}, {"\0\x0d{\"proto\":1}  ", 15}};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        chat_join();
        chat_hear_bytes(broken[i].bytes, broken[i].n);
        cr_expect_eq(chat_state(), SESSION_FAILED);
        cr_expect_eq(chat_exit_status(), EX_PROTOCOL);
        if (i > 0) cr_expect(strstr(chat_exit_message(), "broke the protocol"));
        chat_hear(PROTO_BROADCAST, "bob", "too late");
        chat_expect_line(0, LINE_STATUS, "", chat_exit_message());
        if (i + 1 < sizeof broken / sizeof *broken) chat_close();
    }
}

Test(protocol, what_cannot_be_sent_is_said)
{
    chat_join();
    chat_jam(true);
    cr_expect_not(chat_run("/who"));
    cr_expect(strstr(chat_status_message(), MESSAGE_QUEUE_FULL));
}
