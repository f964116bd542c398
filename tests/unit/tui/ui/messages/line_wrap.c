#include "tui/ui/messages/line_wrap.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* The rows of a text, with bars between them. */
static const char *rows(const char *text, int cells)
{
    static char out[512];
    size_t n = strlen(text), at = 0, next;
    char *to = out;
    do {
        size_t end = line_wrap_next(text, n, at, cells, &next);
        if (at > 0) *to++ = '|';
        memcpy(to, text + at, end - at);
        to += end - at;
        at = next;
    } while (at < n);
    *to = '\0';
    return out;
}

Test(line_wrap, between_words)
{
    cr_expect_str_eq(rows("one two three", 8), "one two|three");
    cr_expect_str_eq(rows("one  two", 4), "one|two");
    cr_expect_str_eq(rows("one\n\ntwo", 80), "one||two");
}

Test(line_wrap, an_address_stays_whole_where_it_fits)
{
    static const char address[] = "https://example.org/a-page?of=this#length";
    char text[128], expected[128];
    snprintf(text, sizeof text, "see %s, it says", address);
    snprintf(expected, sizeof expected, "see|%s, it|says", address);
    cr_expect_str_eq(rows(text, (int)strlen(address) + 4), expected);
    snprintf(expected, sizeof expected, "see|%s,|it says", address);
    cr_expect_str_eq(rows(text, (int)strlen(address) + 1), expected);
}

Test(line_wrap, a_word_that_fits_no_row_is_broken_where_it_must_be)
{
    cr_expect_str_eq(rows("abcdefgh", 3), "abc|def|gh");
    cr_expect_str_eq(rows("a bcdefgh", 3), "a|bcd|efg|h");
}

Test(line_wrap, what_is_wide_does_not_stick_out)
{
    cr_expect_str_eq(rows("漢字漢字", 5), "漢字|漢字");
    cr_expect_str_eq(rows("漢字", 1), "漢|字");
    cr_expect_str_eq(rows("ab👍🏽", 4), "ab|👍🏽");
    cr_expect_str_eq(rows("e\u0301e\u0301e\u0301", 2), "e\u0301e\u0301|e\u0301");
}
