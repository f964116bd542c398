#include "tui/core/session.h"

#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"
#include "tui/core/session_waiting.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

TestSuite(client_session, .init = harness_join, .fini = harness_close);

Test(client_session, a_line_is_sent_and_the_field_is_empty)
{
    harness_type("hello\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "hello");
    harness_expect_typed("");
    harness_type("again\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "again");
    harness_expect_nothing_sent();
    harness_type("\x1b[A\x1b[A\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "hello");
}

Test(client_session, slashes)
{
    harness_type("//x\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "/x");
    harness_type("/foo\r");
    harness_expect_nothing_sent();
    harness_expect_typed("/foo");
    harness_type("\x15/who\r");
    harness_expect_sent(PROTO_WHO, "ada", "");
    harness_expect_typed("");
    harness_type("a/quit\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "a/quit");
}

Test(client_session, a_pasted_slash_is_never_a_command)
{
    harness_paste("/qu");
    harness_type("it\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "/quit");
    harness_type("x");
    harness_paste("/quit");
    harness_type("\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "x/quit");
    cr_expect_eq(harness.session.state, SESSION_JOINED);
}

Test(client_session, a_message_may_have_lines)
{
    harness_type("a\x1b\rb\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "a\nb");
}

Test(client_session, the_limit_is_what_a_packet_holds)
{
    enum { AROUND = sizeof "{\"nick\":\"ada\",\"msg\":\"\",\"proto\":\"broadcast\"}" - 1 };
    static char text[FRAME_PAYLOAD_MAX];
    memset(text, 'x', FRAME_PAYLOAD_MAX - AROUND);
    harness_paste(text);
    harness_expect_typed(text);
    harness_type("y");
    cr_expect(strstr(harness.screen.status_message, "Too long"));
    harness_expect_typed(text);
    harness_type("\x7f\"");
    cr_expect(strstr(harness.screen.status_message, "Too long"));
    harness_type("y\r");
    text[FRAME_PAYLOAD_MAX - AROUND - 1] = 'y';
    harness_expect_sent(PROTO_BROADCAST, "ada", text);
}

Test(client_session, a_paste_that_does_not_fit_changes_nothing)
{
    static char text[FRAME_PAYLOAD_MAX];
    memset(text, '"', FRAME_PAYLOAD_MAX / 2);
    harness_type("draft");
    harness_paste(text);
    cr_expect(strstr(harness.screen.status_message, "Too long"));
    harness_expect_typed("draft");
}

Test(client_session, a_line_waits_while_the_server_does_not_listen)
{
    harness_block_sending(true);
    harness_type("hello\r");
    harness_expect_typed("");
    harness_expect_line(0, LINE_PENDING, "ada", "hello");
    cr_expect(strstr(harness.screen.status_message, "your line waits"));
    harness_block_sending(false);
    cr_expect_leq(harness_deadline(), harness.session.now + 100);
    harness_wait(100);
    harness_expect_sent(PROTO_BROADCAST, "ada", "hello");
}

Test(client_session, a_line_waits_until_we_are_in)
{
    harness_close();
    harness_open("ada");
    harness_type("hello\r");
    harness_expect_nothing_sent();
    harness_expect_typed("");
    harness_expect_line(0, LINE_PENDING, "ada", "hello");
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
    harness_expect_nothing_sent();
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_expect_sent(PROTO_BROADCAST, "ada", "hello");
}

Test(client_session, the_dialog_takes_what_is_typed_and_the_room_still_scrolls)
{
    harness_close();
    harness_open(NULL);
    cr_expect(harness.screen.nick_dialog.open);
    harness_type("bob");
    harness_expect_typed("");
    cr_expect_str_eq(harness_dialog_text(), "bob");
    harness_type("\x1bOP");
    cr_expect(harness.screen.help.open);
    harness_type("\x1b");
    cr_expect_not(harness.screen.help.open);
}

Test(client_session, reading_further_up)
{
    for (int i = 0; i < 60; i++) harness_receive(PROTO_BROADCAST, "bob", "x");
    harness_type("\x1b[5~");
    cr_expect_not(scrollback_at_bottom(harness.screen.scrollback));
    harness_type("\x1b[6~");
    cr_expect(scrollback_at_bottom(harness.screen.scrollback));
    harness_type("\x1b[1;2A");
    cr_expect_not(scrollback_at_bottom(harness.screen.scrollback));
    harness_type("\x1b[1;2B");
    cr_expect(scrollback_at_bottom(harness.screen.scrollback));
    harness_type("\x1b<");
    cr_expect_not(scrollback_at_bottom(harness.screen.scrollback));
    harness_type("\x1b");
    cr_expect(scrollback_at_bottom(harness.screen.scrollback));
    harness_type("\x1b<hello\r");
    cr_expect(scrollback_at_bottom(harness.screen.scrollback));
}

Test(client_session, goodbye_waits_for_the_other_side_but_not_for_ever)
{
    harness_type("\x03");
    harness_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    cr_expect_eq(harness.session.state, SESSION_CLOSING);
    harness_disconnect(NULL);
    cr_expect_eq(harness.session.state, SESSION_FINISHED);
    cr_expect_eq(harness.session.exit.status, 0);
    cr_expect_str_eq(harness.session.exit.message, "");
}

Test(client_session, goodbye_is_over_after_a_second)
{
    harness_quit();
    cr_expect_eq(harness_deadline(), harness.session.now + 1000);
    harness_wait(999);
    cr_expect_eq(harness.session.state, SESSION_CLOSING);
    harness_wait(1);
    cr_expect_eq(harness.session.state, SESSION_FINISHED);
}

Test(client_session, goodbye_is_said_once)
{
    harness_type("\x03\x03");
    harness_quit();
    harness_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    harness_expect_nothing_sent();
    cr_expect_eq(harness.session.state, SESSION_CLOSING);
}

Test(client_session, a_goodbye_that_cannot_be_sent_is_none)
{
    harness_block_sending(true);
    harness_quit();
    cr_expect_eq(harness.session.state, SESSION_FINISHED);
}

Test(client_session, nobody_there)
{
    harness_close();
    harness_open("ada");
    harness_disconnect("Connection refused");
    cr_expect_eq(harness.session.state, SESSION_FINISHED);
    cr_expect_eq(harness.session.exit.status, EX_UNAVAILABLE);
    cr_expect_str_eq(harness.session.exit.message,
                     "could not connect to somewhere: Connection refused; is klatchd "
                     "running there?");
}

Test(client_session, a_host_without_an_address)
{
    harness_close();
    harness_open("ada");
    session_set_resolved(&harness.session, false);
    harness_disconnect("Name or service not known");
    cr_expect_eq(harness.session.state, SESSION_FINISHED);
    cr_expect_eq(harness.session.exit.status, EX_UNAVAILABLE);
    cr_expect_str_eq(harness.session.exit.message,
                     "could not find the address of somewhere: Name or service not known");
}

static void break_protocol(void)
{
    harness_receive_bytes("\0\2{}", 4);
    cr_assert_eq(harness.session.state, SESSION_FAILED);
}

Test(client_session, the_last_words_stay_for_two_seconds)
{
    harness_type("draft");
    break_protocol();
    harness_expect_line(0, LINE_STATUS, "", harness.session.exit.message);
    harness_disconnect(NULL);
    cr_expect_eq(harness_deadline(), harness.session.now + 2000);
    harness_wait(1999);
    cr_expect_eq(harness.session.state, SESSION_FAILED);
    harness_wait(1);
    cr_expect_eq(harness.session.state, SESSION_FINISHED);
    cr_expect_eq(harness.session.exit.status, EX_PROTOCOL);
    harness_expect_typed("draft");
}

Test(client_session, who_types_on_is_not_thrown_out_and_loses_nothing)
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

Test(client_session, enter_sends_nothing_after_the_end)
{
    harness_type("draft");
    break_protocol();
    harness_type("\r");
    harness_expect_nothing_sent();
    harness_expect_typed("draft");
    cr_expect(strstr(harness.screen.status_message, "your text is kept"));
}

Test(client_session, leaving_while_away_keeps_its_status)
{
    harness_disconnect(NULL);
    harness_type("\x03");
    cr_expect_eq(harness.session.state, SESSION_FINISHED);
    cr_expect_eq(harness.session.exit.status, EX_UNAVAILABLE);
    cr_expect_str_eq(harness.session.exit.message, "The server closed the connection.");
    harness_expect_nothing_sent();
}

Test(client_session, a_day_has_a_line)
{
    harness_receive(PROTO_BROADCAST, "bob", "x");
    harness_expect_line(0, LINE_MESSAGE, "bob", "x");
    harness_next_day();
    harness_receive(PROTO_BROADCAST, "bob", "y");
    harness_receive(PROTO_BROADCAST, "bob", "z");
    harness_expect_line(2, LINE_DAY, "", "");
    harness_expect_line(3, LINE_MESSAGE, "bob", "x");
}

Test(client_session, the_clock_asks_to_be_painted_once_a_second)
{
    cr_expect_eq(harness_deadline(), -1);
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 2 seconds");
    cr_expect_eq(harness_deadline(), harness.session.now + 1000);
    harness.screen.needs_redraw = false;
    harness_wait(999);
    cr_expect_not(harness.screen.needs_redraw);
    harness_wait(1);
    cr_expect(harness.screen.needs_redraw);
    cr_expect_eq(harness_deadline(), harness.session.now + 1000);
    harness_wait(1000);
    cr_expect_eq(harness_deadline(), -1);
}

Test(client_session, a_screen_too_small_loses_nothing)
{
    harness_type("dra");
    screen_resize(&harness.screen, 3, 10);
    cr_expect(harness.screen.layout.too_small);
    harness_type("ft");
    screen_resize(&harness.screen, 24, 80);
    cr_expect_not(harness.screen.layout.too_small);
    harness_expect_typed("draft");
}

Test(client_session, a_lost_connection_is_told_and_kept_up_with)
{
    harness_type("draft");
    harness_disconnect("Connection reset by peer");
    cr_expect_eq(harness.session.state, SESSION_DISCONNECTED);
    cr_expect_eq(harness.session.exit.status, EX_UNAVAILABLE);
    harness_expect_line(0, LINE_STATUS, "", "Connection lost: Connection reset by peer.");
    cr_expect_eq(harness_deadline(), harness.session.now, "the first try is at once");
    harness_wait(0);
    cr_expect_eq(harness.session.state, SESSION_CONNECTING);
    harness_disconnect("Connection refused");
    cr_expect_eq(harness.session.state, SESSION_DISCONNECTED);
    harness_expect_line(0, LINE_STATUS, "", "Connection lost: Connection reset by peer.");
    int64_t wait = harness.session.reconnect.reconnect_at - harness.session.now;
    cr_expect(wait > 0 && wait <= 1000);
    harness_type("\x1b");
    cr_expect_eq(harness.session.reconnect.reconnect_at, harness.session.now + wait,
                 "no key but Enter hurries");
    harness_expect_typed("draft");
    harness_type("\r");
    cr_expect_eq(harness.session.reconnect.reconnect_at, harness.session.now + wait,
                 "a line waits as we do");
}

Test(client_session, enter_on_an_empty_line_tries_now)
{
    harness_disconnect(NULL);
    for (int i = 0; i < 8; i++) {
        harness_wait(harness_deadline() - harness.session.now);
        while (harness.session.state == SESSION_DISCONNECTED)
            harness_wait(harness_deadline() - harness.session.now);
        harness_disconnect("Connection refused");
    }
    cr_expect_geq(session_countdown(&harness.session), 45);
    harness_type("a line\r");
    cr_expect_geq(session_countdown(&harness.session), 45);
    harness_type("\r");
    cr_expect_leq(harness_deadline(), harness.session.now);
    harness_wait(0);
    cr_expect_eq(harness.session.state, SESSION_CONNECTING);
    harness_type("\r");
    cr_expect_eq(harness.session.state, SESSION_CONNECTING);
}

Test(client_session, the_way_back)
{
    harness_disconnect(NULL);
    harness_wait(400000);
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
    cr_expect_eq(harness.session.exit.status, EX_UNAVAILABLE);
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_wait(1000);
    harness_expect_line(1, LINE_GAP, "", "away 01:46 to 01:53, messages may be missing");
    harness_expect_line(0, LINE_STATUS, "", "You are back as ada.");
    cr_expect_eq(harness.session.exit.status, 0);
    cr_expect_str_eq(harness.session.exit.message, "");
}

Test(client_session, days_away_are_told_by_their_dates)
{
    harness_disconnect(NULL);
    harness_wait(86400000);
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_wait(1000);
    harness_expect_line(1, LINE_GAP, "",
                        "away 2001-09-09 01:46 to 2001-09-10 01:46, messages may be missing");
}

Test(client_session, our_ghost_is_waited_for_quietly)
{
    harness_reconnect();
    int64_t start = harness.session.now;
    int asked = 1;
    while (true) {
        harness_receive(PROTO_RETRY, "SERVER", "RETRY");
        if (harness.screen.nick_dialog.open) break;
        harness_expect_nothing_sent();
        harness_wait(harness.session.reconnect.nick_retry_at - 1 - harness.session.now);
        harness_expect_nothing_sent();
        cr_expect_eq(harness_deadline(), harness.session.now + 1);
        harness_wait(1);
        harness_expect_sent(PROTO_VERIFY, NULL, "ada");
        asked++;
    }
    cr_expect(harness.session.now - start >= 70000 && harness.session.now - start < 81000);
    cr_expect(asked > 6 && asked < 14, "asked %d times", asked);
    cr_expect_str_eq(harness_dialog_text(), "ada");
    harness_type("2\r");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada2");
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_wait(1000);
    harness_expect_line(0, LINE_STATUS, "", "You are back as ada2.");
}

Test(client_session, a_ghost_that_goes_is_followed)
{
    harness_reconnect();
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    cr_expect_not(harness.screen.nick_dialog.open);
    harness_wait(1000);
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_wait(1000);
    cr_expect_eq(harness.session.state, SESSION_JOINED);
    harness_wait(100000);
    harness_expect_nothing_sent();
}

Test(client_session, enter_asks_for_the_nickname_now)
{
    harness_reconnect();
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    harness_type("\r");
    harness_wait(0);
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
    harness_type("\r");
    harness_wait(0);
    harness_expect_nothing_sent();
}

Test(client_session, the_person_may_take_another_name_than_the_ghosts)
{
    harness_reconnect();
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    harness_type("/nick bob\r");
    harness_expect_sent(PROTO_VERIFY, NULL, "bob");
    harness_wait(20000);
    harness_expect_nothing_sent();
    harness_receive(PROTO_RETRY, "SERVER", "RETRY");
    cr_expect(harness.screen.nick_dialog.open);
}

Test(client_session, a_server_that_gave_a_reason_is_not_pestered)
{
    harness_receive(PROTO_SHUTDOWN, "SERVER", "You were too loud");
    harness_disconnect(NULL);
    cr_expect_eq(harness.session.state, SESSION_DISCONNECTED);
    cr_expect_eq(harness_deadline(), -1);
    harness_wait(1000000);
    cr_expect_eq(harness.session.state, SESSION_DISCONNECTED);
    harness_type("\r");
    harness_wait(0);
    cr_expect_eq(harness.session.state, SESSION_CONNECTING);
}

Test(client_session, a_loss_is_told_once_but_reasons_always)
{
    harness_disconnect(NULL);
    for (int i = 0; i < 2; i++) {
        while (harness.session.state == SESSION_DISCONNECTED)
            harness_wait(harness_deadline() - harness.session.now);
        harness_connect();
        if (i == 1) harness_receive(PROTO_SHUTDOWN, "SERVER", "You were too loud");
        harness_disconnect("Connection reset by peer");
        if (i == 0) harness_expect_line(0, LINE_STATUS, "", "The server closed the connection.");
    }
    harness_expect_line(0, LINE_STATUS, "", "The server closed the connection: You were too loud");
    harness_expect_line(1, LINE_SERVER, "", "You were too loud");
    harness_expect_line(2, LINE_STATUS, "", "The server closed the connection.");
}

Test(client_session, a_server_that_counted_down_is_waited_for)
{
    harness_receive(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 2 seconds");
    harness_disconnect(NULL);
    harness_wait(0);
    cr_expect_eq(harness.session.state, SESSION_CONNECTING);
    cr_expect_eq(harness.session.shutdown.at, 0);
}

Test(client_session, a_rename_under_way_is_forgotten)
{
    harness_type("/nick bob\r");
    harness_expect_sent(PROTO_VERIFY, NULL, "bob");
    harness_return();
    cr_expect_str_eq(harness.session.nick.own, "ada");
    cr_expect_not(harness.session.nick.pending);
}

Test(client_session, half_a_packet_is_forgotten)
{
    harness_receive_bytes("\0\x40{\"ni", 6);
    harness_return();
    harness_receive(PROTO_BROADCAST, "bob", "x");
    harness_expect_line(0, LINE_MESSAGE, "bob", "x");
}

Test(client_session, the_dialog_outlives_a_connection)
{
    harness_close();
    harness_open(NULL);
    harness_connect();
    harness_receive(PROTO_SHUTDOWN, "SERVER", "You chose no nickname in time.");
    harness_disconnect(NULL);
    cr_expect(harness.screen.nick_dialog.open);
    cr_expect_eq(harness.session.state, SESSION_DISCONNECTED);
    harness_type("bob\r");
    harness_wait(0);
    cr_expect_eq(harness.session.state, SESSION_CONNECTING, "whoever asks does not want to wait");
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_sent(PROTO_VERIFY, NULL, "bob");
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_wait(1000);
    harness_expect_line(0, LINE_STATUS, "",
                        "You are here as bob. /help shows the keys and commands.");
}

Test(client_session, nothing_is_asked_of_a_server_that_is_not_there)
{
    harness_disconnect(NULL);
    harness_type("/who\r");
    cr_expect(strstr(harness.screen.status_message, MESSAGE_NOT_CONNECTED));
    harness_expect_nothing_sent();
}

Test(client_session, what_the_room_says_is_logged)
{
    harness_start_log();
    harness_receive(PROTO_BROADCAST, "bob", "hi");
    harness_type("hello\r/help\r");
    harness_receive(PROTO_BROADCAST, "ada", "hello");
    harness_receive(PROTO_BROADCAST, "SERVER", "bob left the chat");
    harness_next_day();
    harness_expect_sent(PROTO_BROADCAST, "ada", "hello");
    harness_return();
    cr_expect_str_eq(harness.logged, "bob: hi\nada: hello\nSERVER: bob left the chat\n"
                                     "-: away 01:46 to 01:46, messages may be missing\n");
}

Test(client_session, an_earlier_visit_is_marked)
{
    const int64_t then = harness.session.local_time - 86400;
    harness_start_log();
    harness_recall(then, "bob", "hi");
    harness_recall(then, "SERVER", "bob left the chat");
    harness_recall(then, NULL, "away");
    harness_recall_end("FILE");
    harness_expect_line(3, LINE_MESSAGE, "bob", "hi");
    harness_expect_line(2, LINE_SERVER, "", "bob left the chat");
    harness_expect_line(1, LINE_GAP, "", "away");
    harness_expect_line(0, LINE_GAP, "", "earlier, from FILE");
    cr_expect_str_eq(harness.logged, "");
    harness_receive(PROTO_BROADCAST, "bob", "again");
    harness_expect_line(1, LINE_DAY, "", "");
}

Test(client_session, a_history_does_not_repeat_the_log)
{
    harness_close();
    harness_open("ada");
    harness_recall(harness.session.local_time, "bob", "a");
    harness_recall(harness.session.local_time, "bob", "b");
    harness_recall_end("FILE");
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
    harness_receive(PROTO_READY, "SERVER", "READY");
    harness_type("hello\r");
    harness_receive(PROTO_BROADCAST, "bob", "a");
    harness_receive(PROTO_BROADCAST, "bob", "b");
    harness_receive(PROTO_BROADCAST, "SERVER", "ada left the chat");
    harness_expect_nothing_sent();
    harness_wait(1000);
    harness_expect_sent(PROTO_BROADCAST, "ada", "hello");
    harness_expect_line(0, LINE_PENDING, "ada", "hello");
    harness_expect_line(1, LINE_SERVER, "", "ada left the chat");
    harness_expect_line(2, LINE_STATUS, "",
                        "You are here as ada. /help shows the keys and commands.");
    harness_expect_line(3, LINE_GAP, "", "earlier, from FILE");
}

Test(client_session, an_earlier_visit_begins_with_its_day)
{
    harness_close();
    harness_open("ada");
    harness_recall_end("FILE");
    harness_recall(harness.session.local_time, "bob", "hi");
    harness_expect_line(0, LINE_MESSAGE, "bob", "hi");
    harness_expect_line(1, LINE_DAY, "", "");
}

static void hear_all(const char *letters)
{
    for (; *letters != '\0'; letters++)
        harness_receive(PROTO_BROADCAST, "bob", (char[]){*letters, '\0'});
}

Test(client_session, a_history_that_reaches_back_closes_the_break)
{
    hear_all("abcd");
    harness_reconnect();
    harness_receive(PROTO_READY, "SERVER", "READY");
    hear_all("cdef");
    harness_expect_line(0, LINE_STATUS, "", "Connection lost: Connection reset by peer.");
    harness_wait(999);
    cr_expect_eq(harness_deadline(), harness.session.now + 1);
    harness_wait(1);
    cr_expect_eq(harness.session.disconnected_at, 0);
    harness_expect_line(0, LINE_STATUS, "", "You are back as ada.");
    harness_expect_line(1, LINE_MESSAGE, "bob", "f");
    harness_expect_line(2, LINE_MESSAGE, "bob", "e");
    harness_expect_line(3, LINE_STATUS, "", "Connection lost: Connection reset by peer.");
    harness_wait(20000);
    harness_reconnect();
    harness_receive(PROTO_READY, "SERVER", "READY");
    hear_all("defg");
    harness_wait(1000);
    harness_expect_line(1, LINE_MESSAGE, "bob", "g");
    harness_expect_line(2, LINE_STATUS, "", "Connection lost: Connection reset by peer.");
}

Test(client_session, a_history_that_does_not_reach_back_comes_after_the_break)
{
    hear_all("abcd");
    harness_reconnect();
    harness_receive(PROTO_READY, "SERVER", "READY");
    hear_all("xyz");
    harness_wait(1000);
    harness_expect_line(1, LINE_MESSAGE, "bob", "z");
    harness_expect_line(3, LINE_MESSAGE, "bob", "x");
    harness_expect_line(4, LINE_GAP, "", "away 01:46 to 01:46, messages may be missing");
}

Test(client_session, what_is_held_is_shown_however_it_ends)
{
    harness_reconnect();
    harness_receive(PROTO_READY, "SERVER", "READY");
    hear_all("x");
    harness_disconnect("Connection reset by peer");
    harness_expect_line(2, LINE_MESSAGE, "bob", "x");
    harness_wait(harness_deadline() - harness.session.now);
    while (harness.session.state == SESSION_DISCONNECTED)
        harness_wait(harness_deadline() - harness.session.now);
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_receive(PROTO_READY, "SERVER", "READY");
    hear_all("y");
    harness_type("\x03");
    harness_expect_line(1, LINE_MESSAGE, "bob", "y");
}
