#include "tui/base/byte_queue.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct lines l;

static void add(const char *text)
{
    cr_assert(lines_add(&l, text, strlen(text)));
}

static void expect(bool ended, const char *text)
{
    struct span line;
    cr_assert_eq(lines_next(&l, ended, &line), LINES_ONE, "not \"%s\"", text);
    cr_expect_eq(line.n, strlen(text), "%zu", line.n);
    cr_expect_eq(memcmp(line.p, text, line.n), 0, "%.*s", (int)line.n, line.p);
}

static void expect_none(bool ended)
{
    struct span line;
    cr_expect_eq(lines_next(&l, ended, &line), LINES_NONE);
}

static void close_lines(void)
{
    lines_free(&l);
}

TestSuite(lines, .fini = close_lines);

Test(lines, are_cut_however_they_come)
{
    expect_none(false);
    add("one\ntwo\r\n\nth");
    expect(false, "one");
    expect(false, "two");
    expect(false, "");
    expect_none(false);
    add("ree");
    expect_none(false);
    add("\nfour");
    expect(false, "three");
    cr_expect_eq(l.number, 4);
}

Test(lines, the_last_one_needs_no_line_feed)
{
    add("one\nlast");
    expect(true, "one");
    expect(true, "last");
    expect_none(true);
}

Test(lines, none_is_made_up_at_the_end)
{
    expect_none(true);
    add("one\n");
    expect(true, "one");
    expect_none(true);
}

Test(lines, one_can_be_put_back)
{
    add("one\ntwo\n");
    expect(false, "one");
    expect(false, "two");
    lines_again(&l);
    add("three\n");
    expect(false, "two");
    cr_expect_eq(l.number, 2);
    expect(false, "three");
}

Test(lines, one_that_is_too_long_is_left_out_and_told_of_once)
{
    static char piece[LINES_MAX / 2];
    struct span line;
    memset(piece, 'x', sizeof piece);
    add("one\n");
    expect(false, "one");
    for (int i = 0; i < 9; i++) {
        cr_assert(lines_add(&l, piece, sizeof piece));
        expect_none(false);
        cr_expect_leq(l.cap, 4 * LINES_MAX);
    }
    add("\nthree\n");
    cr_expect_eq(lines_next(&l, false, &line), LINES_TOO_LONG);
    cr_expect_eq(l.number, 2);
    expect(false, "three");
    for (int i = 0; i < 3; i++) cr_assert(lines_add(&l, piece, sizeof piece));
    expect_none(false);
    cr_expect_eq(lines_next(&l, true, &line), LINES_TOO_LONG);
    expect_none(true);
}

Test(lines, one_that_is_just_short_enough)
{
    static char most[LINES_MAX];
    struct span line;
    memset(most, 'x', sizeof most);
    cr_assert(lines_add(&l, most, sizeof most));
    expect_none(false);
    add("\n");
    cr_expect_eq(lines_next(&l, false, &line), LINES_ONE);
    cr_expect_eq(line.n, LINES_MAX);
}
