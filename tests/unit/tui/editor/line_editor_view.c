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

/* Expects the rows of a field, with a '|' at the cursor. */
static void expect_rows(int columns, const char *const rows[])
{
    size_t count = 0, current;
    editor_wrap(edited, columns);
    while (rows[count] != NULL) count++;
    cr_assert_eq(editor_rows(edited, &current), count, "%zu rows", editor_rows(edited, &current));
    for (size_t i = 0; i < count; i++) {
        struct editor_view v;
        char *got = NULL;
        struct text_row row = editor_row(edited, i);
        editor_show_row(edited, &row, &v);
        int cursor = i == current ? v.cursor : (int)strlen(v.text);
        cr_assert_geq(
            asprintf(&got, "%.*s%s%s", cursor, v.text, i == current ? "|" : "", v.text + cursor),
            0);
        cr_expect_str_eq(got, rows[i]);
        free(got);
        free(v.text);
    }
}

#define EXPECT_ROWS(columns, ...) expect_rows(columns, (const char *const[]){__VA_ARGS__, NULL})

Test(line_editor_view, the_text_is_wrapped_between_words)
{
    edited_at("|");
    EXPECT_ROWS(11, "|");
    edited_type("one two th");
    EXPECT_ROWS(11, "one two th|");
    edited_type("r");
    EXPECT_ROWS(11, "one two ", "thr|");
    edited_type("ee");
    EXPECT_ROWS(11, "one two ", "three|");
    edited_at("0123456789abc|def");
    EXPECT_ROWS(11, "0123456789", "abc|def");
    edited_at("0123456789| abc");
    EXPECT_ROWS(11, "0123456789| ", "abc");
    edited_at("0123456789 |abc");
    EXPECT_ROWS(11, "0123456789 ", "|abc");
    EXPECT_ROWS(40, "0123456789 |abc");
    EXPECT_ROWS(1, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9 ", "|a", "b", "c");
}

Test(line_editor_view, lines_and_rows)
{
    edited_at("one\n\na line of some length|");
    EXPECT_ROWS(11, "one", "", "a line of ", "some ", "length|");
    cr_expect_eq(editor_lines(edited), 3);
    edited_at("one\r\ntwo\n|");
    EXPECT_ROWS(11, "one", "two", "|");
    cr_expect_eq(editor_lines(edited), 3);
}

Test(line_editor_view, wide_characters_are_not_cut)
{
    struct editor_view v;
    edited_at("漢字漢|");
    editor_wrap(edited, 6);
    struct text_row row = editor_row(edited, 0);
    editor_show_row(edited, &row, &v);
    cr_expect_str_eq(v.text, "漢字");
    free(v.text);
    cr_assert(editor_next_row(edited, &row));
    editor_show_row(edited, &row, &v);
    cr_expect_not(editor_next_row(edited, &row));
    cr_expect_str_eq(v.text, "漢");
    cr_expect_eq(v.cursor, 2);
    free(v.text);
}

Test(line_editor_view, spaces_at_the_end_of_a_row_need_no_more_rows)
{
    struct editor_view v;
    edited_at("0123456789    |");
    editor_wrap(edited, 11);
    struct text_row row = editor_row(edited, 0);
    editor_show_row(edited, &row, &v);
    cr_expect_eq(v.cursor, 10, "the last cell");
    free(v.text);
}

Test(line_editor_view, up_and_down_move_by_rows)
{
    edited_at("one two three four| five\nsix");
    EXPECT_ROWS(11, "one two ", "three four| ", "five", "six");
    edited_step("o", "one two| three four five\nsix", "the position behind is in the next row");
    edited_step("n", "one two three f|our five\nsix", "the same column");
    edited_step("n", "one two three four five|\nsix", "a shorter row");
    edited_step("nn", "one two three four five\nsix|", "the last row");
    edited_step("ooo", "one| two three four five\nsix", "the first row");
}
