#include "tui/ui/nick_dialog.h"

#include <criterion/criterion.h>
#include <string.h>

static struct dialog d;

static void open_dialog(void)
{
    cr_assert(dialog_init(&d));
    dialog_open(&d, "ada");
}

static void close_dialog(void)
{
    dialog_free(&d);
}

TestSuite(dialog, .init = open_dialog, .fini = close_dialog);

static const char *key(enum input_kind kind, enum edit edit)
{
    return dialog_input(&d, &(struct input){.kind = kind, .edit = edit});
}

static void type(const char *text)
{
    struct input in = {.kind = INPUT_TEXT, .text = text, .n = strlen(text)};
    cr_expect_null(dialog_input(&d, &in));
}

static void paste(const char *text)
{
    struct input in = {.kind = INPUT_PASTE, .text = text, .n = strlen(text)};
    cr_expect_null(dialog_input(&d, &in));
}

static void expect_field(const char *text)
{
    cr_expect_str_eq(editor_text(d.field, NULL), text);
}

Test(dialog, enter_accepts_the_proposal)
{
    cr_expect(d.open && d.fresh);
    cr_expect_str_eq(key(INPUT_ENTER, 0), "ada");
}

Test(dialog, typing_replaces_the_proposal)
{
    type("b");
    type("o");
    expect_field("bo");
    cr_expect_str_eq(key(INPUT_ENTER, 0), "bo");
}

Test(dialog, deleting_removes_the_proposal)
{
    key(INPUT_EDIT, EDIT_BACKSPACE);
    expect_field("");
    key(INPUT_EDIT, EDIT_UNDO);
    dialog_open(&d, "ada");
    key(INPUT_EDIT, EDIT_CUT_WORD_LEFT);
    expect_field("");
}

Test(dialog, moving_accepts_the_proposal)
{
    key(INPUT_EDIT, EDIT_LEFT);
    type("x");
    expect_field("adxa");
    key(INPUT_EDIT, EDIT_BACKSPACE);
    expect_field("ada");
}

Test(dialog, no_proposal_is_not_fresh)
{
    dialog_open(&d, "");
    cr_expect_not(d.fresh);
    cr_expect_null(key(INPUT_ENTER, 0));
    cr_expect_str_eq(d.note, "Type a nickname.");
}

Test(dialog, the_rule_is_checked_before_the_server_is_asked)
{
    type("a  b");
    cr_expect(strstr(d.note, "Up to 32"));
    cr_expect_null(key(INPUT_ENTER, 0));
    cr_expect_str_eq(d.note, "Spaces go between words, one at a time.");
    expect_field("a  b");
    key(INPUT_EDIT, EDIT_BACKSPACE);
    cr_expect(strstr(d.note, "Up to 32"));
}

Test(dialog, a_refused_name_stays_and_grows)
{
    type("bob");
    key(INPUT_ENTER, 0);
    dialog_refused(&d, "bob");
    cr_expect(strstr(d.note, "refused"));
    type("2");
    expect_field("bob2");
}

Test(dialog, a_refusal_opens_it)
{
    dialog_close(&d);
    dialog_refused(&d, "carl");
    cr_expect(d.open);
    expect_field("carl");
    type("a");
    expect_field("carla");
}

Test(dialog, a_pasted_name_comes_without_the_end_of_its_line)
{
    paste("bob\n");
    expect_field("bob");
    paste("\n\n");
    expect_field("bob");
}

Test(dialog, what_is_far_too_long_is_not_taken)
{
    char text[400];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    paste(text);
    expect_field("");
    cr_expect(strstr(d.note, "too long"));
}

Test(dialog, other_keys_are_none_of_its_business)
{
    cr_expect_null(key(INPUT_ESCAPE, 0));
    cr_expect_null(key(INPUT_PAGE_UP, 0));
    cr_expect(d.fresh);
}
