#include "tui/core/session.h"

#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"
#include "tui/core/session.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

TestSuite(client_session, .init = chat_join, .fini = chat_close);

Test(client_session, a_line_is_sent_and_the_field_is_empty)
{
    chat_type("hello\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "hello");
    chat_expect_typed("");
    chat_type("again\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "again");
    chat_expect_silence();
    chat_type("\x1b[A\x1b[A\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "hello");
}

Test(client_session, slashes)
{
    chat_type("//x\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "/x");
    chat_type("/foo\r");
    chat_expect_silence();
    chat_expect_typed("/foo");
    chat_type("\x15/who\r");
    chat_expect_sent(PROTO_WHO, "ada", "");
    chat_expect_typed("");
    chat_type("a/quit\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "a/quit");
}

Test(client_session, a_pasted_slash_is_never_a_command)
{
    chat_paste("/qu");
    chat_type("it\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "/quit");
    chat_type("x");
    chat_paste("/quit");
    chat_type("\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "x/quit");
    cr_expect_eq(chat_state(), SESSION_JOINED);
}

Test(client_session, a_message_may_have_lines)
{
    chat_type("a\x1b\rb\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "a\nb");
}

Test(client_session, the_limit_is_what_a_packet_holds)
{
    enum { AROUND = sizeof "{\"nick\":\"ada\",\"msg\":\"\",\"proto\":\"broadcast\"}" - 1 };
    static char text[FRAME_PAYLOAD_MAX];
    memset(text, 'x', FRAME_PAYLOAD_MAX - AROUND);
    chat_paste(text);
    chat_expect_typed(text);
    chat_type("y");
    cr_expect(strstr(chat_status_message(), "Too long"));
    chat_expect_typed(text);
    chat_type("\x7f\"");
    cr_expect(strstr(chat_status_message(), "Too long"));
    chat_type("y\r");
    text[FRAME_PAYLOAD_MAX - AROUND - 1] = 'y';
    chat_expect_sent(PROTO_BROADCAST, "ada", text);
}

Test(client_session, a_paste_that_does_not_fit_changes_nothing)
{
    static char text[FRAME_PAYLOAD_MAX];
    memset(text, '"', FRAME_PAYLOAD_MAX / 2);
    chat_type("draft");
    chat_paste(text);
    cr_expect(strstr(chat_status_message(), "Too long"));
    chat_expect_typed("draft");
}

Test(client_session, a_line_waits_while_the_server_does_not_listen)
{
    chat_jam(true);
    chat_type("hello\r");
    chat_expect_typed("");
    chat_expect_line(0, LINE_PENDING, "ada", "hello");
    cr_expect(strstr(chat_status_message(), "your line waits"));
    chat_jam(false);
    cr_expect_leq(chat_due(), chat_now() + 100);
    chat_wait(100);
    chat_expect_sent(PROTO_BROADCAST, "ada", "hello");
}

Test(client_session, a_line_waits_until_we_are_in)
{
    chat_close();
    chat_open("ada");
    chat_type("hello\r");
    chat_expect_silence();
    chat_expect_typed("");
    chat_expect_line(0, LINE_PENDING, "ada", "hello");
    chat_connect();
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
    chat_expect_silence();
    chat_hear(PROTO_READY, "SERVER", "READY");
    chat_expect_sent(PROTO_BROADCAST, "ada", "hello");
}

Test(client_session, the_dialog_takes_what_is_typed_and_the_room_still_scrolls)
{
    chat_close();
    chat_open(NULL);
    cr_expect(chat_dialog_is_open());
    chat_type("bob");
    chat_expect_typed("");
    cr_expect_str_eq(chat_dialog_text(), "bob");
    chat_type("\x1bOP");
    cr_expect(chat_help_is_open());
    chat_type("\x1b");
    cr_expect_not(chat_help_is_open());
}

Test(client_session, reading_further_up)
{
    for (int i = 0; i < 60; i++) chat_hear(PROTO_BROADCAST, "bob", "x");
    chat_type("\x1b[5~");
    cr_expect_not(scrollback_at_bottom(chat_scrollback()));
    chat_type("\x1b[6~");
    cr_expect(scrollback_at_bottom(chat_scrollback()));
    chat_type("\x1b[1;2A");
    cr_expect_not(scrollback_at_bottom(chat_scrollback()));
    chat_type("\x1b[1;2B");
    cr_expect(scrollback_at_bottom(chat_scrollback()));
    chat_type("\x1b<");
    cr_expect_not(scrollback_at_bottom(chat_scrollback()));
    chat_type("\x1b");
    cr_expect(scrollback_at_bottom(chat_scrollback()));
    chat_type("\x1b<hello\r");
    cr_expect(scrollback_at_bottom(chat_scrollback()));
}

Test(client_session, goodbye_waits_for_the_other_side_but_not_for_ever)
{
    chat_type("\x03");
    chat_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    cr_expect_eq(chat_state(), SESSION_CLOSING);
    chat_disconnect(NULL);
    cr_expect_eq(chat_state(), SESSION_FINISHED);
    cr_expect_eq(chat_exit_status(), 0);
    cr_expect_str_eq(chat_exit_message(), "");
}

Test(client_session, goodbye_is_over_after_a_second)
{
    chat_quit();
    cr_expect_eq(chat_due(), chat_now() + 1000);
    chat_wait(999);
    cr_expect_eq(chat_state(), SESSION_CLOSING);
    chat_wait(1);
    cr_expect_eq(chat_state(), SESSION_FINISHED);
}

Test(client_session, goodbye_is_said_once)
{
    chat_type("\x03\x03");
    chat_quit();
    chat_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    chat_expect_silence();
    cr_expect_eq(chat_state(), SESSION_CLOSING);
}

Test(client_session, a_goodbye_that_cannot_be_sent_is_none)
{
    chat_jam(true);
    chat_quit();
    cr_expect_eq(chat_state(), SESSION_FINISHED);
}

Test(client_session, nobody_there)
{
    chat_close();
    chat_open("ada");
    chat_disconnect("Connection refused");
    cr_expect_eq(chat_state(), SESSION_FINISHED);
    cr_expect_eq(chat_exit_status(), EX_UNAVAILABLE);
    cr_expect_str_eq(chat_exit_message(),
                     "could not connect to somewhere: Connection refused; is klatchd "
                     "running there?");
}

Test(client_session, a_host_without_an_address)
{
    chat_close();
    chat_open("ada");
    chat_pretend_unresolved();
    chat_disconnect("Name or service not known");
    cr_expect_eq(chat_state(), SESSION_FINISHED);
    cr_expect_eq(chat_exit_status(), EX_UNAVAILABLE);
    cr_expect_str_eq(chat_exit_message(),
                     "could not find the address of somewhere: Name or service not known");
}

static void break_protocol(void)
{
    chat_hear_bytes("\0\2{}", 4);
    cr_assert_eq(chat_state(), SESSION_FAILED);
}

Test(client_session, the_last_words_stay_for_two_seconds)
{
    chat_type("draft");
    break_protocol();
    chat_expect_line(0, LINE_STATUS, "", chat_exit_message());
    chat_disconnect(NULL);
    cr_expect_eq(chat_due(), chat_now() + 2000);
    chat_wait(1999);
    cr_expect_eq(chat_state(), SESSION_FAILED);
    chat_wait(1);
    cr_expect_eq(chat_state(), SESSION_FINISHED);
    cr_expect_eq(chat_exit_status(), EX_PROTOCOL);
    chat_expect_typed("draft");
}

Test(client_session, who_types_on_is_not_thrown_out_and_loses_nothing)
{
    chat_type("draf");
    break_protocol();
    chat_wait(1500);
    chat_type("t");
    chat_wait(1500);
    cr_expect_eq(chat_state(), SESSION_FAILED);
    chat_expect_typed("draft");
    chat_type("\x03");
    cr_expect_eq(chat_state(), SESSION_FINISHED);
}

Test(client_session, enter_sends_nothing_after_the_end)
{
    chat_type("draft");
    break_protocol();
    chat_type("\r");
    chat_expect_silence();
    chat_expect_typed("draft");
    cr_expect(strstr(chat_status_message(), "your text is kept"));
}

Test(client_session, leaving_while_away_keeps_its_status)
{
    chat_disconnect(NULL);
    chat_type("\x03");
    cr_expect_eq(chat_state(), SESSION_FINISHED);
    cr_expect_eq(chat_exit_status(), EX_UNAVAILABLE);
    cr_expect_str_eq(chat_exit_message(), "The server closed the connection.");
    chat_expect_silence();
}

Test(client_session, a_day_has_a_line)
{
    chat_hear(PROTO_BROADCAST, "bob", "x");
    chat_expect_line(0, LINE_MESSAGE, "bob", "x");
    chat_next_day();
    chat_hear(PROTO_BROADCAST, "bob", "y");
    chat_hear(PROTO_BROADCAST, "bob", "z");
    chat_expect_line(2, LINE_DAY, "", "");
    chat_expect_line(3, LINE_MESSAGE, "bob", "x");
}

Test(client_session, the_clock_asks_to_be_painted_once_a_second)
{
    cr_expect_eq(chat_due(), -1);
    chat_hear(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 2 seconds");
    cr_expect_eq(chat_due(), chat_now() + 1000);
    chat_clear_redraw();
    chat_wait(999);
    cr_expect_not(chat_needs_redraw());
    chat_wait(1);
    cr_expect(chat_needs_redraw());
    cr_expect_eq(chat_due(), chat_now() + 1000);
    chat_wait(1000);
    cr_expect_eq(chat_due(), -1);
}

Test(client_session, a_screen_too_small_loses_nothing)
{
    chat_type("dra");
    chat_resize(3, 10);
    cr_expect(chat_layout()->too_small);
    chat_type("ft");
    chat_resize(24, 80);
    cr_expect_not(chat_layout()->too_small);
    chat_expect_typed("draft");
}

Test(client_session, a_lost_connection_is_told_and_kept_up_with)
{
    chat_type("draft");
    chat_disconnect("Connection reset by peer");
    cr_expect_eq(chat_state(), SESSION_DISCONNECTED);
    cr_expect_eq(chat_exit_status(), EX_UNAVAILABLE);
    chat_expect_line(0, LINE_STATUS, "", "Connection lost: Connection reset by peer.");
    cr_expect_eq(chat_due(), chat_now(), "the first try is at once");
    chat_wait(0);
    cr_expect_eq(chat_state(), SESSION_CONNECTING);
    chat_disconnect("Connection refused");
    cr_expect_eq(chat_state(), SESSION_DISCONNECTED);
    chat_expect_line(0, LINE_STATUS, "", "Connection lost: Connection reset by peer.");
    int64_t wait = chat_reconnect_at() - chat_now();
    cr_expect(wait > 0 && wait <= 1000);
    chat_type("\x1b");
    cr_expect_eq(chat_reconnect_at(), chat_now() + wait, "no key but Enter hurries");
    chat_expect_typed("draft");
    chat_type("\r");
    cr_expect_eq(chat_reconnect_at(), chat_now() + wait, "a line waits as we do");
}

Test(client_session, enter_on_an_empty_line_tries_now)
{
    chat_disconnect(NULL);
    for (int i = 0; i < 8; i++) {
        chat_wait(chat_due() - chat_now());
        while (chat_state() == SESSION_DISCONNECTED) chat_wait(chat_due() - chat_now());
        chat_disconnect("Connection refused");
    }
    cr_expect_geq(chat_countdown(), 45);
    chat_type("a line\r");
    cr_expect_geq(chat_countdown(), 45);
    chat_type("\r");
    cr_expect_leq(chat_due(), chat_now());
    chat_wait(0);
    cr_expect_eq(chat_state(), SESSION_CONNECTING);
    chat_type("\r");
    cr_expect_eq(chat_state(), SESSION_CONNECTING);
}

Test(client_session, the_way_back)
{
    chat_disconnect(NULL);
    chat_wait(400000);
    chat_connect();
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
    cr_expect_eq(chat_exit_status(), EX_UNAVAILABLE);
    chat_hear(PROTO_READY, "SERVER", "READY");
    chat_wait(1000);
    chat_expect_line(1, LINE_GAP, "", "away 01:46 to 01:53, messages may be missing");
    chat_expect_line(0, LINE_STATUS, "", "You are back as ada.");
    cr_expect_eq(chat_exit_status(), 0);
    cr_expect_str_eq(chat_exit_message(), "");
}

Test(client_session, days_away_are_told_by_their_dates)
{
    chat_disconnect(NULL);
    chat_wait(86400000);
    chat_connect();
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_hear(PROTO_READY, "SERVER", "READY");
    chat_wait(1000);
    chat_expect_line(1, LINE_GAP, "",
                     "away 2001-09-09 01:46 to 2001-09-10 01:46, messages may be missing");
}

Test(client_session, our_ghost_is_waited_for_quietly)
{
    chat_reconnect();
    int64_t start = chat_now();
    int asked = 1;
    while (true) {
        chat_hear(PROTO_RETRY, "SERVER", "RETRY");
        if (chat_dialog_is_open()) break;
        chat_expect_silence();
        chat_wait(chat_nick_retry_at() - 1 - chat_now());
        chat_expect_silence();
        cr_expect_eq(chat_due(), chat_now() + 1);
        chat_wait(1);
        chat_expect_sent(PROTO_VERIFY, NULL, "ada");
        asked++;
    }
    cr_expect(chat_now() - start >= 70000 && chat_now() - start < 81000);
    cr_expect(asked > 6 && asked < 14, "asked %d times", asked);
    cr_expect_str_eq(chat_dialog_text(), "ada");
    chat_type("2\r");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada2");
    chat_hear(PROTO_READY, "SERVER", "READY");
    chat_wait(1000);
    chat_expect_line(0, LINE_STATUS, "", "You are back as ada2.");
}

Test(client_session, a_ghost_that_goes_is_followed)
{
    chat_reconnect();
    chat_hear(PROTO_RETRY, "SERVER", "RETRY");
    cr_expect_not(chat_dialog_is_open());
    chat_wait(1000);
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
    chat_hear(PROTO_READY, "SERVER", "READY");
    chat_wait(1000);
    cr_expect_eq(chat_state(), SESSION_JOINED);
    chat_wait(100000);
    chat_expect_silence();
}

Test(client_session, enter_asks_for_the_nickname_now)
{
    chat_reconnect();
    chat_hear(PROTO_RETRY, "SERVER", "RETRY");
    chat_type("\r");
    chat_wait(0);
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
    chat_type("\r");
    chat_wait(0);
    chat_expect_silence();
}

Test(client_session, the_person_may_take_another_name_than_the_ghosts)
{
    chat_reconnect();
    chat_hear(PROTO_RETRY, "SERVER", "RETRY");
    chat_type("/nick bob\r");
    chat_expect_sent(PROTO_VERIFY, NULL, "bob");
    chat_wait(20000);
    chat_expect_silence();
    chat_hear(PROTO_RETRY, "SERVER", "RETRY");
    cr_expect(chat_dialog_is_open());
}

Test(client_session, a_server_that_gave_a_reason_is_not_pestered)
{
    chat_hear(PROTO_SHUTDOWN, "SERVER", "You were too loud");
    chat_disconnect(NULL);
    cr_expect_eq(chat_state(), SESSION_DISCONNECTED);
    cr_expect_eq(chat_due(), -1);
    chat_wait(1000000);
    cr_expect_eq(chat_state(), SESSION_DISCONNECTED);
    chat_type("\r");
    chat_wait(0);
    cr_expect_eq(chat_state(), SESSION_CONNECTING);
}

Test(client_session, a_loss_is_told_once_but_reasons_always)
{
    chat_disconnect(NULL);
    for (int i = 0; i < 2; i++) {
        while (chat_state() == SESSION_DISCONNECTED) chat_wait(chat_due() - chat_now());
        chat_connect();
        if (i == 1) chat_hear(PROTO_SHUTDOWN, "SERVER", "You were too loud");
        chat_disconnect("Connection reset by peer");
        if (i == 0) chat_expect_line(0, LINE_STATUS, "", "The server closed the connection.");
    }
    chat_expect_line(0, LINE_STATUS, "", "The server closed the connection: You were too loud");
    chat_expect_line(1, LINE_SERVER, "", "You were too loud");
    chat_expect_line(2, LINE_STATUS, "", "The server closed the connection.");
}

Test(client_session, a_server_that_counted_down_is_waited_for)
{
    chat_hear(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 2 seconds");
    chat_disconnect(NULL);
    chat_wait(0);
    cr_expect_eq(chat_state(), SESSION_CONNECTING);
    cr_expect_eq(chat_shutdown_at(), 0);
}

Test(client_session, a_rename_under_way_is_forgotten)
{
    chat_type("/nick bob\r");
    chat_expect_sent(PROTO_VERIFY, NULL, "bob");
    chat_return();
    cr_expect_str_eq(chat_nick(), "ada");
    cr_expect_not(chat_nick_is_pending());
}

Test(client_session, half_a_packet_is_forgotten)
{
    chat_hear_bytes("\0\x40{\"ni", 6);
    chat_return();
    chat_hear(PROTO_BROADCAST, "bob", "x");
    chat_expect_line(0, LINE_MESSAGE, "bob", "x");
}

Test(client_session, the_dialog_outlives_a_connection)
{
    chat_close();
    chat_open(NULL);
    chat_connect();
    chat_hear(PROTO_SHUTDOWN, "SERVER", "You chose no nickname in time.");
    chat_disconnect(NULL);
    cr_expect(chat_dialog_is_open());
    cr_expect_eq(chat_state(), SESSION_DISCONNECTED);
    chat_type("bob\r");
    chat_wait(0);
    cr_expect_eq(chat_state(), SESSION_CONNECTING, "whoever asks does not want to wait");
    chat_connect();
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_expect_sent(PROTO_VERIFY, NULL, "bob");
    chat_hear(PROTO_READY, "SERVER", "READY");
    chat_wait(1000);
    chat_expect_line(0, LINE_STATUS, "", "You are here as bob. /help shows the keys and commands.");
}

Test(client_session, nothing_is_asked_of_a_server_that_is_not_there)
{
    chat_disconnect(NULL);
    chat_type("/who\r");
    cr_expect(strstr(chat_status_message(), MESSAGE_NOT_CONNECTED));
    chat_expect_silence();
}

Test(client_session, what_the_room_says_is_logged)
{
    chat_start_log();
    chat_hear(PROTO_BROADCAST, "bob", "hi");
    chat_type("hello\r/help\r");
    chat_hear(PROTO_BROADCAST, "ada", "hello");
    chat_hear(PROTO_BROADCAST, "SERVER", "bob left the chat");
    chat_next_day();
    chat_expect_sent(PROTO_BROADCAST, "ada", "hello");
    chat_return();
    cr_expect_str_eq(chat_logged(), "bob: hi\nada: hello\nSERVER: bob left the chat\n"
                                    "-: away 01:46 to 01:46, messages may be missing\n");
}

Test(client_session, an_earlier_visit_is_marked)
{
    const int64_t then = chat_local_time() - 86400;
    chat_start_log();
    chat_recall(then, "bob", "hi");
    chat_recall(then, "SERVER", "bob left the chat");
    chat_recall(then, NULL, "away");
    chat_recall_end("FILE");
    chat_expect_line(3, LINE_MESSAGE, "bob", "hi");
    chat_expect_line(2, LINE_SERVER, "", "bob left the chat");
    chat_expect_line(1, LINE_GAP, "", "away");
    chat_expect_line(0, LINE_GAP, "", "earlier, from FILE");
    cr_expect_str_eq(chat_logged(), "");
    chat_hear(PROTO_BROADCAST, "bob", "again");
    chat_expect_line(1, LINE_DAY, "", "");
}

Test(client_session, a_history_does_not_repeat_the_log)
{
    chat_close();
    chat_open("ada");
    chat_recall(chat_local_time(), "bob", "a");
    chat_recall(chat_local_time(), "bob", "b");
    chat_recall_end("FILE");
    chat_connect();
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_expect_sent(PROTO_VERIFY, NULL, "ada");
    chat_hear(PROTO_READY, "SERVER", "READY");
    chat_type("hello\r");
    chat_hear(PROTO_BROADCAST, "bob", "a");
    chat_hear(PROTO_BROADCAST, "bob", "b");
    chat_hear(PROTO_BROADCAST, "SERVER", "ada left the chat");
    chat_expect_silence();
    chat_wait(1000);
    chat_expect_sent(PROTO_BROADCAST, "ada", "hello");
    chat_expect_line(0, LINE_PENDING, "ada", "hello");
    chat_expect_line(1, LINE_SERVER, "", "ada left the chat");
    chat_expect_line(2, LINE_STATUS, "", "You are here as ada. /help shows the keys and commands.");
    chat_expect_line(3, LINE_GAP, "", "earlier, from FILE");
}

Test(client_session, an_earlier_visit_begins_with_its_day)
{
    chat_close();
    chat_open("ada");
    chat_recall_end("FILE");
    chat_recall(chat_local_time(), "bob", "hi");
    chat_expect_line(0, LINE_MESSAGE, "bob", "hi");
    chat_expect_line(1, LINE_DAY, "", "");
}

static void hear_all(const char *letters)
{
    for (; *letters != '\0'; letters++) chat_hear(PROTO_BROADCAST, "bob", (char[]){*letters, '\0'});
}

Test(client_session, a_history_that_reaches_back_closes_the_break)
{
    hear_all("abcd");
    chat_reconnect();
    chat_hear(PROTO_READY, "SERVER", "READY");
    hear_all("cdef");
    chat_expect_line(0, LINE_STATUS, "", "Connection lost: Connection reset by peer.");
    chat_wait(999);
    cr_expect_eq(chat_due(), chat_now() + 1);
    chat_wait(1);
    cr_expect_eq(chat_disconnected_at(), 0);
    chat_expect_line(0, LINE_STATUS, "", "You are back as ada.");
    chat_expect_line(1, LINE_MESSAGE, "bob", "f");
    chat_expect_line(2, LINE_MESSAGE, "bob", "e");
    chat_expect_line(3, LINE_STATUS, "", "Connection lost: Connection reset by peer.");
    chat_wait(20000);
    chat_reconnect();
    chat_hear(PROTO_READY, "SERVER", "READY");
    hear_all("defg");
    chat_wait(1000);
    chat_expect_line(1, LINE_MESSAGE, "bob", "g");
    chat_expect_line(2, LINE_STATUS, "", "Connection lost: Connection reset by peer.");
}

Test(client_session, a_history_that_does_not_reach_back_comes_after_the_break)
{
    hear_all("abcd");
    chat_reconnect();
    chat_hear(PROTO_READY, "SERVER", "READY");
    hear_all("xyz");
    chat_wait(1000);
    chat_expect_line(1, LINE_MESSAGE, "bob", "z");
    chat_expect_line(3, LINE_MESSAGE, "bob", "x");
    chat_expect_line(4, LINE_GAP, "", "away 01:46 to 01:46, messages may be missing");
}

Test(client_session, what_is_held_is_shown_however_it_ends)
{
    chat_reconnect();
    chat_hear(PROTO_READY, "SERVER", "READY");
    hear_all("x");
    chat_disconnect("Connection reset by peer");
    chat_expect_line(2, LINE_MESSAGE, "bob", "x");
    chat_wait(chat_due() - chat_now());
    while (chat_state() == SESSION_DISCONNECTED) chat_wait(chat_due() - chat_now());
    chat_connect();
    chat_hear(PROTO_CONNECT, "SERVER", "HELLO");
    chat_hear(PROTO_READY, "SERVER", "READY");
    hear_all("y");
    chat_type("\x03");
    chat_expect_line(1, LINE_MESSAGE, "bob", "y");
}
