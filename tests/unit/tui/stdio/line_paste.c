#include "tui/stdio/line_paste.h"

#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"
#include "tui/stdio/line_mode.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void open_client(void)
{
    harness_join_frontend(&line_mode);
}

static void close_client(void)
{
    line_paste_clear(&harness.frontend.line_mode.paste);
    harness_close();
}

TestSuite(line_paste, .init = open_client, .fini = close_client);

/* Gives the lines to the front end, as if they had arrived together. */
static void paste(const char *const *lines)
{
    harness.frontend.pasted = true;
    for (; *lines != NULL; lines++) harness_take_line(*lines);
    harness.frontend.pasted = false;
}

#define PASTE(...) paste((const char *const[]){__VA_ARGS__, NULL})

static void expect_question(size_t lines)
{
    harness_expect_output("- " LINE_PASTE_QUESTION "\n", lines, lines == 1 ? "" : "s");
    harness_expect_nothing_sent();
}

Test(line_paste, nothing_is_sent_before_the_answer)
{
    PASTE("one", "", "two");
    expect_question(2);
    harness_take_line("o");
    harness_expect_sent(PROTO_BROADCAST, "ada", "one\n\ntwo");
    harness_expect_no_output();
    harness_take_line("o");
    harness_expect_sent(PROTO_BROADCAST, "ada", "o");
}

Test(line_paste, its_lines_are_texts_and_never_commands)
{
    PASTE("/quit", "//usr");
    expect_question(2);
    harness_take_line("l");
    harness_expect_sent(PROTO_BROADCAST, "ada", "/quit");
    harness_expect_sent(PROTO_BROADCAST, "ada", "/usr");
    cr_expect_eq(harness.session.state, SESSION_JOINED);
}

Test(line_paste, it_is_cancelled)
{
    PASTE("one", "two");
    expect_question(2);
    harness_take_line("C");
    harness_expect_output("- " LINE_PASTE_CANCELLED "\n");
    harness_expect_nothing_sent();
}

Test(line_paste, a_second_paste_and_other_lines_are_added)
{
    PASTE("one", "two");
    expect_question(2);
    PASTE("o", "l");
    expect_question(4);
    harness_take_line("the end");
    expect_question(5);
    harness_take_line("o");
    harness_expect_sent(PROTO_BROADCAST, "ada", "one\ntwo\no\nl\nthe end");
}

Test(line_paste, the_question_waits_for_the_rest_of_the_paste)
{
    PASTE("one");
    harness.frontend.pasted = harness.frontend.unsettled = true;
    harness_expect_line_held("two");
    harness_expect_no_output();
    harness.frontend.unsettled = false;
    harness_take_line("two");
    expect_question(2);
}

/* Until then, it may be pasted. */
Test(line_paste, a_typed_line_waits_a_moment)
{
    harness.frontend.unsettled = true;
    harness_expect_line_held("hello");
    harness.frontend.unsettled = false;
    harness_take_line("hello");
    harness_expect_sent(PROTO_BROADCAST, "ada", "hello");
}

Test(line_paste, what_is_too_long_is_not_sent_and_asked_again)
{
    char *text = calloc(1, FRAME_PAYLOAD_MAX + 1);
    memset(text, 'x', FRAME_PAYLOAD_MAX / 2);
    PASTE(text, text);
    expect_question(2);
    harness_take_line("o");
    harness_expect_output("- " MESSAGE_TOO_LONG "\n- " LINE_PASTE_QUESTION "\n", (size_t)2, "s");
    harness_expect_nothing_sent();
    harness_take_line("l");
    harness_expect_sent(PROTO_BROADCAST, "ada", text);
    harness_expect_sent(PROTO_BROADCAST, "ada", text);
    memset(text, 'x', FRAME_PAYLOAD_MAX);
    PASTE("short", text);
    expect_question(2);
    harness_take_line("l");
    harness_expect_output("- " MESSAGE_TOO_LONG "\n- " LINE_PASTE_QUESTION "\n", (size_t)2, "s");
    harness_expect_nothing_sent();
    free(text);
}

Test(line_paste, the_end_of_the_input_sends_nothing_of_it)
{
    PASTE("one", "two");
    expect_question(2);
    line_mode.end(&harness.frontend);
    harness_expect_output("- " LINE_PASTE_CANCELLED "\n");
    harness_expect_sent(PROTO_GOODBYE, "ada", "BYE");
}

Test(line_paste, it_is_bounded)
{
    static char line[LINE_PASTE_MAX / 4];
    struct line_paste p = {0};
    memset(line, 'x', sizeof line - 2);
    for (int i = 0; i < 4; i++) cr_assert(line_paste_add(&p, line));
    cr_expect_not(line_paste_add(&p, line));
    cr_expect_eq(p.lines, 4);
    line_paste_clear(&p);
    cr_expect_null(p.text);
}
