#include "tui/base/text_search.h"

#include <criterion/criterion.h>
#include <string.h>

static void expect(const char *text, size_t at, const char *word, size_t from, size_t to)
{
    size_t end = 0, found = text_search_find(text, strlen(text), at, word, &end);
    cr_expect_eq(found, from, "\"%s\" in \"%s\" at %zu", word, text, found);
    if (from < strlen(text)) cr_expect_eq(end, to, "\"%s\" in \"%s\" to %zu", word, text, end);
}

Test(text_search, wherever_it_stands)
{
    expect("one two one", 0, "one", 0, 3);
    expect("one two one", 1, "one", 8, 11);
    expect("one two one", 9, "one", 11, 0);
    expect("aab", 0, "ab", 1, 3);
    expect("one", 0, "ones", 3, 0);
    expect("", 0, "one", 0, 0);
    expect("one", 0, "", 3, 0);
}

Test(text_search, in_any_case_of_any_script)
{
    expect("say HELLO", 0, "hello", 4, 9);
    expect("GRÜSSE", 0, "grü", 0, 4);
    expect("Привет", 0, "ПРИВЕТ", 0, 12);
    expect("ΟΔΟΣ", 0, "οδος", 0, 8);
    expect("\u212Aelvin", 0, "kelvin", 0, 8);
}

#define ACUTE     "\xCC\x81"
#define DOT_BELOW "\xCC\xA3"
#define RING      "\xCC\x8A"

Test(text_search, however_the_accents_are_written)
{
    expect("Café au lait", 0, "CAFE" ACUTE, 0, 5);
    expect("CAFE" ACUTE " au lait", 0, "café", 0, 6);
    expect("cafe" ACUTE, 0, "cafe", 6, 0);
    expect("café", 0, "cafe", 5, 0);
    expect("a" RING DOT_BELOW "b", 0, "a" DOT_BELOW RING, 0, 5);
    expect("\u212Bngström", 0, "A" RING "ngstro\u0308m", 0, 11);
    expect("한글", 0, "\u1112\u1161\u11AB", 0, 3);
    expect("\u1112\u1161\u11AB\u1100", 0, "한", 0, 9);
    expect("die Straße", 0, "STRASSE", 4, 11);
    expect("STRASSE", 0, "straße", 0, 7);
    expect("Straße", 0, "Stras", 7, 0);
    expect("İstanbul", 0, "i\u0307STANBUL", 0, 9);
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
