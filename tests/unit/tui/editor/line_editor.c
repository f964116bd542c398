#include "tests/count.h"
#include "tests/unit/support/edited.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

TestSuite(line_editor, .init = edited_open, .fini = edited_close);

Test(line_editor, moving)
{
    edited_expect_rows("abc| -l> ab|c", "|abc -l> |abc", "abc| -r> abc|",
                       "a|e\u0301b -r> ae\u0301|b", "x👨‍👩‍👧| -l> x|👨‍👩‍👧",
                       "🇳🇱🇩🇪| -l> 🇳🇱|🇩🇪", "one two, three| -W> one two, |three",
                       "one two, three| -WW> one |two, three",
                       "one two, three| -WWWW> |one two, three",
                       "|one two, three -F> one| two, three", "one|, two -F> one, two|",
                       "żółć gęś| -WW> |żółć gęś", "  | -W> |  ", "a|bc -h> |abc", "a|bc -e> abc|");
}

Test(line_editor, deleting)
{
    edited_expect_rows("ab|c -B> a|c", "|abc -B> |abc", "xe\u0301|y -B> x|y",
                       "x👨‍👩‍👧| -B> x|", "🇳🇱|🇩🇪 -B> |🇩🇪", "ab|c -D> ab|",
                       "abc| -D> abc|", "|e\u0301x -D> |x", "a|bc -k> a|", "a|bc -u> |bc",
                       "one two| -w> one |", "one two | -w> one |", "one| two x -d> one| x");
}

Test(line_editor, cutting_and_pasting)
{
    edited_expect_rows("one two| -wy> one two|", "one two three| -wwy> one two three|",
                       "one two three| -wwhy> two three|one ", "one two three| -wlwy> one two| ",
                       "|one two three -ddey>  threeone two|", "a b|c d -uky> a bc d|",
                       "a b|c d -kuy> a bc d|", "ab|c -key> abc|", "abc| -hkkey> abc|",
                       "ab|c -klkryy> abb|", "abc| -y> abc|");
}

Test(line_editor, swapping)
{
    edited_expect_rows("ab| -t> ba|", "a|bc -t> ba|c", "|ab -t> |ab", "a| -t> a|", "| -t> |",
                       "e\u0301x| -t> xe\u0301|", "👨‍👩‍👧|z -t> z👨‍👩‍👧|");
}

Test(line_editor, undoing)
{
    edited_expect_rows("one two| -wU> one two|", "one two| -wwUU> one two|", "ab|c -kU> ab|c",
                       "ab|c -uUB> a|c", "a|bc -tU> a|bc", "| -U> |", "|abc -onB> |abc");
    editor_free(NULL);
}

Test(line_editor, a_cut_of_nothing_keeps_the_last_one)
{
    edited_at("one |two");
    edited_step("khrrrrrkey", "one two|", "");
}

Test(line_editor, cursor_rests_on_a_cluster_boundary)
{
    static const struct {
        const char *from, *typed, *to;
    } rows[] = {
        {"e|x", "\u0301", "e\u0301|x"}, {"|\u0301x", "e", "e\u0301|x"},
        {"👩|👧", "\u200D", "👩\u200D👧|"}, {"🇳|x", "🇱", "🇳🇱|x"},
        {"|🇱x", "🇳", "🇳🇱|x"},           {"\u1112|\u11ab", "\u1161", "\u1112\u1161\u11ab|"},
        {"\r|x", "\n", "\r\n|x"},       {"|", "\u0301", "\u0301|"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        edited_open_limited(EDITED_LIMIT);
        const char *bar = strchr(rows[i].from, '|');
        edited_paste(bar + 1);
        editor_do(edited, EDIT_HOME);
        cr_assert(editor_insert(edited, rows[i].from, (size_t)(bar - rows[i].from)));
        edited_paste(rows[i].typed);
        edited_expect(rows[i].to, rows[i].to);
    }
}

Test(line_editor, removing_what_stood_between_may_join)
{
    edited_at("🇳x|🇱");
    editor_do(edited, EDIT_BACKSPACE);
    edited_expect("🇳🇱|", "flag");
    edited_step("U", "🇳x|🇱", "undone");
}

Test(line_editor, limit)
{
    edited_open_limited(5);
    cr_expect(editor_insert(edited, "", 0));
    cr_expect_not(editor_insert(edited, "123456", 6));
    edited_paste("1234");
    cr_expect_not(editor_insert(edited, "é", 2));
    edited_expect("1234|", "does not fit");
    edited_paste("5");
    cr_expect_not(editor_insert(edited, "6", 1));
    cr_expect_not(editor_set(edited, "123456"));
    edited_expect("12345|", "full");
    edited_step("uyy", "12345|", "yanked once");
    cr_expect(editor_set(edited, "abcde"));
    edited_step("U", "12345|", "set and undone");
    edited_open_limited(0);
    cr_expect_not(editor_insert(edited, "a", 1));
    edited_step("lrWFheBDkuwdytUon", "|", "no room at all");
}

/* 64 KiB of the worst: no key may be felt. */
Test(line_editor, a_long_line_is_quick)
{
    static const char *const lines[] = {"word ",  "a",      "漢", "🇳",
                                        "\u200D", "\u0301", "\n", "\u3164"};
    for (size_t i = 0; i < COUNT(lines); i++) {
        edited_open_limited(EDITED_LIMIT);
        char *line = calloc(1, EDITED_LIMIT + 1);
        for (size_t n = 0, size = strlen(lines[i]); n + size <= EDITED_LIMIT; n += size)
            memcpy(line + n, lines[i], size);
        edited_paste(line);
        free(line);
        for (enum edit what = EDIT_LEFT; what <= EDIT_HISTORY_NEXT; what++) {
            struct editor_view v;
            clock_t start = clock();
            editor_do(edited, what);
            editor_show(edited, 200, &v);
            double ms = (double)(clock() - start) * 1000 / CLOCKS_PER_SEC;
            cr_expect(ms < 200, "line %zu, command %d took %.1f ms", i, (int)what, ms);
            free(v.text);
        }
    }
}
