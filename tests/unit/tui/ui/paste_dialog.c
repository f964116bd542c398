#include "tui/ui/paste_dialog.h"

#include "tests/unit/support/client_harness.h"
#include "tui/core/outbox.h"
#include "tui/ui/status_bar.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define UP     "\x1b[A"
#define DOWN   "\x1b[B"
#define ESCAPE "\x1b"

TestSuite(paste_dialog, .init = chat_join, .fini = chat_close);

static void expect_words(enum paste_choice choice, const char *expected)
{
    char words[64];
    paste_dialog_option(chat_paste_dialog(), choice, words, sizeof words);
    cr_expect_str_eq(words, expected);
}

static void expect_title(const char *expected)
{
    char title[64];
    paste_dialog_title(chat_paste_dialog(), title, sizeof title);
    cr_expect_str_eq(title, expected);
}

Test(paste_dialog, one_line_goes_into_the_input_line_without_its_end)
{
    chat_paste("hello\n\n");
    cr_expect_not(chat_paste_dialog()->open);
    chat_expect_typed("hello");
    chat_paste("\n");
    chat_expect_typed("hello");
}

Test(paste_dialog, several_lines_are_asked_about)
{
    chat_type("draft");
    chat_paste("one\n\n/quit oops\nthree\n");
    cr_assert(chat_paste_dialog()->open);
    expect_title("Paste: 3 lines, 21 bytes");
    expect_words(PASTE_LINES, "l  as 3 lines");
    chat_expect_typed("draft");
    chat_expect_silence();
}

Test(paste_dialog, as_one_message_by_enter)
{
    chat_type("draft");
    chat_paste("/quit oops\nline 2\n");
    chat_type("\r");
    cr_expect_not(chat_paste_dialog()->open);
    chat_expect_sent(PROTO_BROADCAST, "ada", "/quit oops\nline 2");
    chat_expect_silence();
    chat_expect_typed("draft");
}

Test(paste_dialog, as_lines)
{
    chat_paste("one\n\n/quit oops\n");
    chat_type("l");
    chat_expect_sent(PROTO_BROADCAST, "ada", "one");
    chat_expect_sent(PROTO_BROADCAST, "ada", "/quit oops");
    chat_expect_silence();
    cr_expect_eq(chat_state(), SESSION_JOINED);
}

Test(paste_dialog, edited_first)
{
    chat_paste("/quit\nand more");
    chat_type(DOWN DOWN "\r");
    chat_expect_silence();
    chat_expect_typed("//quit\nand more");
    chat_type("!\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "/quit\nand more!");
}

Test(paste_dialog, cancelled)
{
    static const char *const ways[] = {"c", ESCAPE, UP "\r"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        chat_paste("one\ntwo");
        chat_type(ways[i]);
        cr_expect_not(chat_paste_dialog()->open);
    }
    chat_expect_silence();
    chat_expect_typed("");
}

Test(paste_dialog, a_burst_of_text_is_no_answer)
{
    chat_paste("one\ntwo");
    chat_type("lec");
    cr_expect(chat_paste_dialog()->open);
    expect_title("Paste: 2 lines, 7 bytes");
    chat_expect_silence();
}

/* As the rest of one that was held up comes. */
Test(paste_dialog, another_one_is_added)
{
    chat_paste("one\ntw");
    chat_paste("o\nthree\n");
    chat_paste("four");
    expect_title("Paste: 4 lines, 18 bytes");
    chat_type("\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "one\ntwo\nthree\nfour");
}

Test(paste_dialog, ctrl_c_leaves_all_the_same)
{
    chat_paste("one\ntwo");
    chat_type("\x03");
    cr_expect_eq(chat_state(), SESSION_CLOSING);
}

/* So many lines, numbered. */
static void paste_many(int count)
{
    static char text[8 * 4096];
    char *to = text;
    for (int i = 1; i <= count; i++) to += sprintf(to, "line%d\n", i);
    chat_paste(text);
}

static void expect_sent_until(int from, int to)
{
    char text[16];
    for (int i = from; i <= to; i++) {
        snprintf(text, sizeof text, "line%d", i);
        chat_expect_sent(PROTO_BROADCAST, "ada", text);
    }
    chat_expect_silence();
}

Test(paste_dialog, many_lines_go_slowly_and_can_be_stopped)
{
    paste_many(40);
    expect_words(PASTE_LINES, "l  as 40 lines, in 3 s");
    chat_type("l");
    size_t at_once = 40 - chat_paste_left();
    expect_sent_until(1, (int)at_once);
    chat_wait(1000);
    expect_sent_until((int)at_once + 1, (int)at_once + 10);
    char right[64];
    snprintf(right, sizeof right, "pasting %zu of 40 · Esc stops", at_once + 10);
    cr_expect_str_eq(chat_status_bar(80).right, right);
    chat_type(ESCAPE);
    cr_expect_eq(chat_paste_left(), 0);
    cr_expect_str_eq(chat_status_bar(80).right, "");
    const char *rest = chat_draft();
    snprintf(right, sizeof right, "line%zu\n", at_once + 11);
    cr_expect_eq(strncmp(rest, right, strlen(right)), 0, "%s", rest);
    cr_expect(strstr(rest, "\nline40") && rest[strlen(rest) - 1] == '0');
    chat_wait(10000);
    chat_expect_silence();
}

/* What was typed meanwhile is not a part of the paste. */
Test(paste_dialog, stopping_leaves_what_was_typed)
{
    paste_many(40);
    chat_type("l");
    chat_type("mine\r");
    size_t gone = 40 - chat_paste_left();
    expect_sent_until(1, (int)gone);
    chat_type(ESCAPE);
    chat_wait(10000);
    chat_expect_sent(PROTO_BROADCAST, "ada", "mine");
    chat_expect_silence();
}

Test(paste_dialog, more_lines_than_can_wait_are_not_sent_one_by_one)
{
    paste_many(OUTBOX_LINES + 1);
    expect_words(PASTE_LINES, "l  as lines: too many at once");
    chat_type("l" DOWN "\r");
    chat_expect_silence();
    cr_expect_not(chat_paste_dialog()->open);
    cr_expect_eq(strncmp(chat_draft(), "line1\n", 6), 0);
}

Test(paste_dialog, what_no_packet_holds_is_no_message)
{
    static char text[FRAME_PAYLOAD_MAX];
    memset(text, '"', FRAME_PAYLOAD_MAX - 1);
    text[10] = '\n';
    chat_paste(text);
    expect_words(PASTE_ONE, "o  as one: too long");
    cr_expect_eq(chat_paste_dialog()->chosen, PASTE_LINES);
    chat_type("o");
    cr_expect(chat_paste_dialog()->open);
}

Test(paste_dialog, it_says_when_it_was_cut)
{
    const struct action in = {.kind = ACTION_PASTE, .text = "one", .n = 3, .cut = true};
    chat_input(&in);
    expect_title("Paste: 1 line, 3 bytes, cut there");
    expect_words(PASTE_LINES, "l  as 1 line");
}

Test(paste_dialog, what_was_sent_of_it_comes_back_with_up)
{
    chat_paste("/quit oops\ntwo");
    chat_type("o");
    chat_expect_sent(PROTO_BROADCAST, "ada", "/quit oops\ntwo");
    chat_type(UP);
    chat_expect_typed("//quit oops\ntwo");
    chat_type("\r");
    chat_expect_sent(PROTO_BROADCAST, "ada", "/quit oops\ntwo");
    chat_paste("/one\n\nthree\n");
    chat_type("l");
    chat_expect_sent(PROTO_BROADCAST, "ada", "/one");
    chat_expect_sent(PROTO_BROADCAST, "ada", "three");
    chat_type(UP);
    chat_expect_typed("three");
    chat_type(UP);
    chat_expect_typed("//one");
    chat_expect_silence();
}
