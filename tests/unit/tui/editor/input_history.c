#include "tui/editor/input_history.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct history h;

static void clear(void)
{
    history_clear(&h);
}

TestSuite(input_history, .fini = clear);

static void add(const char *text)
{
    history_add(&h, text, true);
}

static void expect_line(size_t number, const char *text)
{
    cr_expect_str_eq(history_get(&h, number).text, text);
}

/* Expects these texts above the draft, the newest first. */
static void expect_lines(const char *const texts[])
{
    size_t number = HISTORY_DRAFT;
    for (; *texts != NULL; texts++) {
        number = history_older(&h, number);
        expect_line(number, *texts);
    }
    cr_expect_eq(history_older(&h, number), number);
}

#define EXPECT_LINES(...) expect_lines((const char *const[]){__VA_ARGS__, NULL})

Test(input_history, the_newest_entry_comes_first)
{
    cr_expect_eq(history_older(&h, HISTORY_DRAFT), HISTORY_DRAFT);
    add("one");
    add("two");
    EXPECT_LINES("two", "one");
    cr_expect_eq(history_newer(&h, 0), 1);
    cr_expect_eq(history_newer(&h, 1), HISTORY_DRAFT);
    cr_expect_eq(history_newer(&h, HISTORY_DRAFT), HISTORY_DRAFT);
}

Test(input_history, empty_texts_and_repeats_are_not_added)
{
    add("one");
    add("one");
    add("");
    EXPECT_LINES("one");
}

Test(input_history, a_text_that_is_not_a_command_is_no_repeat_of_one)
{
    add("/who");
    history_add(&h, "/who", false);
    EXPECT_LINES("/who", "/who");
    cr_expect(history_get(&h, 0).start_typed);
    cr_expect_not(history_get(&h, 1).start_typed);
}

Test(input_history, an_edit_hides_what_was_sent_until_it_is_removed)
{
    add("one");
    add("two");
    cr_expect(history_edit(&h, 0, "edited", false));
    cr_expect(history_edit(&h, HISTORY_DRAFT, "draft", true));
    EXPECT_LINES("two", "edited");
    cr_expect_not(history_get(&h, 0).start_typed);
    expect_line(HISTORY_DRAFT, "draft");
    cr_expect(history_edit(&h, 0, NULL, false));
    cr_expect(history_edit(&h, HISTORY_DRAFT, NULL, false));
    EXPECT_LINES("two", "one");
    cr_expect_null(history_get(&h, HISTORY_DRAFT).text);
}

Test(input_history, the_oldest_entry_is_dropped_when_full)
{
    char text[16];
    for (int i = 0; i <= HISTORY_MAX; i++) {
        snprintf(text, sizeof text, "%d", i);
        add(text);
        if (i == 0) history_edit(&h, 0, "edited", true);
    }
    expect_line(1, "1");
    cr_expect_eq(history_older(&h, 1), 1);
    cr_expect_null(history_get(&h, 0).text);
    cr_expect_not(history_edit(&h, 0, "edited", true));
    expect_line(HISTORY_MAX, text);
}
