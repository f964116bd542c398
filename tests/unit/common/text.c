#include "common/text.h"

#include "tests/unit/support/unsafe_chars.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <utf8proc.h>

enum { CODE_POINTS = 0x110000, LONG = 65535 };

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

static bool surrogate(int32_t cp)
{
    return cp >= 0xD800 && cp <= 0xDFFF;
}

static size_t encode(int32_t cp, char s[5])
{
    size_t n = (size_t)utf8proc_encode_char(cp, (utf8proc_uint8_t *)s);
    s[n] = '\0';
    return n;
}

static char *clean(const char *s, enum text_lines lines)
{
    size_t n;
    char *out = text_clean(s, strlen(s), lines, &n);
    cr_assert_not_null(out);
    cr_assert_eq(n, strlen(out));
    return out;
}

Test(text, valid_is_rfc_3629)
{
    static const struct {
        const char *s;
        bool valid;
    } rows[] = {
        {"", true},
        {"plain", true},
        {"é€😀", true},
        {"\xF4\x8F\xBF\xBF", true},
        {"\xF4\x90\x80\x80", false}, /* over U+10FFFF */
        {"\xC0\xAF", false},         /* overlong */
        {"\xE0\x80\xAF", false},
        {"\xF0\x80\x80\xAF", false},
        {"\xED\xA0\x80", false}, /* a surrogate */
        {"\x80", false},
        {"a\xBF", false},
        {"\xE2\x82", false},
        {"\xF0\x9F\x98", false},
        {"\xE2\x82x", false},
        {"\xFE", false},
        {"\xFF", false},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        cr_expect_eq(text_valid(rows[i].s, strlen(rows[i].s)), rows[i].valid, "row %zu", i);
    cr_expect(text_valid("\0", 1), "a NUL is a character like any other");
}

Test(text, valid_knows_every_code_point)
{
    char s[5];
    for (int32_t cp = 0; cp < CODE_POINTS; cp++) {
        size_t n = encode(cp, s);
        cr_assert(text_valid(s, n) == !surrogate(cp), "U+%04X", (unsigned)cp);
        for (size_t cut = 1; cut < n; cut++) cr_assert_not(text_valid(s, cut));
    }
}

Test(text, clusters)
{
    static const struct {
        const char *s;
        size_t clusters;
    } rows[] = {
        {"", 0},
        {"abc", 3},
        {"e\u0301a", 2},
        {"\r\n", 1},
        {"\n\r", 2},
        {"a\n\u0301", 3},
        {"👨‍👩‍👧‍👦", 1},
        {"👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 2},
        {"👍🏽x", 2},
        {"🇳🇱🇩🇪🇫", 3},
        {"❤️a", 2},
        {"1️⃣", 1},
        {"\u1112\u1161\u11ab", 1},
        {"각각", 2},
        {"a\u200Db", 2},
        {"\u0915\u093F", 1},
        {"\u0600a", 1},
        {"a\xFF\u0301", 3},
        {"\xFF\xFE", 2},
        {"\xE2\x82", 2},
        {"\xF0\x9F\x98x", 4},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        cr_expect_eq(text_clusters(rows[i].s, strlen(rows[i].s)), rows[i].clusters, "row %zu", i);
}

static unsigned seed = 1;

static unsigned dice(unsigned sides)
{
    seed = seed * 1103515245U + 12345U;
    return (seed >> 8) % sides;
}

/* Strings of what joins, what parts, and what is broken. */
static size_t scramble(char *s, size_t pieces)
{
    static const char *const parts[] = {
        "a",      " ",      "\n",     "\r",       "\t",     "\u0301",   "\u200D",     "\uFE0F",
        "👩",      "🏽",   "🇳",      "\u1112",   "\u1161", "\u11ab",   "각",         "\u0600",
        "\u093F", "漢",     "\u202E", "\u3164",   "\xFF",   "\xE2\x82", "\xF0\x9F",   "❤",
        "\u034F", "\u00AD", "\u3000", "\xC2\x85", "\x1B",   "\x7F",     "\U000E0041", "\u2028",
    };
    size_t n = 0;
    for (size_t i = 0; i < pieces; i++) {
        const char *part = parts[dice(ROWS(parts))];
        memcpy(s + n, part, strlen(part));
        n += strlen(part);
    }
    s[n] = '\0';
    return n;
}

Test(text, prev_undoes_next)
{
    char s[512];
    for (int round = 0; round < 20000; round++) {
        size_t n = scramble(s, dice(90));
        for (size_t at = 0; at < n;) {
            size_t next = text_next(s, n, at);
            cr_assert_gt(next, at);
            cr_assert_leq(next, n);
            cr_assert_eq(text_prev(s, next), at, "round %d", round);
            cr_assert_eq(text_boundary(s, n, next), next, "round %d", round);
            at = next;
        }
    }
    cr_assert_eq(text_prev("", 0), 0);
    cr_assert_eq(text_boundary("", 0, 0), 0);
    cr_assert_eq(text_boundary("e\u0301x", 4, 1), 3);
    cr_assert_eq(text_boundary("\U0001F1F3\U0001F1F1x", 9, 4), 8);
    cr_assert_eq(text_next("", 0, 0), 0);
    cr_assert_eq(text_next("abc", 3, 3), 3);
}

Test(text, next_reads_no_further_than_told)
{
    for (size_t n = 0; n < 4; n++) {
        char *s = malloc(n + 1);
        cr_assert_not_null(s);
        memcpy(s, "\xF0\x9F\x98", n);
        char *exact = realloc(s, n ? n : 1);
        cr_assert_eq(text_clusters(exact, n), n);
        free(exact);
    }
}

Test(text, width)
{
    static const struct {
        const char *s;
        size_t width;
    } rows[] = {
        {"", 0},   {"abc", 3},        {"漢字", 4}, {"e\u0301", 1},
        {"👩👧", 4}, {"\u093F", 1},     {"\xFF", 1}, {"\u1112\u1161\u11ab", 2},
        {"각", 2}, {"\U0001F1F3", 1}, {"㉈", 2},   {"䷀", 2},
        {"〮", 2},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        cr_expect_eq(text_width(rows[i].s, strlen(rows[i].s)), rows[i].width, "row %zu", i);
}

Test(text, clean)
{
    static const struct {
        const char *in, *one, *lines; /* lines NULL: the same */
    } rows[] = {
        {"", "", NULL},
        {"hello, wörld 漢字", "hello, wörld 漢字", NULL},
        {"a\nb", "a␊b", "a\nb"},
        {"a\r\nb", "a␍␊b", "a␍\nb"},
        {"a\tb", "a    b", NULL},
        {"\x01\x1B[31m\x7F", "␁␛[31m␡", NULL},
        {"\xC2\x85\xC2\x9B", "<U+0085><U+009B>", NULL},
        {"a\u202Eb\u2066", "a<U+202E>b<U+2066>", NULL},
        {"\uFEFF\u200B\u3164\u115F", "<U+FEFF><U+200B><U+3164><U+115F>", NULL},
        {"\U000E0041\U0010FFFF", "<U+E0041><U+10FFFF>", NULL},
        {"\uE000\u2028\u2029\u0378", "<U+E000><U+2028><U+2029><U+0378>", NULL},
        {"a\u00A0b\u2003c\u2800d\u3000e", "a b c d  e", NULL},
        {"👨‍👩‍👧", "👨👩👧", NULL},
        {"👍🏽 👍\uFE0F🏽 a🏽", "👍 👍 a🏽", NULL},
        {"❤️ 1️⃣ so\u00ADft fa\u200Cr", "❤ 1\u20E3 soft far", NULL},
        {"e\u0301\u0302\u0303\u0304\u0305\u0306x\u0301", "e\u0301\u0302\u0303\u0304x\u0301", NULL},
        {"\u0301a", "◌\u0301a", NULL},
        {"a \u0301", "a ◌\u0301", NULL},
        {"a\n\u0301", "a␊\u0301", "a\n◌\u0301"},
        {"\u200D\u0301", "◌\u0301", NULL},
        {"\u1161", "◌\u1161", NULL},
        {"\u1112\u1161\u11ab", "\u1112\u1161\u11ab", NULL},
        {"\xFFx\xE2\x82", "\uFFFDx\uFFFD\uFFFD", NULL},
        {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD", NULL},
        {"\u0600x", "<U+0600>x", NULL}};
    for (size_t i = 0; i < ROWS(rows); i++) {
        char *one = clean(rows[i].in, TEXT_ONE_LINE), *lines = clean(rows[i].in, TEXT_LINES);
        const char *want = rows[i].lines ? rows[i].lines : rows[i].one;
        cr_expect_str_eq(one, rows[i].one, "row %zu", i);
        cr_expect_str_eq(lines, want, "row %zu", i);
        free(one);
        free(lines);
    }
    size_t n;
    char *nul = text_clean("a\0b", 3, TEXT_LINES, &n);
    cr_expect_str_eq(nul, "a␀b");
    free(nul);
}

/* What no terminal may be given, and what no reader could see. */
static bool harmless(int32_t cp)
{
    const utf8proc_property_t *is = utf8proc_get_property(cp);
    if (cp == ' ') return true;
    return !is->ignorable && is->category >= UTF8PROC_CATEGORY_LU &&
           is->category <= UTF8PROC_CATEGORY_SO && cp != 0x2800;
}

/* Checks a cleaned line: harmless, no mark on nothing, at most four to a character. */
static void expect_printable(const char *s, size_t n, int32_t from)
{
    int marks = 4;
    for (size_t at = 0; at < n;) {
        int32_t cp;
        utf8proc_ssize_t size =
            utf8proc_iterate((const utf8proc_uint8_t *)s + at, (utf8proc_ssize_t)(n - at), &cp);
        cr_assert(size > 0 && harmless(cp), "U+%04X gave U+%04X", (unsigned)from, (unsigned)cp);
        bool mark = text_width(s + at, (size_t)size) == 0;
        marks = mark ? marks + 1 : cp == ' ' ? 4 : 0;
        cr_assert(marks <= 4, "U+%04X", (unsigned)from);
        at += (size_t)size;
    }
}

static void expect_clean(const char *s, size_t size, int32_t from)
{
    size_t n, again_n;
    char *once = text_clean(s, size, TEXT_ONE_LINE, &n);
    expect_printable(once, n, from);
    cr_assert_null(unsafe_text(once, n, 0), "U+%04X gave %s", (unsigned)from,
                   unsafe_text(once, n, 0));
    char *twice = text_clean(once, n, TEXT_ONE_LINE, &again_n);
    cr_assert(again_n == n && memcmp(once, twice, n) == 0, "U+%04X is not stable", (unsigned)from);
    free(once);
    free(twice);
}

Test(text, clean_makes_every_code_point_harmless)
{
    char s[32] = "x";
    for (int32_t cp = 0; cp < CODE_POINTS; cp++) {
        size_t n = encode(cp, s + 1);
        expect_clean(s, 1 + n, cp);
        expect_clean(s + 1, n, cp);
        memcpy(s + 1 + n, "👍", sizeof "👍");
        n += encode(cp, s + 1 + n + strlen("👍")) + strlen("👍");
        expect_clean(s, 1 + n, cp);
    }
}

Test(text, clean_makes_any_bytes_harmless)
{
    char s[512];
    for (int round = 0; round < 20000; round++) expect_clean(s, scramble(s, dice(90)), 0);
    for (int round = 0; round < 20000; round++) {
        size_t n = dice(64);
        for (size_t i = 0; i < n; i++) s[i] = (char)dice(256);
        expect_clean(s, n, 0);
    }
}

/* 64 KiB of the worst is done in the blink that a plain message takes, times a little. */
Test(text, long_texts_are_quick)
{
    static const char *const parts[] = {"a",        "\u0301", "\u200D",      "🇳",
                                        "👩\u200D",  "\u1112", "\t",          "\xFF",
                                        "\xC2\x85", "\u0600", "\u0327\u0301"};
    static char s[LONG + 16];
    for (size_t i = 0; i < ROWS(parts); i++) {
        size_t n = 0, size = strlen(parts[i]);
        for (; n + size <= LONG; n += size) memcpy(s + n, parts[i], size);
        clock_t start = clock();
        size_t cleaned;
        char *out = text_clean(s, n, TEXT_LINES, &cleaned);
        text_clusters(out, cleaned);
        text_width(out, cleaned);
        text_clusters(s, n);
        text_prev(s, n);
        free(out);
        double ms = (double)(clock() - start) * 1000 / CLOCKS_PER_SEC;
        cr_expect(ms < 250, "part %zu took %.1f ms", i, ms);
    }
}

static void expect_emoji(const char *text, const char *expected, size_t width)
{
    size_t n;
    char *clean = text_clean(text, strlen(text), TEXT_EMOJI, &n);
    cr_assert_not_null(clean);
    cr_expect_str_eq(clean, expected, "%s: %s", text, clean);
    cr_expect_eq(text_width(clean, n), width, "%s: %zu", text, text_width(clean, n));
    free(clean);
}

/* Behind a narrow emoji alone: elsewhere, it would be a cell of its own. */
Test(text, the_style_of_an_emoji_is_kept_where_it_makes_two_cells)
{
    expect_emoji("\u2764\uFE0F!", "\u2764\uFE0F!", 3);
    expect_emoji("\u2764!", "\u2764!", 2);
    expect_emoji("\u2764\uFE0F\uFE0F!", "\u2764\uFE0F!", 3);
    expect_emoji("\U0001F44B\uFE0F!", "\U0001F44B!", 3);
    expect_emoji("a\uFE0F \uFE0F\uFE0F", "a ", 2);
    expect_emoji("1\uFE0F\u20E3", "1\u20E3", 1);
    expect_emoji("\u2764\uFE0E", "\u2764", 1);
    expect_emoji("\u2764\u0301\uFE0F", "\u2764\u0301", 1);
    expect_emoji("\u2764\uFE0F\u200D\U0001F525", "\u2764\uFE0F\U0001F525", 4);
    expect_emoji("x\ny", "x\ny", 2);
}
