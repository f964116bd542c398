#include "tui/ui/dialogs/help_screen.h"

#include "common/text.h"
#include "tests/count.h"
#include "tui/core/commands.h"
#include "tui/ui/key_bindings.h"

#include <criterion/criterion.h>
#include <string.h>

static const int sizes[HELP_GROUPS] = {8, 5, 2, 4};

static const struct help closed;

static void expect_groups(int rows, int columns, const struct help_place groups[HELP_GROUPS])
{
    const struct help_layout l = help_make(sizes, rows, columns);
    cr_assert(l.whole, "%d rows, %d columns", rows, columns);
    for (int g = 0; g < HELP_GROUPS; g++) {
        cr_expect_eq(l.groups[g].column, groups[g].column, "group %d", g);
        cr_expect_eq(l.groups[g].row, groups[g].row, "group %d", g);
    }
}

Test(help_screen, groups_stay_whole_in_columns_of_about_the_same_height)
{
    static const struct {
        int rows, columns;
        struct help_place groups[HELP_GROUPS];
    } screens[] = {
        {30, 79, {{0, 0}, {0, 9}, {0, 15}, {0, 18}}}, {20, 79, {{0, 0}, {0, 8}, {0, 13}, {0, 15}}},
        {30, 80, {{0, 0}, {1, 0}, {0, 9}, {1, 6}}},   {10, 80, {{0, 0}, {1, 0}, {0, 8}, {1, 5}}},
        {30, 120, {{0, 0}, {1, 0}, {1, 6}, {2, 0}}},  {30, 160, {{0, 0}, {1, 0}, {1, 6}, {2, 0}}},
    };
    for (size_t i = 0; i < COUNT(screens); i++)
        expect_groups(screens[i].rows, screens[i].columns, screens[i].groups);
}

Test(help_screen, columns_share_the_width)
{
    cr_expect_eq(help_make(sizes, 30, 60).width, 60);
    cr_expect_eq(help_make(sizes, 30, 88).width, 44);
    cr_expect_eq(help_make(sizes, 30, 200).width, HELP_COLUMN_MAX);
}

static int count_shown(const struct help_layout *l, const struct help *h)
{
    int shown = 0;
    for (int g = 0; g < HELP_GROUPS; g++)
        for (int i = 0; i < l->sizes[g]; i++) shown += help_place(l, h, g, i).row >= 0;
    return shown;
}

static bool press(struct help *h, enum action_kind kind, const struct help_layout *l)
{
    const struct action action = {.kind = kind, .text = "x", .n = 1};
    return help_input(h, &action, l);
}

Test(help_screen, what_does_not_fit_is_scrolled)
{
    const struct help_layout l = help_make(sizes, 5, 80), narrow = help_make(sizes, 10, 39);
    struct help h = {.open = true};
    cr_assert_not(l.whole);
    cr_expect_eq(count_shown(&l, &h), 10);
    cr_expect(press(&h, ACTION_PAGE_DOWN, &l));
    cr_expect_eq(h.top, 5);
    cr_expect_eq(help_place(&l, &h, HELP_READ, 0).row, 3);
    for (int i = 0; i < 9; i++) press(&h, ACTION_LINE_DOWN, &l);
    cr_expect_eq(h.top, 9);
    cr_expect_eq(count_shown(&l, &h), 10);
    cr_expect_eq(help_place(&l, &h, HELP_ROOM, 3).row, 4);
    for (int i = 0; i < 3; i++) press(&h, ACTION_PAGE_UP, &l);
    cr_expect_eq(h.top, 0);
    cr_expect(h.open);
    cr_expect_eq(count_shown(&narrow, &h), 5);
    cr_expect_str_neq(help_foot(&l, false), help_foot(&(struct help_layout){.whole = true}, false));
}

Test(help_screen, groups_may_be_broken_if_all_fit_then)
{
    static const int uneven[HELP_GROUPS] = {7, 7, 5, 1};
    const struct help_layout l = help_make(uneven, 10, 80), all = {.whole = true};
    struct help h = {.open = true};
    cr_assert_not(l.whole);
    cr_expect_eq(count_shown(&l, &h), 20);
    cr_expect_str_eq(help_foot(&l, false), help_foot(&all, false));
    press(&h, ACTION_PAGE_DOWN, &l);
    cr_expect_eq(h.top, 0);
}

Test(help_screen, any_other_key_closes_it_and_types_nothing)
{
    static const struct {
        enum action_kind kind;
        bool closes_only;
    } keys[] = {
        {ACTION_TEXT, true},   {ACTION_EDIT, true},    {ACTION_ENTER, true},
        {ACTION_ESCAPE, true}, {ACTION_NEWLINE, true}, {ACTION_COMPLETE, true},
        {ACTION_HELP, true},   {ACTION_QUIT, false},   {ACTION_SEARCH_BACKWARD, false},
        {ACTION_PASTE, false},
    };
    const struct help_layout l = help_make(sizes, 30, 80);
    for (size_t i = 0; i < COUNT(keys); i++) {
        struct help h = {.open = true};
        cr_expect_eq(press(&h, keys[i].kind, &l), keys[i].closes_only, "key %zu", i);
        cr_expect_not(h.open);
    }
    cr_expect_eq(help_place(&l, &closed, HELP_WRITE, 3).row, 3);
}

/* The texts fit their columns, and every command is there once. */
Test(help_screen, the_entries_fit)
{
    const struct layout_box box = {.rows = 21, .columns = 80};
    const struct help_layout l = key_bindings_help_layout(&box);
    int commands = 0;
    for (int g = 0; g < HELP_GROUPS; g++)
        for (int i = 1; i < l.sizes[g]; i++) {
            struct help_entry e = key_bindings_help((enum help_group)g, i);
            cr_expect_lt(text_width(e.name, strlen(e.name)) + strlen(e.argument) + e.command,
                         HELP_KEYS, "%s%s", e.name, e.argument);
            cr_expect_lt(strlen(e.help), HELP_COLUMN - HELP_KEYS, "%s", e.help);
            commands += e.command || strchr(e.name, '/') != NULL;
        }
    int all = 0;
    while (command_help((size_t)all) != NULL) all++;
    cr_expect_eq(commands, all);
}
