#include "common/nick.h"

#include "common/text.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { CODE_POINTS = 0x110000 };

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

#define EIGHT(s) s s s s s s s s

static size_t encode(int32_t cp, char *s)
{
    size_t n = (size_t)utf8proc_encode_char(cp, (utf8proc_uint8_t *)s);
    s[n] = '\0';
    return n;
}

static bool same(const char *a, const char *b)
{
    char key_a[NICK_KEY_SIZE], key_b[NICK_KEY_SIZE];
    nick_key(a, key_a);
    nick_key(b, key_b);
    return strcmp(key_a, key_b) == 0;
}

Test(nick, accepted)
{
    static const char *const rows[] = {
        "a",
        "bob",
        "Ann Lee",
        "Zoë",
        "Zoe\u0308",
        "Владимир",
        "أحمد",
        "李小龍",
        "이순신",
        "नमिता",
        "චන්ද්\u200Dරිකා",
        "ക്\u200Cഷ",
        "x_X-42!",
        "❤",
        "❤\uFE0F",
        "👍🏽",
        "🇳🇱",
        "\u1112\u1161\u11ab",
        "a\u0301\u0302",
        "☃ man",
        "<bob>",
        "Servers",
        "server 1",
        EIGHT("1234"),
        EIGHT("é") EIGHT("é") EIGHT("é") EIGHT("é"),
        "a\u0301\u0302\u0303\u0304",
        "b" EIGHT("\u0301\uFE0Fb"),
        "server 1!",
        "klatch",
        "admin",
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        cr_expect_null(nick_check(rows[i]), "%s: %s", rows[i], nick_check(rows[i]));
}

Test(nick, refused)
{
    static const struct {
        const char *says, *nicks[32];
    } rows[] = {
        {NICK_EMPTY, {""}},
        {NICK_SPACING, {" ", " bob", "b  ob", "bob "}},
        {NICK_INVISIBLE,
         {"b\u00A0ob",      "b\u3000ob",       "b\tob",     "b\nob",     "\x1B[31mred", "bob\x7F",
          "b\xC2\x9Bob",    "b\u200Bob",       "b\u200Dob", "b\u00ADob", "ද්\u200D",     "ද්\u200D ර",
          "ද්\u200D\u200Dර", "ද්\u200Da\u200Db", "ද\u200Dර",  "\u202Ebob", "b\u2066ob",   "\uFEFFbob",
          "b\uE000",        "b\u0378",         "\u3164",    "\u115F",    "\u2800",      "b\u034F",
          "b\U000E0041",    "b\uFE00",         "b\uFFFF",   "👩\u200D👧"}},
        {NICK_LEADING_MARK,
         {"\u0301bob", "b \u0301ob", "\uFE0F", "b \uFE0F", "\u093F", "\u1161", "b \u11a8"}},
        {NICK_OVER_MARKS,
         {"a" EIGHT("\u0301\u0301") "\u0301", "a\u0301\u0302\u0303\u0304\u0323",
          "é\u0301\u0301\uFE0F\u0301\u0301\u0301", "\u1100" EIGHT("\u1161")}},
        {NICK_OVER_LENGTH, {EIGHT("1234") "5"}},
        {NICK_OVER_BYTES, {EIGHT("12345678") "9", EIGHT("漢漢漢")}},
        {NICK_NOT_UTF8, {"bob\xFF", "bob\xE2\x82"}},
        {NICK_RESERVED,
         {"SERVER", "server", "SeRvEr", "ＳＥＲＶＥＲ", "𝐒𝐄𝐑𝐕𝐄𝐑", "ſerver", "ⓢⓔⓡⓥⓔⓡ",
          "SERVER\uFE0F", "★SERVER★", "S E R V E R", "-server-", "Server:", "s.e.r.v.e.r",
          "SERVER\u0332", "klatchd", "KLATCHD", "[klatchd]", "🅂🄴🅁🅅🄴🅁", "⒮⒠⒭⒱⒠⒭"}}};
    for (size_t i = 0; i < ROWS(rows); i++) {
        cr_expect_lt(strlen(rows[i].says), 60);
        for (const char *const *nick = rows[i].nicks; *nick; nick++)
            cr_expect_str_eq(nick_check(*nick), rows[i].says, "not refused so: %s", *nick);
    }
}

Test(nick, a_selector_on_the_s_of_server_leaves_rver)
{
    cr_expect_null(nick_check("S\uFE0ERVER"));
}

Test(nick, key)
{
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"bob", "BOB", true},
        {"bob", "ｂｏｂ", true},
        {"bob", "𝔟𝔬𝔟", true},
        {"Zoë", "zoe\u0308", true},
        {"straße", "STRASSE", true},
        {"Ὀδυσσεύς", "ὈΔΥΣΣΕΎΣ", true},
        {"ᾳ", "α\u0345", true},
        {"α\u0345\u0301", "α\u0301\u0345", true},
        {"a\u0323\u0302", "a\u0302\u0323", true},
        {"각", "\u1100\u1161\u11a8", true},
        {"ﬁn", "fin", true},
        {"½", "1⁄2", true},
        {"❤", "❤\uFE0F", true},
        {"👍", "👍🏽", true},
        {"👍🏻", "👍🏿", true},
        {"👍\uFE0F🏽", "👍", true},
        {"👍🏽🏽", "👍", true},
        {"👍🏽 a👋🏿", "👍 a👋", true},
        {"🏽", "🏿", false},
        {"a🏽", "a", false},
        {"👍", "👎", false},
        {"\u21AE🏽", "\u2194\u0338🏽", true},
        {"K", "k", true}, /* the Kelvin sign */
        {"x\u00A8", "x \u0308", true},
        {"x \u00A8", "x\u00A8", true},
        {"Ann Lee", "ann lee", true},
        {"Ann Lee", "annlee", false},
        {"bob", "bob1", false},
        {"resume", "résumé", false},
        {"චන්ද්\u200Dරිකා", "චන්ද්රිකා", true},
        {"a", "b", false},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        cr_expect_eq(same(rows[i].a, rows[i].b), rows[i].same, "row %zu", i);
}

static void expect_stable(const char *nick)
{
    char once[NICK_KEY_SIZE], twice[NICK_KEY_SIZE];
    nick_key(nick, once);
    if (strlen(once) > NICK_BYTES) return; /* over what a nickname, and so a key's key, may be */
    nick_key(once, twice);
    cr_assert_str_eq(once, twice, "%s", nick);
}

Test(nick, key_of_every_code_point_is_its_own_key)
{
    char nick[8];
    for (int32_t cp = 1; cp < CODE_POINTS; cp++) {
        size_t n = encode(cp, nick);
        expect_stable(nick);
        encode(0x0301, nick + n);
        expect_stable(nick);
    }
}

Test(nick, every_code_point_is_visible_or_refused)
{
    char nick[8];
    for (int32_t cp = 1; cp < CODE_POINTS; cp++) {
        size_t n = encode(cp, nick), shown_n;
        if (nick_check(nick)) continue;
        char *shown = text_clean(nick, n, TEXT_ONE_LINE, &shown_n);
        cr_assert(strcmp(shown, nick) == 0 && text_width(shown, shown_n) > 0, "U+%04X",
                  (unsigned)cp);
        free(shown);
    }
}

/* Fills a nickname to the limit with one code point; the key must hold whatever that folds to. */
Test(nick, key_size_suffices)
{
    size_t longest = 0;
    for (int32_t cp = 1; cp < CODE_POINTS; cp++) {
        char nick[NICK_BYTES + 5], *key = malloc(NICK_KEY_SIZE);
        for (size_t n = 0; n <= NICK_BYTES; n += encode(cp, nick + n)) {
        }
        nick[NICK_BYTES - NICK_BYTES % encode(cp, (char[5]){0})] = '\0';
        nick_key(nick, key);
        cr_assert(*key != '\0' || nick_check(nick), "U+%04X lost its key", (unsigned)cp);
        if (strlen(key) > longest) longest = strlen(key);
        free(key);
    }
    cr_expect_lt(longest, (size_t)NICK_KEY_SIZE);
}

Test(nick, key_is_safe_for_what_is_no_nickname)
{
    static const char *const rows[] = {
        "",
        " ",
        "\xFF",
        "\u200B",
        "\u3164",
        "\U0010FFFF",
        EIGHT("12345678") "9",
        EIGHT("漢漢漢漢"),
        EIGHT("\uFDFA\uFDFA\uFDFA\uFDFA"),
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char *key = malloc(NICK_KEY_SIZE);
        nick_key(rows[i], key);
        cr_expect_lt(strlen(key), (size_t)NICK_KEY_SIZE);
        free(key);
    }
}

/* Random nicknames of what folds, decomposes, combines and reorders. */
Test(nick, keys_of_mixed_nicknames_are_stable)
{
    static const char *const parts[] = {
        "a",  "Σ",      "ß",      "\u0345", "\u0301", "\u0323", "ᾳ", "\u037A", "İ", "\u00A8",
        "각", "\u1161", "\u11a8", "ﬁ",      "ſ",      "\u0308", " ", "Å",      "ᾨ", "\u0327"};
    unsigned seed = 7;
    for (int round = 0; round < 200000; round++) {
        char nick[64] = "";
        size_t n = 0;
        for (int i = 0; i < 8; i++) {
            seed = seed * 1103515245U + 12345U;
            const char *part = parts[(seed >> 8) % ROWS(parts)];
            memcpy(nick + n, part, strlen(part) + 1);
            n += strlen(part);
        }
        expect_stable(nick);
    }
}
