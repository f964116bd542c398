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
    edited_do("no");
    editor_commit(edited);
    edited_step("oo", "drafts|", "a draft that was left for an older line");
}

Test(line_editor_history, a_line_sent_again_is_there_once)
{
    send_line("one");
    send_line("two");
    edited_do("o");
    editor_commit(edited);
    edited_step("oo", "one|", "above the newest");
}

Test(line_editor_history, edits_of_recalled_lines_survive)
{
    send_line("one");
    send_line("two");
    edited_type("draft");
    edited_do("oB");
    edited_step("oB", "on|", "both are edited");
    edited_step("n", "tw|", "the newer one");
    edited_step("n", "draft|", "the draft");
    edited_step("oo", "on|", "and the older one again");
    edited_step("U", "tw|", "undo goes the way back");
    edited_step("o", "on|", "and loses no edit");
    edited_type("ly");
    editor_commit(edited);
    edited_step("o", "only|", "the edited line was sent");
    edited_step("o", "draft|", "the draft was not lost");
    edited_step("o", "tw|", "an edit of a line that was not sent stays");
    edited_step("o", "one|", "a line that was edited and sent is as before");
}

Test(line_editor_history, undoing_the_edit_of_a_recalled_line_is_kept_too)
{
    send_line("one");
    edited_do("oBn");
    edited_step("UU", "one|", "undone");
    edited_step("no", "one|", "and it stays so");
}

Test(line_editor_history, an_entry_added_meanwhile_moves_nothing)
{
    send_line("one");
    edited_type("draft");
    edited_do("oB");
    editor_add_history(edited, "added");
    edited_step("n", "added|", "is newer");
    edited_step("n", "draft|", "and older than the draft");
    edited_step("oo", "on|", "the edit is at its line");
}

Test(line_editor_history, a_recalled_text_is_no_command)
{
    edited_open_limited(EDITED_LIMIT);
    cr_assert(editor_paste(edited, "/quit", 5));
    editor_commit(edited);
    edited_step("o", "/quit|", "pasted");
    cr_expect_not(editor_start_is_typed(edited));
    edited_do("wu");
    edited_type("/quit");
    cr_expect(editor_start_is_typed(edited));
    edited_step("no", "/quit|", "edited");
    cr_expect(editor_start_is_typed(edited));
}

Test(line_editor_history, only_a_draft_that_waits_is_left)
{
    cr_expect(editor_is_empty(edited));
    send_line("one");
    cr_expect(editor_is_empty(edited));
    edited_type("draft");
    edited_do("ou");
    cr_expect_not(editor_is_empty(edited));
    editor_commit(edited);
    cr_expect(editor_is_empty(edited));
    edited_step("o", "draft|", "recalled");
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
