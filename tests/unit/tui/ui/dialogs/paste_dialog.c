#include "tui/ui/dialogs/paste_dialog.h"

#include "tests/unit/support/client_harness.h"
#include "tui/core/outbox.h"
#include "tui/ui/drawing/status_bar.h"
#include "tui/ui/key_bindings.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define UP     "\x1b[A"
#define DOWN   "\x1b[B"
#define ESCAPE "\x1b"

TestSuite(paste_dialog, .init = harness_join, .fini = harness_close);

static void expect_words(enum paste_choice choice, const char *expected)
{
    char words[64];
    paste_dialog_option(&harness.screen.paste_dialog, choice, words, sizeof words);
    cr_expect_str_eq(words, expected);
}

static void expect_title(const char *expected)
{
    char title[64];
    paste_dialog_title(&harness.screen.paste_dialog, title, sizeof title);
    cr_expect_str_eq(title, expected);
}

Test(paste_dialog, one_line_goes_into_the_input_line_without_its_end)
{
    harness_paste("hello\n\n");
    cr_expect_not(harness.screen.paste_dialog.open);
    harness_expect_typed("hello");
    harness_paste("\n");
    harness_expect_typed("hello");
}

Test(paste_dialog, several_lines_are_asked_about)
{
    harness_type("draft");
    harness_paste("one\n\n/quit oops\nthree\n");
    cr_assert(harness.screen.paste_dialog.open);
    expect_title(harness_text(PASTE_TITLE, (size_t)3, "s", (size_t)21, ""));
    expect_words(PASTE_LINES, harness_text(PASTE_AS_LINES, (size_t)3, "s"));
    harness_expect_typed("draft");
    harness_expect_nothing_sent();
}

Test(paste_dialog, as_one_message_by_enter)
{
    harness_type("draft");
    harness_paste("/quit oops\nline 2\n");
    harness_type("\r");
    cr_expect_not(harness.screen.paste_dialog.open);
    harness_expect_sent(PROTO_BROADCAST, "ada", "/quit oops\nline 2");
    harness_expect_nothing_sent();
    harness_expect_typed("draft");
}

Test(paste_dialog, as_lines)
{
    harness_paste("one\n\n/quit oops\n");
    harness_type("l");
    harness_expect_sent(PROTO_BROADCAST, "ada", "one");
    harness_expect_sent(PROTO_BROADCAST, "ada", "/quit oops");
    harness_expect_nothing_sent();
    cr_expect_eq(harness.session.state, SESSION_JOINED);
}

Test(paste_dialog, edited_first)
{
    harness_paste("/quit\nand more");
    harness_type(DOWN);
    harness_type(DOWN "\r");
    harness_expect_nothing_sent();
    harness_expect_typed("//quit\nand more");
    harness_type("!\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "/quit\nand more!");
}

Test(paste_dialog, cancelled)
{
    static const char *const ways[] = {"c", ESCAPE, UP "\r"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        harness_paste("one\ntwo");
        harness_type(ways[i]);
        cr_expect_not(harness.screen.paste_dialog.open);
    }
    harness_expect_nothing_sent();
    harness_expect_typed("");
}

Test(paste_dialog, a_burst_of_text_is_no_answer)
{
    harness_paste("one\ntwo");
    harness_type("lec");
    cr_expect(harness.screen.paste_dialog.open);
    expect_title(harness_text(PASTE_TITLE, (size_t)2, "s", (size_t)7, ""));
    harness_expect_nothing_sent();
}

/* As the rest of one that was held up comes. */
Test(paste_dialog, another_one_is_added)
{
    harness_paste("one\ntw");
    harness_paste("o\nthree\n");
    harness_paste("four");
    expect_title(harness_text(PASTE_TITLE, (size_t)4, "s", (size_t)18, ""));
    harness_type("\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "one\ntwo\nthree\nfour");
}

Test(paste_dialog, ctrl_c_leaves_all_the_same)
{
    harness_paste("one\ntwo");
    harness_type("\x03");
    cr_expect_eq(harness.session.state, SESSION_CLOSING);
}

/* So many lines, numbered. */
static void paste_many(int count)
{
    static char text[8 * 4096];
    char *to = text;
    for (int i = 1; i <= count; i++) to += sprintf(to, "line%d\n", i);
    harness_paste(text);
}

static void expect_sent_until(int from, int to)
{
    char text[16];
    for (int i = from; i <= to; i++) {
        snprintf(text, sizeof text, "line%d", i);
        harness_expect_sent(PROTO_BROADCAST, "ada", text);
    }
    harness_expect_nothing_sent();
}

Test(paste_dialog, many_lines_go_slowly_and_can_be_stopped)
{
    paste_many(40);
    expect_words(PASTE_LINES, harness_text(PASTE_SLOWLY, (size_t)40, (size_t)3));
    harness_type("l");
    size_t at_once = 40 - outbox_paste_left(&harness.session.outbox);
    expect_sent_until(1, (int)at_once);
    harness_wait(1000);
    expect_sent_until((int)at_once + 1, (int)at_once + 10);
    cr_expect_str_eq(status_make(&harness.screen, 80).right,
                     harness_text(STATUS_PASTING, at_once + 10, (size_t)40));
    harness_type(ESCAPE);
    cr_expect_eq(outbox_paste_left(&harness.session.outbox), 0);
    cr_expect_str_eq(status_make(&harness.screen, 80).right, "");
    const char *rest = harness_draft();
    const char *right = harness_text("line%zu\n", at_once + 11);
    cr_expect_eq(strncmp(rest, right, strlen(right)), 0, "%s", rest);
    cr_expect(strstr(rest, "\nline40") && rest[strlen(rest) - 1] == '0');
    harness_wait(10000);
    harness_expect_nothing_sent();
}

/* What was typed meanwhile is not a part of the paste. */
Test(paste_dialog, stopping_leaves_what_was_typed)
{
    paste_many(40);
    harness_type("l");
    harness_type("mine\r");
    size_t gone = 40 - outbox_paste_left(&harness.session.outbox);
    expect_sent_until(1, (int)gone);
    harness_type(ESCAPE);
    harness_wait(10000);
    harness_expect_sent(PROTO_BROADCAST, "ada", "mine");
    harness_expect_nothing_sent();
}

Test(paste_dialog, more_lines_than_can_wait_are_not_sent_one_by_one)
{
    paste_many(OUTBOX_LINES + 1);
    expect_words(PASTE_LINES, PASTE_TOO_MANY);
    harness_type("l" DOWN "\r");
    harness_expect_nothing_sent();
    cr_expect_not(harness.screen.paste_dialog.open);
    cr_expect_eq(strncmp(harness_draft(), "line1\n", 6), 0);
}

Test(paste_dialog, what_no_packet_holds_is_no_message)
{
    static char text[FRAME_PAYLOAD_MAX];
    memset(text, '"', FRAME_PAYLOAD_MAX - 1);
    text[10] = '\n';
    harness_paste(text);
    expect_words(PASTE_ONE, PASTE_TOO_LONG);
    cr_expect_eq(harness.screen.paste_dialog.chosen, PASTE_LINES);
    harness_type("o");
    cr_expect(harness.screen.paste_dialog.open);
}

Test(paste_dialog, it_says_when_it_was_cut)
{
    const struct action in = {.kind = ACTION_PASTE, .text = "one", .n = 3, .cut = true};
    key_bindings_input(&harness.screen, &in);
    expect_title(harness_text(PASTE_TITLE, (size_t)1, "", (size_t)3, PASTE_TITLE_CUT));
    expect_words(PASTE_LINES, harness_text(PASTE_AS_LINES, (size_t)1, ""));
}

Test(paste_dialog, what_was_sent_of_it_comes_back_with_up)
{
    harness_paste("/quit oops\ntwo");
    harness_type("o");
    harness_expect_sent(PROTO_BROADCAST, "ada", "/quit oops\ntwo");
    harness_type(UP);
    harness_expect_typed("//quit oops\ntwo");
    harness_type("\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "/quit oops\ntwo");
    harness_paste("/one\n\nthree\n");
    harness_type("l");
    harness_expect_sent(PROTO_BROADCAST, "ada", "/one");
    harness_expect_sent(PROTO_BROADCAST, "ada", "three");
    harness_type(UP);
    harness_expect_typed("three");
    harness_type(UP);
    harness_expect_typed("//one");
    harness_expect_nothing_sent();
}
