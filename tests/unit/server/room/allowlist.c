#include "server/room/allowlist.h"

#include "common/nick.h"
#include "server/room/lookalike.h"
#include "tests/count.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ADA   "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define BOB   "SHA256:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define EVE   "SHA256:EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE"
#define NOKEY "SHA256:short"

static struct allowlist list;
static struct lookalike *lookalike;

static void load_lookalike(void)
{
    lookalike = lookalike_new();
    cr_assert(lookalike);
}

static void free_all(void)
{
    allowlist_free(&list);
    lookalike_free(lookalike);
}

static const char *parse(const char *text, int *ret_line)
{
    char *copy = strdup(text);
    const char *wrong = allowlist_parse(&list, lookalike, copy, ret_line);
    free(copy);
    return wrong;
}

static void parse_well(const char *text)
{
    int line;
    const char *wrong = parse(text, &line);
    cr_assert_null(wrong, "line %d: %s", line, wrong);
}

TestSuite(allowlist, .init = load_lookalike, .fini = free_all);

Test(allowlist, admits_the_keys_of_its_lines)
{
    parse_well("# people\n\n" BOB "\n  " ADA " ada \r\n");
    cr_expect(allowlist_admits(&list, ADA));
    cr_expect(allowlist_admits(&list, BOB));
    cr_expect_not(allowlist_admits(&list, EVE));
    cr_expect_not(allowlist_admits(&list, ""));
    list.has_guests = true;
    cr_expect(allowlist_admits(&list, EVE));
    cr_expect(allowlist_admits(&list, ""));
    cr_expect_not(allowlist_has_key(&list, EVE));
}

Test(allowlist, a_nickname_belongs_to_its_key_in_every_spelling)
{
    parse_well(ADA " Ada Lovelace\n" ADA " ada\n" BOB "\n");
    cr_expect(allowlist_grants(&list, ADA, "ada lovelace"));
    cr_expect(allowlist_grants(&list, ADA, "ADA"));
    cr_expect_not(allowlist_grants(&list, BOB, "ADA"));
    cr_expect_not(allowlist_grants(&list, "", "ada lovelace"));
    cr_expect_not(allowlist_grants(&list, BOB, "\u0430da"), "a Cyrillic letter looks alike");
    cr_expect(allowlist_grants(&list, BOB, "bob"));
    cr_expect(allowlist_grants(&list, BOB, ""), "the room refuses it");
}

Test(allowlist, an_empty_list_admits_nobody)
{
    parse_well("");
    cr_expect_not(allowlist_admits(&list, ADA));
    cr_expect(allowlist_grants(&list, "", "ada"));
}

Test(allowlist, names_the_line_that_is_wrong)
{
    static const struct {
        const char *text, *why;
        int line;
    } rows[] = {
        {"# a\n" NOKEY "\n", ALLOWLIST_NO_KEY, 2},
        {"ada " ADA "\n", ALLOWLIST_NO_KEY, 1},
        {ADA "=\n", ALLOWLIST_NO_KEY, 1},
        {ADA " ada\n\n" BOB " Ada\n", ALLOWLIST_TAKEN, 3},
        {ADA " a  b\n", NICK_SPACING, 1},
        {ADA " server\n", NICK_RESERVED, 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int line;
        const char *why = parse(rows[i].text, &line);
        cr_expect(why && strcmp(why, rows[i].why) == 0, "%s", rows[i].text);
        cr_expect_eq(line, rows[i].line, "%s", rows[i].text);
    }
}

static void expect_text(char *text, const char *expected)
{
    cr_expect_str_eq(text, expected);
    free(text);
}

Test(allowlist, lines_are_added_and_removed_and_comments_stay)
{
    expect_text(allowlist_add_line("", ADA, NULL), ADA "\n");
    expect_text(allowlist_add_line("# x", ADA, "ada"), "# x\n" ADA " ada\n");
    expect_text(allowlist_add_line(BOB "\n", ADA, ""), BOB "\n" ADA "\n");
    expect_text(allowlist_remove_lines("# x\n" ADA " a\n" BOB "\n\t" ADA, ADA), "# x\n" BOB "\n");
    expect_text(allowlist_remove_lines(ADA "x\n" ADA, ADA), ADA "x\n");
}

/* Returns the milliseconds of processor time. */
static double measure_parse(const char *text)
{
    struct timespec before, after;
    int line;
    char *copy = strdup(text);
    allowlist_free(&list);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    cr_expect_null(allowlist_parse(&list, lookalike, copy, &line));
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    free(copy);
    return (double)(after.tv_sec - before.tv_sec) * 1e3 +
           (double)(after.tv_nsec - before.tv_nsec) / 1e6;
}

/* Takes the best of some times, because other processes slow this one down. */
Test(allowlist, ten_thousand_lines_are_read_in_50_ms)
{
    enum { LINES = 10000, LINE = 80, TIMES = 5 };
    char *text = malloc(LINES * LINE), *end = text;
    for (int i = 0; i < LINES; i++) end += sprintf(end, "SHA256:%043d member %d\n", i, i);
    double ms = measure_parse(text);
    for (int i = 1; i < TIMES; i++) ms = fmin(ms, measure_parse(text));
#ifndef KLATCH_INSTRUMENTED
    cr_expect_lt(ms, 50);
#endif
    free(text);
}
