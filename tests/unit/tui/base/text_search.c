#include "tui/base/text_search.h"

#include <criterion/criterion.h>
#include <string.h>

static void expect(const char *text, size_t at, const char *word, size_t from, size_t to)
{
    size_t end = 0, found = text_search_find(text, strlen(text), at, word, &end);
    cr_expect_eq(found, from, "\"%s\" in \"%s\" at %zu", word, text, found);
    if (from < strlen(text)) cr_expect_eq(end, to, "\"%s\" in \"%s\" to %zu", word, text, end);
}

struct row {
    const char *text;
    size_t at;
    const char *word;
    size_t from, to;
};

#define expect_all(...) expect_rows((const struct row[]){__VA_ARGS__, {0}})

static void expect_rows(const struct row *row)
{
    for (; row->text; row++) expect(row->text, row->at, row->word, row->from, row->to);
}

Test(text_search, wherever_it_stands)
{
    expect_all({"one two one", 0, "one", 0, 3}, {"one two one", 1, "one", 8, 11},
               {"one two one", 9, "one", 11, 0}, {"aab", 0, "ab", 1, 3}, {"one", 0, "ones", 3, 0},
               {"", 0, "one", 0, 0}, {"one", 0, "", 3, 0});
}

Test(text_search, in_any_case_of_any_script)
{
    expect_all({"say HELLO", 0, "hello", 4, 9}, {"GRÜSSE", 0, "grü", 0, 4},
               {"Привет", 0, "ПРИВЕТ", 0, 12}, {"ΟΔΟΣ", 0, "οδος", 0, 8},
               {"\u212Aelvin", 0, "kelvin", 0, 8});
}

#define ACUTE     "\xCC\x81"
#define DOT_BELOW "\xCC\xA3"
#define RING      "\xCC\x8A"

Test(text_search, however_the_accents_are_written)
{
    expect_all({"Café au lait", 0, "CAFE" ACUTE, 0, 5}, {"CAFE" ACUTE " au lait", 0, "café", 0, 6},
               {"cafe" ACUTE, 0, "cafe", 6, 0}, {"café", 0, "cafe", 5, 0},
               {"a" RING DOT_BELOW "b", 0, "a" DOT_BELOW RING, 0, 5},
               {"\u212Bngström", 0, "A" RING "ngstro\u0308m", 0, 11},
               {"한글", 0, "\u1112\u1161\u11AB", 0, 3}, {"\u1112\u1161\u11AB\u1100", 0, "한", 0, 9},
               {"die Straße", 0, "STRASSE", 4, 11}, {"STRASSE", 0, "straße", 0, 7},
               {"Straße", 0, "Stras", 7, 0}, {"İstanbul", 0, "i\u0307STANBUL", 0, 9});
}

/* Marks without end are no letter; nobody waits for them. */
Test(text_search, towers_of_marks)
{
    static char tower[2001] = "a";
    for (int i = 0; i < 999; i++) memcpy(tower + 1 + 2 * i, i % 2 ? DOT_BELOW : RING, 2);
    expect(tower, 0, "b", strlen(tower), 0);
    expect("b", 0, tower, 1, 0);
    expect(tower, 0, "a", strlen(tower), 0);
}
