#include "tui/stdio/line_reader.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct line_reader r;

static void add(const char *text)
{
    cr_assert(line_reader_add(&r, text, strlen(text)));
}

static void expect(bool ended, const char *text)
{
    struct span line;
    cr_assert_eq(line_reader_next(&r, ended, &line), LINE_READER_LINE, "not \"%s\"", text);
    cr_expect_eq(line.n, strlen(text), "%zu", line.n);
    cr_expect_eq(memcmp(line.p, text, line.n), 0, "%.*s", (int)line.n, line.p);
}

static void expect_none(bool ended)
{
    struct span line;
    cr_expect_eq(line_reader_next(&r, ended, &line), LINE_READER_NONE);
}

static void close_reader(void)
{
    line_reader_free(&r);
}

TestSuite(line_reader, .fini = close_reader);

Test(line_reader, are_cut_however_they_come)
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
    cr_expect_eq(r.number, 4);
}

Test(line_reader, the_last_one_needs_no_line_feed)
{
    add("one\nlast");
    expect(true, "one");
    expect(true, "last");
    expect_none(true);
}

Test(line_reader, none_is_made_up_at_the_end)
{
    expect_none(true);
    add("one\n");
    expect(true, "one");
    expect_none(true);
}

Test(line_reader, one_can_be_put_back)
{
    add("one\ntwo\n");
    expect(false, "one");
    expect(false, "two");
    line_reader_unread(&r);
    add("three\n");
    expect(false, "two");
    cr_expect_eq(r.number, 2);
    expect(false, "three");
}

Test(line_reader, one_that_is_too_long_is_left_out_and_told_of_once)
{
    static char piece[LINE_READER_MAX / 2];
    struct span line;
    memset(piece, 'x', sizeof piece);
    add("one\n");
    expect(false, "one");
    for (int i = 0; i < 9; i++) {
        cr_assert(line_reader_add(&r, piece, sizeof piece));
        expect_none(false);
        cr_expect_leq(r.bytes.capacity, 4 * LINE_READER_MAX);
    }
    add("\nthree\n");
    cr_expect_eq(line_reader_next(&r, false, &line), LINE_READER_TOO_LONG);
    cr_expect_eq(r.number, 2);
    expect(false, "three");
    for (int i = 0; i < 3; i++) cr_assert(line_reader_add(&r, piece, sizeof piece));
    expect_none(false);
    cr_expect_eq(line_reader_next(&r, true, &line), LINE_READER_TOO_LONG);
    expect_none(true);
}

Test(line_reader, one_that_is_just_short_enough)
{
    static char most[LINE_READER_MAX];
    struct span line;
    memset(most, 'x', sizeof most);
    cr_assert(line_reader_add(&r, most, sizeof most));
    expect_none(false);
    add("\n");
    cr_expect_eq(line_reader_next(&r, false, &line), LINE_READER_LINE);
    cr_expect_eq(line.n, LINE_READER_MAX);
}
