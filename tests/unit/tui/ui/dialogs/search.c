#include "tui/ui/dialogs/search.h"

#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void open_room(void)
{
    harness_join();
    for (int i = 0; i < 60; i++) {
        char text[32];
        snprintf(text, sizeof text, "Line %d.", i);
        harness_receive(PROTO_BROADCAST, i == 10 ? "Grace" : "bob", text);
    }
}

static void expect_status(const char *text)
{
    char status[128];
    search_status(&harness.screen.search, status, sizeof status, false);
    cr_expect_str_eq(status, text);
}

static void expect_match(size_t index, size_t count)
{
    expect_status(harness_text(SEARCH_COUNT SEARCH_KEYS, index, count));
}

TestSuite(search, .init = open_room, .fini = harness_close);

static void expect(const char *text)
{
    const struct line *found = scrollback_found(harness.screen.scrollback);
    cr_assert_not_null(found, "not \"%s\"", text);
    cr_expect_str_eq(found->text, text);
}

Test(search, narrows_while_it_is_typed)
{
    harness_type("draft\x12");
    cr_expect(harness.screen.search.open);
    cr_expect_null(scrollback_found(harness.screen.scrollback));
    harness_type("L");
    expect("Line 59.");
    harness_type("INE 3");
    expect("Line 39.");
    harness_type("2");
    expect("Line 32.");
    harness_type("x");
    expect_status(SEARCH_NONE SEARCH_KEYS);
    expect("Line 32.");
    harness_type("\x7F\x7F");
    expect_match(8, 11);
    cr_expect_str_eq(harness.screen.search.text, "LINE 3");
    harness_type("\r");
    cr_expect_not(harness.screen.search.open);
    harness_expect_typed("draft");
    harness_expect_nothing_sent();
    expect("Line 32.");
}

Test(search, both_ways_and_once_more)
{
    harness_type("\x12line 5\x12\x12\x12\x12\x12\x12\x12\x12\x12");
    expect("Line 50.");
    harness_type("\x12");
    expect("Line 5.");
    harness_type("\x13");
    expect("Line 50.");
    harness_type("\r\x12\x12");
    cr_expect_str_eq(harness.screen.search.text, "line 5");
    expect("Line 5.");
}

Test(search, a_nickname_is_found_too)
{
    harness_type("\x12grace");
    expect("Line 10.");
}

Test(search, another_key_closes_it_and_counts)
{
    harness_type("\x12line 3\x1b[1;5F");
    cr_expect_not(harness.screen.search.open);
    cr_expect(scrollback_at_bottom(harness.screen.scrollback));
    harness_type("\x12line 3\x03");
    harness_expect_sent(PROTO_GOODBYE, "ada", "BYE");
}

Test(search, no_text_is_too_long_for_it)
{
    char text[1000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    harness_type("\x12");
    harness_type(text);
    harness_paste(text);
    cr_expect_str_eq(harness.screen.search.text, "");
    harness_type("line 7");
    expect("Line 7.");
}

Test(search, the_command_does_it_too)
{
    harness_type("/search line 1\r");
    expect("Line 19.");
    cr_expect(harness.screen.search.open);
    harness_type("\r/search\r");
    harness_expect_status_message(MESSAGE_SEARCH_USAGE);
}

Test(search, accents_are_found_however_they_are_written)
{
    harness_receive(PROTO_BROADCAST, "bob", "Cafe\u0301 Zoë");
    harness_type("\x12"
                 "CAFÉ ZOE\u0308");
    expect("Cafe\u0301 Zoë");
    expect_match(1, 1);
}

Test(search, counts_the_matches_from_the_newest)
{
    harness_type("\x12");
    expect_status(SEARCH_EMPTY SEARCH_KEYS);
    harness_type("line 5");
    expect_match(1, 11);
    harness_type("\x12");
    expect_match(2, 11);
    for (int i = 0; i < 20; i++) harness_type("\x12");
    expect_match(11, 11);
    harness_type("\x13");
    expect_match(10, 11);
}

Test(search, enter_stays_and_escape_goes_back)
{
    struct row before[64], after[64];
    harness_type("\x12line 7\r");
    expect("Line 7.");
    scrollback_rows(harness.screen.scrollback, before, 64);
    harness_type("\x12line 3");
    expect("Line 3.");
    harness_type("\x1b");
    cr_expect_not(harness.screen.search.open);
    scrollback_rows(harness.screen.scrollback, after, 64);
    cr_expect_eq(after[0].line, before[0].line);
    harness_type("\x1b");
    cr_expect(scrollback_at_bottom(harness.screen.scrollback));
    harness_type("\x12line 9");
    harness_type("\x1b");
    cr_expect(scrollback_at_bottom(harness.screen.scrollback));
}
