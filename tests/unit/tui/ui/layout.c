#include "tui/ui/layout.h"

#include "common/text.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void expect_inside(const struct layout_box *box, int rows, int columns)
{
    cr_expect(box->row >= 0 && box->column >= 0 && box->rows >= 0 && box->columns >= 0);
    cr_expect(box->row + box->rows <= rows && box->column + box->columns <= columns);
}

static void check(int rows, int columns, int lines)
{
    struct layout l = {.input_rows = lines};
    layout_make(&l, rows, columns);
    cr_expect_eq(l.too_small, rows < 6 || columns < 20);
    if (l.too_small) return;
    cr_expect_eq(l.title.rows + l.pane.rows + l.status.rows + l.input.rows, rows);
    cr_expect_eq(l.pane.row, l.title.rows);
    cr_expect_eq(l.pane.columns, columns);
    expect_inside(&l.members, rows, columns);
    cr_expect_eq(l.status.row, l.pane.row + l.pane.rows);
    cr_expect_eq(l.input.row + l.input.rows, rows);
    cr_expect_geq(l.pane.rows, lines > 1 ? 3 : 4);
    expect_inside(&l.nick_dialog, rows, columns);
    expect_inside(&l.nick_field, l.nick_dialog.rows - 1, l.nick_dialog.columns - 1);
    expect_inside(&l.nick_message, l.nick_dialog.rows - 1, l.nick_dialog.columns - 1);
    cr_expect_gt(l.nick_message.row, l.nick_field.row);
    cr_expect_geq(l.nick_message.rows, 2);
    cr_expect_geq(l.nick_field.columns, 18);
    expect_inside(&l.key_dialog, rows, columns);
    expect_inside(&l.key_text, l.key_options.row, l.key_dialog.columns - 1);
    expect_inside(&l.key_options, l.key_dialog.rows - 1, l.key_dialog.columns - 1);
    cr_expect_leq(l.key_message.row + l.key_message.rows, l.key_text.row);
    cr_expect_geq(l.key_text.rows * l.key_text.columns, 50);
    expect_inside(&l.paste_dialog, rows, columns);
    expect_inside(&l.preview, l.paste_dialog.rows - 1, l.paste_dialog.columns - 1);
    expect_inside(&l.options, l.paste_dialog.rows - 1, l.paste_dialog.columns - 1);
    cr_expect_eq(l.options.rows, 4);
    cr_expect_leq(l.preview.row + l.preview.rows, l.options.row);
}

Test(layout, every_screen)
{
    for (int rows = 0; rows < 40; rows++)
        for (int columns = 0; columns < 130; columns++) check(rows, columns, rows % 9);
    check(500, 1000, 1);
}

Test(layout, the_members_are_beside_the_messages_from_110_columns_on)
{
    for (int columns = 20; columns < 250; columns++) {
        struct layout l = {.show_members = true};
        layout_make(&l, 24, columns);
        expect_inside(&l.members, 24, columns);
        cr_expect_eq(l.members.rows, l.pane.rows);
        cr_expect_eq(l.pane.columns < columns, columns >= 110);
        if (columns < 110) continue;
        cr_expect_eq(l.members.column, l.pane.columns);
        cr_expect_eq(l.members.column + l.members.columns, columns);
        cr_expect_geq(l.pane.columns, 88);
    }
}

Test(layout, the_title_goes_first)
{
    struct layout l = {0};
    layout_make(&l, 6, 20);
    cr_expect_eq(l.title.rows, 0);
    cr_expect_eq(l.pane.rows, 4);
    layout_make(&l, 24, 80);
    cr_expect_eq(l.title.rows, 1);
}

static const struct layout *wide(int columns)
{
    static struct layout l;
    l.columns = l.pane.columns = columns;
    return &l;
}

static struct line said(enum line_kind kind, const char *nick)
{
    static char name[128], text[] = "text";
    snprintf(name, sizeof name, "%s", nick);
    return (struct line){.at = 1, .kind = kind, .nick = name, .text = text};
}

Test(layout, a_short_name_stands_right_aligned_before_the_separator)
{
    struct line line = said(LINE_MESSAGE, "ada");
    struct line_columns side = layout_line(wide(80), &line, true);
    cr_expect(side.time && !side.inlined);
    cr_expect_eq(side.nick + 3, side.separator - 1);
    cr_expect_eq(side.text, side.separator + 2);
    side = layout_line(wide(80), &line, false);
    cr_expect(!side.time && side.nick_cells == 0);
    cr_expect_eq(side.text, side.separator + 2);
}

Test(layout, a_long_name_moves_nothing)
{
    struct line shorter = said(LINE_MESSAGE, "ada");
    struct line_columns one = layout_line(wide(80), &shorter, true);
    struct line longer = said(LINE_MESSAGE, "abcdefghijklmnopqrstuvwxyz012345");
    struct line_columns two = layout_line(wide(80), &longer, true);
    cr_expect_eq(one.separator, two.separator);
    cr_expect_eq(two.nick, one.text);
    cr_expect_eq(two.nick_cells, 32);
    cr_expect_eq(two.text, two.nick + 32 + 2);
    cr_expect_eq(layout_gutter(wide(80), &longer, false), one.text);
}

Test(layout, a_narrow_screen_leaves_the_room_to_the_text)
{
    struct line line = said(LINE_OWN, "ada");
    struct line_columns side = layout_line(wide(20), &line, true);
    cr_expect(!side.time && side.inlined && !side.clipped);
    cr_expect_eq(side.separator, 0);
    cr_expect_eq(side.nick, 2);
    cr_expect_eq(side.text, 7);
    cr_expect_eq(layout_gutter(wide(20), &line, false), 4);
    line = said(LINE_OWN, "abcdefghijklmnopqrstuvwxyz012345");
    side = layout_line(wide(20), &line, true);
    cr_expect(side.clipped);
    cr_expect_leq(side.text, 20 - 8);
}

Test(layout, a_break_begins_like_a_day)
{
    struct line line = said(LINE_GAP, "");
    cr_expect_eq(layout_gutter(wide(80), &line, true), 2);
    cr_expect_eq(layout_gutter(wide(20), &line, false), 2);
}

Test(layout, an_action_has_a_star_in_the_column_for_nicknames)
{
    struct line action = said(LINE_MESSAGE, "a long nickname"), star = said(LINE_MESSAGE, "*");
    action.action = true;
    struct line_columns side = layout_line(wide(80), &action, true);
    cr_expect_eq(side.nick, layout_line(wide(80), &star, true).nick);
    cr_expect_eq(side.nick_cells, 1);
    cr_expect_eq(side.text, layout_gutter(wide(80), &action, false));
    cr_expect_eq(layout_line(wide(20), &action, true).nick_cells, 0);
}

/* Whatever is in a name: where a message has its separator, nothing else has one. */
Test(layout, the_separator_stands_still)
{
    static const char *const nicks[] = {"", "a", "abcdefghijkl", "abcdefghijklm", "中中中中中中中"};
    struct line notice = said(LINE_SERVER, "");
    for (int columns = 20; columns < 200; columns++) {
        int separator = layout_line(wide(columns), &notice, true).separator;
        for (size_t i = 0; i < sizeof nicks / sizeof *nicks; i++) {
            struct line line = said(LINE_MESSAGE, nicks[i]);
            for (int first = 0; first < 2; first++) {
                struct line_columns side = layout_line(wide(columns), &line, first);
                cr_expect_eq(side.separator, separator);
                cr_expect(side.nick_cells == 0 || side.nick + side.nick_cells < separator ||
                          side.nick > separator);
                cr_expect_gt(side.text, separator);
                cr_expect_leq(side.text, columns - 8);
            }
        }
    }
}

Test(layout, a_time_that_is_not_known_leaves_its_column_empty)
{
    struct line line = said(LINE_MESSAGE, "bob");
    struct line_columns with = layout_line(wide(80), &line, true);
    line.at = 0;
    struct line_columns without = layout_line(wide(80), &line, true);
    cr_expect(with.time && !without.time);
    cr_expect_eq(with.text, without.text);
}

Test(layout, without_times_the_text_begins_further_left)
{
    struct line line = said(LINE_MESSAGE, "bob");
    struct layout timeless = {.columns = 80, .pane.columns = 80, .hide_timestamps = true};
    struct line_columns with = layout_line(wide(80), &line, true);
    struct line_columns without = layout_line(&timeless, &line, true);
    cr_expect(with.time && !without.time);
    cr_expect_lt(without.separator, with.separator);
    cr_expect_eq(with.text - without.text, with.separator - without.separator);
    layout_make(&timeless, 24, 80);
    cr_expect(timeless.hide_timestamps);
}

Test(layout, a_message_of_several_lines_takes_rows_from_the_pane)
{
    struct layout l = {.input_rows = 4};
    layout_make(&l, 24, 80);
    cr_expect_eq(l.input.row, 20);
    cr_expect_eq(l.input.rows, 4);
    cr_expect_eq(l.status.row, 19);
    cr_expect_eq(l.pane.row + l.pane.rows, 19);
    l.input_rows = 100;
    layout_make(&l, 24, 80);
    cr_expect_eq(l.input.rows, 8);
    layout_make(&l, 6, 20);
    cr_expect_eq(l.input.rows, 2);
    cr_expect_geq(l.pane.rows, 1);
    l.input_rows = 1;
    layout_make(&l, 24, 80);
    cr_expect_eq(l.input.rows, 1);
}

Test(layout, the_prompt_has_room_for_the_number_of_lines)
{
    cr_expect_eq(layout_prompt(0), 2);
    cr_expect_eq(layout_prompt(1), 2);
    cr_expect_eq(layout_prompt(2), 3);
    cr_expect_eq(layout_prompt(9), 3);
    cr_expect_eq(layout_prompt(10), 4);
    cr_expect_eq(layout_prompt(123), 5);
}
