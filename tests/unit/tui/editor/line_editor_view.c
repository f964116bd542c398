#include "tests/count.h"
#include "tests/unit/support/edited.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(line_editor_view, .init = edited_open, .fini = edited_close);

static void expect_view(int columns, const char *text, int cursor)
{
    struct editor_view v;
    editor_show(edited, columns, &v);
    char *got = NULL;
    cr_assert_geq(asprintf(&got, "%s%s%s", v.more_left ? "<" : "", v.text, v.more_right ? ">" : ""),
                  0);
    cr_expect_str_eq(got, text, "%d columns: %s, not %s", columns, got, text);
    cr_expect_eq(v.cursor, cursor, "%d columns, %s: cursor at %d, not %d", columns, text, v.cursor,
                 cursor);
    free(got);
    free(v.text);
}

Test(line_editor_view, shows)
{
    static const struct {
        const char *at;
        int columns, cursor;
        const char *text;
    } rows[] = {{"|", 10, 0, ""},
                {"abc|", 10, 3, "abc"},
                {"a|bc", 10, 1, "abc"},
                {"漢字|", 10, 4, "漢字"},
                {"e\u0301|x", 10, 1, "e\u0301x"},
                {"👨‍👩‍👧|x", 10, 6, "👨👩👧x"},
                {"👍🏽|x", 10, 2, "👍x"},
                {"🇳🇱|x", 10, 2, "🇳🇱x"},
                {"1️⃣|x", 10, 1, "1\u20E3x"},
                {"a\n|b", 10, 2, "a↵b"},
                {"a\t|b", 10, 5, "a    b"},
                {"a\u200B|b", 12, 9, "a<U+200B>b"},
                {"123456789|", 10, 9, "123456789"},
                {"123456789X|", 10, 5, "< 789X"},
                {"12345|6789X", 10, 5, "123456789>"},
                {"12345678|9X", 10, 8, "123456789>"},
                {"123456789|X", 10, 5, "< 6789X"},
                {"|abc", 1, 0, ">"},
                {"abc|", 1, 0, "<"},
                {"a|bc", 2, 1, "< >"},
                {"漢|字", 2, 1, "< >"},
                {"abc|", 0, 0, "<"},
                {"漢字漢字漢|字", 8, 3, "< 漢字"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        edited_at(rows[i].at);
        expect_view(rows[i].columns, rows[i].text, rows[i].cursor);
    }
}

Test(line_editor_view, scrolls_only_when_it_must)
{
    static const struct {
        const char *commands, *text;
        int cursor;
    } steps[] = {{"l", "< ghij", 4},     {"ll", "< ghij", 2},    {"l", "< cdefghij", 5},
                 {"l", "< cdefghij", 4}, {"e", "< cdefghij", 9}, {"BBBB", "< cdef", 5},
                 {"u", "", 0},           {"U", "< cdef", 5}};
    edited_type("0123456789abcdefghij");
    expect_view(10, "< ghij", 5);
    for (size_t i = 0; i < COUNT(steps); i++) {
        edited_do(steps[i].commands);
        expect_view(10, steps[i].text, steps[i].cursor);
    }
    expect_view(40, "0123456789abcdef", 16);
    editor_commit(edited);
    edited_type("next");
    expect_view(10, "next", 4);
}

static void expect_line(size_t line, const char *text, int cursor)
{
    struct editor_view view;
    editor_show_line(edited, line, 10, &view);
    cr_expect_str_eq(view.text, text);
    if (cursor >= 0) cr_expect_eq(view.cursor, cursor);
    free(view.text);
}

Test(line_editor_view, lines_are_moved_through_before_the_history)
{
    edited_expect_rows("one\ntwo| -o> one|\ntwo", "one\nt|wo -o> o|ne\ntwo",
                       "a\nlonger| -o> a|\nlonger", "o|ne\ntwo -n> one\nt|wo",
                       "one|\na\nb -nn> one\na\nb|", "one\nt|wo\nthree -h> one\n|two\nthree",
                       "one\nt|wo\nthree -e> one\ntwo|\nthree", "one\nt|wo -k> one\nt|",
                       "one|\ntwo -k> one|two", "one\ntwo| -u> one\n|", "one\n|two -u> |two",
                       "one\ntwo\nthree| -uu> |", "one\ntwo| -uuy> one\ntwo|",
                       "漢字\n漢| -o> 漢|字\n漢", "| -o> |", "one\r\nt|wo -o> o|ne\r\ntwo",
                       "|one\r\ntwo -en> one\r\ntwo|");
}

Test(line_editor_view, each_line_is_shown_alone)
{
    size_t current;
    edited_at("one\n\na line of some length|");
    cr_expect_eq(editor_lines(edited, &current), 3);
    cr_expect_eq(current, 2);
    expect_line(0, "one", -1);
    expect_line(1, "", -1);
    expect_line(2, " ngth", 5);
    editor_do(edited, EDIT_HISTORY_PREV);
    editor_lines(edited, &current);
    cr_expect_eq(current, 1);
    expect_line(1, "", 0);
    expect_line(2, "a line of", -1);
    editor_do(edited, EDIT_HISTORY_PREV);
    expect_line(0, "one", 0);
    edited_at("|");
    cr_expect_eq(editor_lines(edited, &current), 1);
    expect_line(0, "", 0);
}
