/* Messages to and from the server. */
#include "tui/base/messages.h"

#include "tests/count.h"
#include "tests/keys.h"
#include "tests/system/support/client_fixture.h"
#include "tui/ui/layout.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

Test(client_messages, enter_sends_one_packet_and_the_echo_is_shown)
{
    struct client c = client_start(24, 80);
    client_send(&c, "hello, room");
    client_wait_input(&c, "", 0);
    klatch_wait_pending(c.term, "ada", "hello, room");
    client_receive(&c, "ada", "hello, room");
    klatch_wait_message(c.term, "ada", "hello, room");
    cr_assert_lt(terminal_find(c.term, "… hello"), 0, "still pending");
    terminal_type(c.term, "\r\r");
    client_send(&c, "and nothing more");
    client_quit(&c);
}

Test(client_messages, messages_of_others_are_shown)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", "good morning");
    klatch_wait_message(c.term, "bob", "good morning");
    client_receive(&c, "\xE4\xB8\xAD\xE6\x96\x87", "\xE4\xBD\xA0\xE5\xA5\xBD");
    klatch_wait_message(c.term, "\xE4\xB8\xAD\xE6\x96\x87", "\xE4\xBD\xA0\xE5\xA5\xBD");
    client_receive(&c, "SERVER", "bob left the chat");
    int row = terminal_wait_for(c.term, "«bob» left the chat");
    cr_assert_not(strstr(terminal_row(c.term, row), BAR), "a notice looks like a message");
    client_quit(&c);
}

Test(client_messages, text_is_sent_as_typed)
{
    static const char *const texts[] = {
        "\"quoted\" and back\\slashed",
        "{\"nick\":\"bob\",\"msg\":\"x\",\"proto\":\"broadcast\"}",
        " spaces kept  here ",
        "na\xC3\xAFve caf\x65\xCC\x81",
        "\xE4\xBD\xA0\xE5\xA5\xBD",
        "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7",
        "\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85",
        "%s %n %d",
        "tab? no",
    };
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(texts); i++) client_send(&c, texts[i]);
    client_quit(&c);
}

Test(client_messages, alt_enter_starts_a_line)
{
    struct client c = client_start(24, 80);
    terminal_type(c.term, "one\033\rtwo\r");
    peer_expect(c.server, "broadcast", "ada", "one\ntwo");
    client_receive(&c, "ada", "one\ntwo");
    klatch_wait_message(c.term, "ada", "one");
    terminal_wait_for(c.term, "   " BAR " two");
    client_quit(&c);
}

Test(client_messages, packets_may_arrive_in_any_pieces)
{
    char bytes[1024];
    struct client c = client_start(24, 80);
    size_t n = wire_frame(bytes, "broadcast", "bob", "byte by byte \xF0\x9F\x90\xBB");
    peer_send_bytewise(c.server, bytes, n);
    klatch_wait_message(c.term, "bob", "byte by byte \xF0\x9F\x90\xBB");
    n = wire_frame(bytes, "broadcast", "bob", "all");
    n += wire_frame(bytes + n, "broadcast", "bob", "at");
    n += wire_frame(bytes + n, "broadcast", "bob", "once");
    n += wire_frame(bytes + n, "broadcast", "bob", "and half");
    peer_send_bytes(c.server, bytes, n - 5);
    klatch_wait_message(c.term, "bob", "once");
    cr_assert_lt(terminal_find(c.term, "and half"), 0);
    peer_send_bytes(c.server, bytes + n - 5, 5);
    klatch_wait_message(c.term, "bob", "and half");
    client_quit(&c);
}

Test(client_messages, an_action_shows_the_name_once)
{
    struct client c = client_start(24, 80);
    terminal_enter(c.term, "/me waves");
    peer_expect_broadcast(c.server, "ada", "* ada waves");
    client_receive(&c, "ada", "* ada waves");
    client_receive(&c, "bob", "* bob makes coffee");
    int row = terminal_wait_for(c.term, LAYOUT_ACTION "   bob makes coffee");
    cr_expect_null(strstr(terminal_row(c.term, row), BAR));
    terminal_wait_for(c.term, LAYOUT_ACTION "   ada waves");
    client_quit(&c);
}

Test(client_messages, nobody_acts_for_another_member)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", "* ada makes tea");
    klatch_wait_message(c.term, "bob", "* ada makes tea");
    client_receive(&c, "*", "ada makes coffee");
    klatch_wait_message(c.term, "*", "ada makes coffee");
    client_quit(&c);
}

Test(client_messages, an_action_on_a_narrow_screen_begins_with_its_star)
{
    struct client c = client_start(24, 40);
    client_receive(&c, "bob", "* bob makes coffee");
    int row = terminal_wait_for(c.term, "bob makes coffee");
    cr_expect_str_eq(terminal_row(c.term, row), LAYOUT_ACTION " bob makes coffee");
    client_quit(&c);
}

Test(client_messages, any_valid_json_is_read)
{
    struct client c = client_start(24, 80);
    peer_send_text(c.server, " { \"proto\" : \"broadcast\" , \"x\":1, \"msg\":\"caf\\u00e9 "
                             "\\ud83d\\udc3b\",\n\"nick\":\"\\u0062ob\" } ");
    klatch_wait_message(c.term, "bob", "caf\xC3\xA9 \xF0\x9F\x90\xBB");
    peer_send_text(c.server, "{\"proto\":\"news\",\"msg\":\"a proto of the future\"}");
    client_receive(&c, "bob", "goes on");
    klatch_wait_message(c.term, "bob", "goes on");
    client_quit(&c);
}

Test(client_messages, the_longest_packet_is_shown)
{
    enum { LONG = WIRE_PAYLOAD_MAX - 43 };
    static char text[LONG + 1];
    memset(text, 'x', LONG);
    memcpy(text + LONG - 7, " theend", 7);
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", text);
    terminal_wait_for(c.term, MESSAGE_FOLD_KEY);
    terminal_type(c.term, KEY_ALT_M);
    terminal_wait_for(c.term, "theend");
    client_quit(&c);
}
