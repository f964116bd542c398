#include "tui/core/session.h"

#include "tests/count.h"
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
    harness_type("\x1b[A");
    harness_type("\x1b[A\r");
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
    harness_expect_status_message(MESSAGE_DRAFT_TOO_LONG);
    harness_expect_typed(text);
    harness_type("\x7f\"");
    harness_expect_status_message(MESSAGE_DRAFT_TOO_LONG);
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
    harness_expect_status_message(MESSAGE_DRAFT_TOO_LONG);
    harness_expect_typed("draft");
}

Test(client_session, a_line_waits_while_the_server_does_not_listen)
{
    harness_block_sending(true);
    harness_type("hello\r");
    harness_expect_typed("");
    harness_expect_line(0, LINE_PENDING, "ada", "hello");
    harness_expect_status_message(MESSAGE_LINE_WAITS);
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
    static const char *const ways[][2] = {{"\x1b[5~", "\x1b[6~"},
                                          {"\x1b[1;2A", "\x1b[1;2B"},
                                          {"\x1b<", "\x1b"},
                                          {"\x1b<", "hello\r"}};
    for (int i = 0; i < 60; i++) harness_receive(PROTO_BROADCAST, "bob", "x");
    for (size_t i = 0; i < COUNT(ways); i++) {
        harness_type(ways[i][0]);
        cr_expect_not(scrollback_at_bottom(harness.screen.scrollback));
        harness_type(ways[i][1]);
        cr_expect(scrollback_at_bottom(harness.screen.scrollback));
    }
}

Test(client_session, a_day_has_a_line)
{
    harness_receive(PROTO_BROADCAST, "bob", "x");
    harness_expect_line(0, LINE_MESSAGE, "bob", "x");
    harness_next_day();
    harness_receive(PROTO_BROADCAST, "bob", "y");
    harness_receive(PROTO_BROADCAST, "bob", "z");
    harness_expect_line(2, LINE_DAY, "", "%s", "");
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

Test(client_session, nothing_is_asked_of_a_server_that_is_not_there)
{
    harness_disconnect(NULL);
    harness_type("/who\r");
    harness_expect_status_message(MESSAGE_NOT_CONNECTED);
    harness_expect_nothing_sent();
}
