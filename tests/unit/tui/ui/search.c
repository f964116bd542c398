#include "tui/ui/search.h"

#include "tests/unit/support/client_harness.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void open_room(void)
{
    chat_join();
    for (int i = 0; i < 60; i++) {
        char text[32];
        snprintf(text, sizeof text, "Line %d.", i);
        chat_hear(PROTO_BROADCAST, i == 10 ? "Grace" : "bob", text);
    }
}

TestSuite(search, .init = open_room, .fini = chat_close);

static void expect(const char *text)
{
    const struct line *found = scrollback_found(chat_scrollback());
    cr_assert_not_null(found, "not \"%s\"", text);
    cr_expect_str_eq(found->text, text);
}

Test(search, narrows_while_it_is_typed)
{
    chat_type("draft\x12");
    cr_expect(chat_search()->open);
    cr_expect_null(scrollback_found(chat_scrollback()));
    chat_type("L");
    expect("Line 59.");
    chat_type("INE 3");
    expect("Line 39.");
    chat_type("2");
    expect("Line 32.");
    chat_type("x");
    cr_expect(chat_search()->failed);
    expect("Line 32.");
    chat_type("\x7F\x7F");
    cr_expect_not(chat_search()->failed);
    cr_expect_str_eq(chat_search()->text, "LINE 3");
    chat_type("\r");
    cr_expect_not(chat_search()->open);
    chat_expect_typed("draft");
    chat_expect_silence();
    expect("Line 32.");
}

Test(search, both_ways_and_once_more)
{
    chat_type("\x12line 5\x12\x12\x12\x12\x12\x12\x12\x12\x12");
    expect("Line 50.");
    chat_type("\x12");
    expect("Line 5.");
    chat_type("\x13");
    expect("Line 50.");
    chat_type("\x1b");
    chat_type("\x12\x12");
    cr_expect_str_eq(chat_search()->text, "line 5");
    expect("Line 5.");
}

Test(search, a_nickname_is_found_too)
{
    chat_type("\x12grace");
    expect("Line 10.");
}

Test(search, another_key_closes_it_and_counts)
{
    chat_type("\x12line 3\x1b[1;5F");
    cr_expect_not(chat_search()->open);
    cr_expect(scrollback_at_bottom(chat_scrollback()));
    chat_type("\x12line 3\x03");
    chat_expect_sent(PROTO_GOODBYE, "ada", "BYE");
}

Test(search, no_text_is_too_long_for_it)
{
    char text[1000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    chat_type("\x12");
    chat_type(text);
    chat_paste(text);
    cr_expect_str_eq(chat_search()->text, "");
    chat_type("line 7");
    expect("Line 7.");
}

Test(search, the_command_does_it_too)
{
    chat_type("/search line 1\r");
    expect("Line 19.");
    cr_expect(chat_search()->open);
    chat_type("\r/search\r");
    cr_expect(strstr(chat_status_message(), "/search TEXT"));
}

Test(search, accents_are_found_however_they_are_written)
{
    chat_hear(PROTO_BROADCAST, "bob", "Cafe\u0301 Zoë");
    chat_type("\x12"
              "CAFÉ ZOE\u0308");
    expect("Cafe\u0301 Zoë");
    cr_expect_not(chat_search()->failed);
}
