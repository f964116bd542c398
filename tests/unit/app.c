#include "tui/app.h"

#include "tests/unit/chat.h"
#include "tui/talk.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

TestSuite(app, .init = chat_join, .fini = chat_close);

Test(app, a_line_is_sent_and_the_field_is_empty)
{
    chat_type("hello\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "hello");
    chat_expect_typed("");
    chat_type("again\n\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "again");
    chat_expect_silence();
    chat_type("\x1b[A\x1b[A\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "hello");
}

Test(app, slashes)
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

Test(app, a_pasted_slash_is_never_a_command)
{
    chat_paste("/quit oops\nline 2");
    chat_expect_silence();
    chat_type("\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "/quit oops\nline 2");
    chat_type("\x1b[A\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "/quit oops\nline 2");
    chat_paste("/qu");
    chat_type("it\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "/quit");
    chat_type("x");
    chat_paste("/quit");
    chat_type("\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "x/quit");
    cr_expect_eq(chat.stage, APP_HERE);
}

Test(app, a_message_may_have_lines)
{
    chat_type("a\x1b\rb\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "a\nb");
}

Test(app, the_limit_is_what_a_packet_holds)
{
    enum { AROUND = sizeof "{\"nick\":\"ada\",\"msg\":\"\",\"proto\":\"broadcast\"}" - 1 };
    static char text[FRAME_PAYLOAD_MAX];
    memset(text, 'x', FRAME_PAYLOAD_MAX - AROUND);
    chat_paste(text);
    chat_expect_typed(text);
    chat_type("y");
    cr_expect(strstr(chat.hint, "Too long"));
    chat_expect_typed(text);
    chat_type("\x7f\"");
    cr_expect(strstr(chat.hint, "Too long"));
    chat_type("y\r");
    text[FRAME_PAYLOAD_MAX - AROUND - 1] = 'y';
    chat_expect_sent(PROTO_BROADCAST, "ada", text);
}

Test(app, a_paste_that_does_not_fit_changes_nothing)
{
    static char text[FRAME_PAYLOAD_MAX];
    memset(text, '"', FRAME_PAYLOAD_MAX / 2);
    chat_type("draft");
    chat_paste(text);
    cr_expect(strstr(chat.hint, "Too long"));
    chat_expect_typed("draft");
}

Test(app, a_line_stays_while_the_server_does_not_listen)
{
    chat_jam(true);
    chat_type("hello\r");
    chat_expect_typed("hello");
    cr_expect(strstr(chat.hint, "try again"));
    chat_jam(false);
    chat_type("\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "hello");
}

Test(app, a_line_stays_until_we_are_in)
{
    chat_close();
    chat_open("ada");
    chat_type("hello\r");
    chat_expect_silence();
    chat_expect_typed("hello");
    cr_expect(strstr(chat.hint, "Not in the room yet"));
    cr_expect_not(strcmp(chat.setup.where, "somewhere"));
}

Test(app, the_dialog_takes_what_is_typed_and_the_room_still_scrolls)
{
    chat_close();
    chat_open(NULL);
    cr_expect(chat.dialog.open);
    chat_type("bob");
    chat_expect_typed("");
    cr_expect_str_eq(editor_text(chat.dialog.field, NULL), "bob");
    chat_type("\x1bOP");
    chat_expect_line(0, LINE_STATUS, "", "A line that begins with // is sent with one slash less.");
}

Test(app, reading_further_up)
{
    for (int i = 0; i < 60; i++) chat_hear(PROTO_BROADCAST, "bob", "x");
    chat_type("\x1b[5~");
    cr_expect_not(scrollback_at_bottom(chat.lines));
    chat_type("\x1b[6~");
    cr_expect(scrollback_at_bottom(chat.lines));
    chat_type("\x1b[1;2A");
    cr_expect_not(scrollback_at_bottom(chat.lines));
    chat_type("\x1b[1;2B");
    cr_expect(scrollback_at_bottom(chat.lines));
    chat_type("\x1b<");
    cr_expect_not(scrollback_at_bottom(chat.lines));
    chat_type("\x1b");
    cr_expect(scrollback_at_bottom(chat.lines));
    chat_type("\x1b<hello\r");
    cr_expect(scrollback_at_bottom(chat.lines));
}

Test(app, goodbye_waits_for_the_other_side_but_not_for_ever)
{
    chat_type("\x03");
    chat_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    cr_expect_eq(chat.stage, APP_LEAVING);
    app_down(&chat, NULL);
    cr_expect_eq(chat.stage, APP_DONE);
    cr_expect_eq(chat.status, 0);
    cr_expect_str_eq(chat.words, "");
}

Test(app, goodbye_is_over_after_a_second)
{
    talk_leave(&chat);
    cr_expect_eq(app_due(&chat), chat.now + 1000);
    chat_wait(999);
    cr_expect_eq(chat.stage, APP_LEAVING);
    chat_wait(1);
    cr_expect_eq(chat.stage, APP_DONE);
}

Test(app, goodbye_is_said_once)
{
    chat_type("\x03\x03");
    talk_leave(&chat);
    chat_expect_sent(PROTO_GOODBYE, "ada", "BYE");
    chat_expect_silence();
    cr_expect_eq(chat.stage, APP_LEAVING);
}

Test(app, a_goodbye_that_cannot_be_sent_is_none)
{
    chat_jam(true);
    talk_leave(&chat);
    cr_expect_eq(chat.stage, APP_DONE);
}

Test(app, nobody_there)
{
    chat_close();
    chat_open("ada");
    app_down(&chat, "Connection refused");
    cr_expect_eq(chat.stage, APP_DONE);
    cr_expect_eq(chat.status, EX_UNAVAILABLE);
    cr_expect_str_eq(chat.words, "could not connect to somewhere: Connection refused; is klatchd "
                                 "running there?");
}

Test(app, the_last_words_stay_for_two_seconds)
{
    chat_type("draft");
    app_down(&chat, "Connection reset by peer");
    cr_expect_eq(chat.stage, APP_LOST);
    chat_expect_line(0, LINE_STATUS, "", "Connection lost: Connection reset by peer.");
    app_down(&chat, NULL);
    cr_expect_eq(app_due(&chat), chat.now + 2000);
    chat_wait(1999);
    cr_expect_eq(chat.stage, APP_LOST);
    chat_wait(1);
    cr_expect_eq(chat.stage, APP_DONE);
    cr_expect_eq(chat.status, EX_UNAVAILABLE);
    chat_expect_typed("draft");
}

Test(app, who_types_on_is_not_thrown_out_and_loses_nothing)
{
    chat_type("draf");
    app_down(&chat, NULL);
    cr_expect_str_eq(chat.words, "The server closed the connection.");
    chat_wait(1500);
    chat_type("t");
    chat_wait(1500);
    cr_expect_eq(chat.stage, APP_LOST);
    chat_expect_typed("draft");
    chat_type("\x03");
    cr_expect_eq(chat.stage, APP_DONE);
}

Test(app, enter_sends_nothing_after_the_end)
{
    chat_type("draft");
    app_down(&chat, NULL);
    chat_type("\r");
    chat_expect_silence();
    chat_expect_typed("draft");
}

Test(app, leaving_after_the_end_keeps_its_status)
{
    app_down(&chat, NULL);
    chat_type("\x03");
    cr_expect_eq(chat.stage, APP_DONE);
    cr_expect_eq(chat.status, EX_UNAVAILABLE);
    chat_expect_silence();
}

Test(app, a_day_has_a_line)
{
    chat_hear(PROTO_BROADCAST, "bob", "x");
    chat_expect_line(0, LINE_MESSAGE, "bob", "x");
    app_tick(&chat, chat.wall + 86400, chat.now + 1);
    chat_hear(PROTO_BROADCAST, "bob", "y");
    chat_hear(PROTO_BROADCAST, "bob", "z");
    chat_expect_line(2, LINE_DAY, "", "");
    chat_expect_line(3, LINE_MESSAGE, "bob", "x");
}

Test(app, the_clock_asks_to_be_painted_once_a_second)
{
    cr_expect_eq(app_due(&chat), -1);
    chat_hear(PROTO_SHUTDOWN, "SERVER", "Server Shutting down in 2 seconds");
    cr_expect_eq(app_due(&chat), chat.now + 1000);
    chat.dirty = false;
    chat_wait(999);
    cr_expect_not(chat.dirty);
    chat_wait(1);
    cr_expect(chat.dirty);
    cr_expect_eq(app_due(&chat), chat.now + 1000);
    chat_wait(1000);
    cr_expect_eq(app_due(&chat), -1);
}

Test(app, a_screen_too_small_loses_nothing)
{
    chat_type("dra");
    app_resize(&chat, 3, 10);
    cr_expect(chat.layout.too_small);
    chat_type("ft");
    app_resize(&chat, 24, 80);
    cr_expect_not(chat.layout.too_small);
    chat_expect_typed("draft");
}
