#include "tui/match.h"

#include <criterion/criterion.h>
#include <string.h>

static void expect(const char *text, size_t at, const char *word, size_t from, size_t to)
{
    size_t end = 0, found = match_find(text, strlen(text), at, word, &end);
    cr_expect_eq(found, from, "\"%s\" in \"%s\" at %zu", word, text, found);
    if (from < strlen(text)) cr_expect_eq(end, to, "\"%s\" in \"%s\" to %zu", word, text, end);
}

Test(match, wherever_it_stands)
{
    expect("one two one", 0, "one", 0, 3);
    expect("one two one", 1, "one", 8, 11);
    expect("one two one", 9, "one", 11, 0);
    expect("aab", 0, "ab", 1, 3);
    expect("one", 0, "ones", 3, 0);
    expect("", 0, "one", 0, 0);
    expect("one", 0, "", 3, 0);
}

Test(match, in_any_case_of_any_script)
{
    expect("say HELLO", 0, "hello", 4, 9);
    expect("GRÜSSE", 0, "grü", 0, 4);
    expect("Привет", 0, "ПРИВЕТ", 0, 12);
    expect("ΟΔΟΣ", 0, "οδος", 0, 8);
    expect("\u212Aelvin", 0, "kelvin", 0, 8);
}
