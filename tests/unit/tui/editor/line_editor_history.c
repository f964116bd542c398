#include "tests/count.h"
#include "tests/unit/support/edited.h"
#include "tui/editor/input_history.h"
#include "tui/editor/undo.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(line_editor_history, .init = edited_open, .fini = edited_close);

Test(line_editor_history, undo_takes_typing_back_by_words)
{
    edited_type("two words, then");
    edited_step("U", "two words, |", "once");
    edited_step("U", "two |", "twice");
    edited_type("x");
    editor_do(edited, EDIT_LEFT);
    edited_type("y");
    edited_step("U", "two |x", "moving ends a run");
    edited_step("UU", "|", "all");
    edited_type("a");
    edited_paste("bcd");
    edited_type("e");
    edited_step("U", "abcd|", "typed after a paste");
    edited_step("U", "a|", "a paste is one step");
}

Test(line_editor_history, undo_is_bounded)
{
    for (int i = 0; i < 3 * UNDO_MAX; i++) edited_paste("ab");
    for (int i = 0; i < 4 * UNDO_MAX; i++) editor_do(edited, EDIT_UNDO);
    cr_expect_eq(strlen(editor_text(edited, NULL)), (size_t)UNDO_MAX * 4);
}

static void send_line(const char *s)
{
    editor_set(edited, s);
    editor_commit(edited);
    edited_expect("|", s);
}

Test(line_editor_history, history)
{
    edited_do("on");
    send_line("one");
    send_line("two");
    send_line("two");
    send_line("");
    edited_type("draft");
    edited_step("o", "two|", "up");
    edited_step("oo", "one|", "top");
    edited_step("n", "two|", "down");
    edited_step("nn", "draft|", "the draft comes back");
    edited_step("oB", "tw|", "a line called up is edited");
    edited_step("n", "draft|", "and left");
    edited_step("UU", "two|", "undo finds it again");
    edited_step("U", "draft|", "and what was before");
    edited_type("s");
    edited_step("on", "drafts|", "which is the draft");
    edited_do("o");
    editor_commit(edited);
    edited_step("oo", "one|", "a line sent again is there once");
}

Test(line_editor_history, history_is_bounded)
{
    char line[32];
    for (int i = 0; i < HISTORY_MAX + 20; i++) {
        snprintf(line, sizeof line, "line %d", i);
        send_line(line);
    }
    for (int i = 0; i < 2 * HISTORY_MAX; i++) editor_do(edited, EDIT_HISTORY_PREV);
    edited_expect("line 20|", "the oldest kept");
}
