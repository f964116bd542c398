#include "tui/stdio/line_bursts.h"

#include <criterion/criterion.h>
#include <string.h>

struct arrival {
    int64_t at; /* milliseconds; -1: the end of the row */
    const char *bytes;
};

static const struct {
    struct arrival arrivals[6];
    const char *pasted; /* a letter for each line: P, or T for typed */
} rows[] = {
    {{{0, "hello\n"}, {-1, NULL}}, "T"},
    {{{0, "hello\n"}, {LINE_BURSTS_GAP_MS, "/quit\n"}, {-1, NULL}}, "TT"},
    {{{0, "hello\n"}, {LINE_BURSTS_GAP_MS - 1, "/quit\n"}, {-1, NULL}}, "PP"},
    {{{0, "a\nb\nc"}, {500, "d\n"}, {-1, NULL}}, "PPT"},
    {{{0, "a"}, {1, "b\n"}, {-1, NULL}}, "T"},
    {{{5, "a\n"}, {5, "b\n"}, {5, "c\n"}, {900, "d\n"}, {-1, NULL}}, "PPPT"},
    {{{5, "a\n"}, {900, "b\n"}, {901, "c\n"}, {2000, "d\n"}, {-1, NULL}}, "TPPT"},
};

Test(line_bursts, lines_within_a_moment_are_pasted)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct line_bursts b = {0};
        for (const struct arrival *a = rows[i].arrivals; a->at >= 0; a++)
            line_bursts_add(&b, (struct span){a->bytes, strlen(a->bytes)}, a->at);
        cr_assert_eq(b.arrived, strlen(rows[i].pasted), "row %zu", i);
        for (size_t n = 1; n <= b.arrived; n++)
            cr_expect_eq(line_bursts_is_pasted(&b, n), rows[i].pasted[n - 1] == 'P',
                         "row %zu, line %zu", i, n);
    }
}

Test(line_bursts, the_last_line_settles)
{
    struct line_bursts b = {0};
    line_bursts_add(&b, (struct span){"a\n", 2}, 100);
    cr_expect_eq(line_bursts_settled_at(&b, 1), 100 + LINE_BURSTS_GAP_MS);
    line_bursts_add(&b, (struct span){"b\n", 2}, 500);
    cr_expect_lt(line_bursts_settled_at(&b, 1), 0);
}

Test(line_bursts, there_is_room_for_so_many)
{
    struct line_bursts b = {0};
    for (int i = 0; i < LINE_BURSTS_LINES; i++) {
        cr_assert(line_bursts_has_room(&b, 0));
        line_bursts_add(&b, (struct span){"\n", 1}, 1000 * i);
    }
    cr_expect_not(line_bursts_has_room(&b, 0));
    cr_expect(line_bursts_has_room(&b, 1));
}
