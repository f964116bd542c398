/* What is said through klatch, both ways. */
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define BAR          "\xE2\x94\x82"

/* Waits for a message's row, whatever the time: the nickname, the separator and the text. */
static void wait_message(struct visit *v, const char *nick, const char *text)
{
    char row[256];
    snprintf(row, sizeof row, "%s " BAR " %s", nick, text);
    terminal_wait_for(v->t, row);
}

Test(client_talk, enter_sends_one_packet_and_the_echo_is_shown)
{
    struct visit v = visit_start(24, 80);
    visit_say(&v, "hello, room");
    visit_wait_line(&v, "", 0);
    terminal_wait_for(v.t, "ada … hello, room");
    visit_hear(&v, "ada", "hello, room");
    wait_message(&v, "ada", "hello, room");
    cr_assert_lt(terminal_find(v.t, "… hello"), 0, "still pending");
    terminal_type(v.t, "\r\r");
    visit_say(&v, "and nothing more");
    visit_end(&v);
}

Test(client_talk, what_others_say_is_shown)
{
    struct visit v = visit_start(24, 80);
    visit_hear(&v, "bob", "good morning");
    wait_message(&v, "bob", "good morning");
    visit_hear(&v, "\xE4\xB8\xAD\xE6\x96\x87", "\xE4\xBD\xA0\xE5\xA5\xBD");
    wait_message(&v, "\xE4\xB8\xAD\xE6\x96\x87", "\xE4\xBD\xA0\xE5\xA5\xBD");
    visit_hear(&v, "SERVER", "bob left the chat");
    int row = terminal_wait_for(v.t, "bob left the chat");
    cr_assert_not(strstr(terminal_row(v.t, row), BAR), "a notice looks like a message");
    visit_end(&v);
}

Test(client_talk, any_text_is_sent_as_it_was_typed)
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
    struct visit v = visit_start(24, 80);
    for (size_t i = 0; i < COUNT(texts); i++) visit_say(&v, texts[i]);
    visit_end(&v);
}

Test(client_talk, alt_enter_begins_a_line)
{
    struct visit v = visit_start(24, 80);
    terminal_type(v.t, "one\033\rtwo\r");
    peer_expect(v.server, "broadcast", "ada", "one\ntwo");
    visit_hear(&v, "ada", "one\ntwo");
    wait_message(&v, "ada", "one");
    terminal_wait_for(v.t, "   " BAR " two");
    visit_end(&v);
}

Test(client_talk, a_stream_may_be_cut_anywhere_and_joined_anyhow)
{
    char bytes[1024];
    struct visit v = visit_start(24, 80);
    size_t n = wire_frame(bytes, "broadcast", "bob", "byte by byte \xF0\x9F\x90\xBB");
    peer_send_slowly(v.server, bytes, n);
    wait_message(&v, "bob", "byte by byte \xF0\x9F\x90\xBB");
    n = wire_frame(bytes, "broadcast", "bob", "all");
    n += wire_frame(bytes + n, "broadcast", "bob", "at");
    n += wire_frame(bytes + n, "broadcast", "bob", "once");
    n += wire_frame(bytes + n, "broadcast", "bob", "and half");
    peer_send_bytes(v.server, bytes, n - 5);
    wait_message(&v, "bob", "once");
    cr_assert_lt(terminal_find(v.t, "and half"), 0);
    peer_send_bytes(v.server, bytes + n - 5, 5);
    wait_message(&v, "bob", "and half");
    visit_end(&v);
}

Test(client_talk, json_may_be_spelled_in_any_way)
{
    struct visit v = visit_start(24, 80);
    peer_send_text(v.server, " { \"proto\" : \"broadcast\" , \"x\":1, \"msg\":\"caf\\u00e9 "
                             "\\ud83d\\udc3b\",\n\"nick\":\"\\u0062ob\" } ");
    wait_message(&v, "bob", "caf\xC3\xA9 \xF0\x9F\x90\xBB");
    peer_send_text(v.server, "{\"proto\":\"news\",\"msg\":\"a proto of the future\"}");
    visit_hear(&v, "bob", "goes on");
    wait_message(&v, "bob", "goes on");
    visit_end(&v);
}

Test(client_talk, the_longest_packet_is_shown)
{
    enum { LONG = WIRE_PAYLOAD_MAX - 43 };
    static char text[LONG + 1];
    memset(text, 'x', LONG);
    memcpy(text + LONG - 7, " theend", 7);
    struct visit v = visit_start(24, 80);
    visit_hear(&v, "bob", text);
    terminal_wait_for(v.t, "theend");
    visit_end(&v);
}
