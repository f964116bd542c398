#include "tui/ui/dialogs/nick_dialog.h"

#include "common/nick.h"
#include "tui/base/messages.h"
#include "tui/editor/line_editor.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct nick_dialog d;

static void open_dialog(void)
{
    cr_assert(nick_dialog_init(&d));
    nick_dialog_open(&d, "ada");
}

static void close_dialog(void)
{
    nick_dialog_free(&d);
}

TestSuite(nick_dialog, .init = open_dialog, .fini = close_dialog);

static const char *key(enum action_kind kind, enum edit edit)
{
    return nick_dialog_input(&d, &(struct action){.kind = kind, .edit = edit});
}

static void type(const char *text)
{
    struct action in = {.kind = ACTION_TEXT, .text = text, .n = strlen(text)};
    cr_expect_null(nick_dialog_input(&d, &in));
}

static void paste(const char *text)
{
    struct action in = {.kind = ACTION_PASTE, .text = text, .n = strlen(text)};
    cr_expect_null(nick_dialog_input(&d, &in));
}

static void expect_field(const char *text)
{
    cr_expect_str_eq(editor_text(d.editor, NULL), text);
}

Test(nick_dialog, enter_accepts_the_proposal)
{
    cr_expect(d.open && d.replace_on_type);
    cr_expect_str_eq(key(ACTION_ENTER, 0), "ada");
}

Test(nick_dialog, typing_replaces_the_proposal)
{
    type("b");
    type("o");
    expect_field("bo");
    cr_expect_str_eq(key(ACTION_ENTER, 0), "bo");
}

Test(nick_dialog, deleting_removes_the_proposal)
{
    key(ACTION_EDIT, EDIT_BACKSPACE);
    expect_field("");
    key(ACTION_EDIT, EDIT_UNDO);
    nick_dialog_open(&d, "ada");
    key(ACTION_EDIT, EDIT_KILL_WORD_LEFT);
    expect_field("");
}

Test(nick_dialog, moving_accepts_the_proposal)
{
    key(ACTION_EDIT, EDIT_LEFT);
    type("x");
    expect_field("adxa");
    key(ACTION_EDIT, EDIT_BACKSPACE);
    expect_field("ada");
}

Test(nick_dialog, no_proposal_is_not_fresh)
{
    nick_dialog_open(&d, "");
    cr_expect_not(d.replace_on_type);
    cr_expect_null(key(ACTION_ENTER, 0));
    cr_expect_str_eq(d.message, NICK_EMPTY);
}

Test(nick_dialog, the_rule_is_checked_before_the_server_is_asked)
{
    type("a  b");
    cr_expect_str_eq(d.message, MESSAGE_NICK_RULE);
    cr_expect_null(key(ACTION_ENTER, 0));
    cr_expect_str_eq(d.message, NICK_SPACING);
    expect_field("a  b");
    key(ACTION_EDIT, EDIT_BACKSPACE);
    cr_expect_str_eq(d.message, MESSAGE_NICK_RULE);
}

Test(nick_dialog, a_refused_name_stays_and_grows)
{
    type("bob");
    key(ACTION_ENTER, 0);
    nick_dialog_refused(&d, "bob", NULL);
    char refused[128];
    snprintf(refused, sizeof refused, MESSAGE_NICK_REFUSED, "bob");
    cr_expect_str_eq(d.message, refused);
    type("2");
    expect_field("bob2");
}

Test(nick_dialog, a_refused_name_that_looks_like_another_says_which)
{
    nick_dialog_close(&d);
    nick_dialog_refused(&d, "сосо", "coco");
    cr_expect(strstr(d.message, "coco"));
    expect_field("сосо");
}

Test(nick_dialog, a_refusal_opens_it)
{
    nick_dialog_close(&d);
    nick_dialog_refused(&d, "carl", NULL);
    cr_expect(d.open);
    expect_field("carl");
    type("a");
    expect_field("carla");
}

Test(nick_dialog, a_pasted_name_comes_without_the_end_of_its_line)
{
    paste("bob\n");
    expect_field("bob");
    paste("\n\n");
    expect_field("bob");
}

Test(nick_dialog, what_is_far_too_long_is_not_taken)
{
    char text[400];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    paste(text);
    expect_field("");
    cr_expect_str_eq(d.message, MESSAGE_NICK_TOO_LONG);
}

Test(nick_dialog, other_keys_are_none_of_its_business)
{
    cr_expect_null(key(ACTION_ESCAPE, 0));
    cr_expect_null(key(ACTION_PAGE_UP, 0));
    cr_expect(d.replace_on_type);
}
