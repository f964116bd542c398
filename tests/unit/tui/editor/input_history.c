#include "tui/editor/input_history.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct history h;

static void clear(void)
{
    history_clear(&h);
}

TestSuite(input_history, .fini = clear);

Test(input_history, the_newest_entry_comes_first)
{
    cr_expect_null(history_get(&h, 1));
    history_add(&h, "one");
    history_add(&h, "two");
    cr_expect_str_eq(history_get(&h, 1), "two");
    cr_expect_str_eq(history_get(&h, 2), "one");
    cr_expect_null(history_get(&h, 0));
    cr_expect_null(history_get(&h, 3));
}

Test(input_history, empty_texts_and_repeats_are_not_added)
{
    history_add(&h, "one");
    history_add(&h, "one");
    history_add(&h, "");
    cr_expect_null(history_get(&h, 2));
}

Test(input_history, the_oldest_entry_is_dropped_when_full)
{
    char text[16];
    for (int i = 0; i <= HISTORY_MAX; i++) {
        snprintf(text, sizeof text, "%d", i);
        history_add(&h, text);
    }
    cr_expect_str_eq(history_get(&h, HISTORY_MAX), "1");
    cr_expect_null(history_get(&h, HISTORY_MAX + 1));
}
