#include "server/room/lookalike.h"

#include "common/nick.h"
#include "server/room/room.h"
#include "server/system/ring_map.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { CODE_POINTS = 0x110000, RING = 1 << 18 };

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

static struct lookalike *look;
static struct counters counters;
static struct room room;
static struct member ada, bob, eve;

static void open_all(void)
{
    char *memory = ring_map_new(RING);
    look = lookalike_new();
    cr_assert(memory && look);
    room_init(&room, &counters, memory, RING);
    room.nicks.lookalike = look;
}

static void close_all(void)
{
    room_deinit(&room);
    ring_map_free(room.ring.mem, RING);
    lookalike_free(look);
}

TestSuite(server_lookalike, .init = open_all, .fini = close_all);

static enum claim_result claim(struct member *m, const char *nick)
{
    return room_set_nick(&room, m, nick, NULL);
}

static void leave_all(void)
{
    room_leave(&room, &ada);
    room_leave(&room, &bob);
    room_leave(&room, &eve);
}

/* Whoever comes first, the other does not get in. */
static void expect_one(const char *a, const char *b)
{
    const char *const orders[2][2] = {{a, b}, {b, a}};
    for (int i = 0; i < 2; i++) {
        struct member *rival;
        cr_expect_eq(claim(&ada, orders[i][0]), CLAIM_OK, "%s", orders[i][0]);
        cr_expect_eq(room_set_nick(&room, &bob, orders[i][1], &rival), CLAIM_REFUSED,
                     "%s beside %s", orders[i][1], orders[i][0]);
        cr_expect_eq(rival, &ada);
        leave_all();
    }
}

static void expect_both(const char *a, const char *b)
{
    cr_expect_eq(claim(&ada, a), CLAIM_OK, "%s", a);
    cr_expect_eq(claim(&bob, b), CLAIM_OK, "%s beside %s", b, a);
    leave_all();
}

Test(server_lookalike, of_two_that_look_alike_only_one_gets_in)
{
    static const char *const rows[][2] = {
        {"сосо", "coco"}, /* Cyrillic, Latin */
        {"СОСО", "coco"}, /* in capitals */
        {"Сосо", "COCO"}, /* in another case */
        {"ΒΟΒ", "bob"},   /* Greek capitals; the small letters look different */
        {"ΒΟΒ", "BOB"},   /* as written */
        {"ісе", "Ice"},   /* I looks like l, i does not */
        {"ІСЕ", "Ice"},   /**/
        {"ΜΟ", "mo"},     /* m looks like rn, M does not */
        {"О", "0"},       /* Cyrillic, a digit */
        {"Ӏ", "1"},       /* palochka */
        {"ԁ", "ｄ"},      /* Cyrillic beside full width */
        {"ᎪᎠᎪ", "ADA"},   /* Cherokee; but Ꭰ looks like D */
        {"ꓮꓓꓮ", "Ada"},   /* Lisu */
        {"օոօ", "ono"},   /* Armenian, Latin */
        {"ǃ", "!"},       /* a click, a mark */
        {"Ʌ", "Λ"},       /* neither is ASCII */
        {"علي", "على"},   /* one dotless */
        {"ﬂo", "flo"},    /* a ligature */
    };
    for (size_t i = 0; i < ROWS(rows); i++) expect_one(rows[i][0], rows[i][1]);
}

Test(server_lookalike, two_that_do_not_both_get_in)
{
    static const char *const rows[][2] = {
        {"modern", "modem"}, {"Ian", "lan"},   {"b0b", "bOb"},       {"rn", "m"},
        {"Тома", "Toma"},    {"José", "Jose"}, {"Łukasz", "Lukasz"}, {"Иван", "Ivan"},
        {"Анна", "Ahha"},    {"Zoë", "Zoé"},   {"李", "季"},         {"☃", "⛄"},
        {"Ürün", "Ürüm"},    {"משה", "משה2"},  {"Вера", "Bera"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) expect_both(rows[i][0], rows[i][1]);
}

Test(server_lookalike, scripts_are_mixed_only_where_they_go_together)
{
    static const struct {
        const char *nick;
        bool allowed;
    } rows[] = {{"ada", true},           {"Владимир", true},     {"Владимир-2 ☃", true},
                {"Маша🐻", true},         {"漢字かなカナ", true}, {"漢字かなカナ abc", true},
                {"한글漢字 abc", true},  {"ㄅㄆ漢字 abc", true}, {"(عمر)", true},
                {"e\u0301\u0302", true}, {"αβγ", true},          {"аda", false},
                {"Αlex", false},         {"Дmitri", false},      {"Օlga", false},
                {"ᎪDA", false},          {"한글かな", false},    {"Рβ", false},
                {"abcשלום", false},      {"नमcd", false}};
    for (size_t i = 0; i < ROWS(rows); i++) {
        cr_expect_eq(lookalike_allows(look, rows[i].nick), rows[i].allowed, "%s", rows[i].nick);
        cr_expect(lookalike_allows(NULL, rows[i].nick));
    }
}

Test(server_lookalike, nothing_that_reads_server_gets_in)
{
    static const char *const rows[] = {
        "ᏚᎬᎡᏙᎬᎡ",       "ᏕᎬᏒᏙᎬᏒ",       "ꮪꭼꮢꮩꭼꮢ",
        "ꜱᴇʀᴠᴇʀ",       "SᴇʀᴠᴇR",       "ѕеrver",
        "SΕRVΕR",       "🆂🅴🆁🆅🅴🆁",       "🅢🅔🅡🅥🅔🅡",
        "🇸🇪🇷🇻🇪🇷",       "⒮⒠⒭⒱⒠⒭",       "SÉRVER",
        "Sërvër",       "S\u0332ERVER", "ŠERVER",
        "SERVER\u20E3", "sɘrvɘr",       "ЅЕRVЕR",
        "SERѴER",       "ꓢꓰꓣꓦꓰꓣ",       "ꓢEꓣVER",
        "ꜱ🅴ʀ🆅🅴ʀ",       "ｓеrver",      "\U0001D5E6ᴇʀᴠᴇʀ",
        "ʂɇɍʋɇɍ",       "𝕤𝕖𝕣𝕧𝕖𝕣",       "ₛₑᵣᵥₑᵣ",
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        cr_expect_eq(claim(&ada, rows[i]), CLAIM_REFUSED, "%s", rows[i]);
    cr_expect_eq(claim(&ada, "Sərvər"), CLAIM_OK, "an Azerbaijani name");
    cr_expect_eq(claim(&bob, "Серверы"), CLAIM_OK);
    leave_all();
}

Test(server_lookalike, no_symbols_imitate_a_word_of_the_server_or_of_a_notice)
{
    static const char *const rows[] = {
        "🅰🅳🅼🅸🅽",
        "🅐🅓🅜🅘🅝",
        "🇦🇩🇲🇮🇳",
        "ⓐⓓⓜⓘⓝ",
        "⒜⒟⒨⒤⒩",
        "𝒶𝒹𝓂𝒾𝓃",
        "ａｄｍｉｎ",
        "ᴀᴅᴍɪɴ",
        "ádmin",
        "Admın",
        "★admin★",
        "a·d·m·i·n",
        "admin\u20E3",
        "ad\u20DDmin",
        "🅰dministrator",
        "ᵃᵈᵐⁱⁿⁱˢᵗʳᵃᵗᵒʳ",
        "🅺🅻🅰🆃🅲🅷",
        "ᴋʟᴀᴛᴄʜᴅ",
        "🇰🇱🇦🇹🇨🇭🇩",
        "ⓚlatch",
        "SER∨ER",

        "★🆂🅴🆁🆅🅴🆁★",
        "❘🆂ERVER❘",
        "🆂 🅴 🆁 🆅 🅴 🆁",
        "eve 🅹oined the chat",
        "eve 𝗃𝗈𝗂𝗇𝖾𝖽 𝗍𝗁𝖾 𝖼𝗁𝖺𝗍",
        "eve ʟᴇꜰᴛ ᴛʜᴇ ᴄʜᴀᴛ",
        "x ⓘⓢ now known as y",
        "Sërver Shutting down in 5",
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        cr_expect_null(nick_check(rows[i]), "%s: %s", rows[i], nick_check(rows[i]));
        cr_expect_not(lookalike_allows(look, rows[i]), "%s", rows[i]);
    }
}

Test(server_lookalike, words_that_only_begin_alike_get_in)
{
    static const char *const rows[] = {"admin",     "klatch",  "🅰dmiral",    "★admins★",
                                       "Sérverine", "админ",   "Klätschi",   "ᴀᴅᴍɪʀᴀʟ",
                                       "🇦🇩",        "joined🐻", "Serverin 🇨🇭"};
    for (size_t i = 0; i < ROWS(rows); i++) {
        cr_expect_eq(claim(&ada, rows[i]), CLAIM_OK, "%s", rows[i]);
        leave_all();
    }
}

Test(server_lookalike, styles_of_letters_make_no_other_nickname)
{
    static const char *const rows[][2] = {
        {"🅰🅳🅰", "ada"},         /* negative squared */
        {"🅐🅓🅐", "ADA"},         /* negative circled */
        {"🄰🄳🄰", "Ada"},         /* squared */
        {"ⓐⓓⓐ", "ada"},         /* circled */
        {"⒜⒟⒜", "ada"},         /* parenthesized */
        {"🇦🇩🇦", "ada"},         /* regional indicators */
        {"ᵃᵈᵃ", "ada"},         /* superscripts */
        {"𝔞𝖉𝒶", "ada"},         /* mathematical */
        {"ａｄａ", "ada"},      /* full width */
        {"ᴀᴅᴀ", "ada"},         /* small capitals */
        {"a\u20DDda", "ada"},   /* a circle around it */
        {"1\uFE0F\u20E3", "1"}, /* a keycap */
        {"🅸an", "ian"},         /* in both cases */
        {"🅸an", "Ian"},         {"🆗", "ok"},    {"bob❷", "bob2"},
        {"bob⓬", "bob12"},      {"🅰🅳🅰", "🇦🇩🇦"}, {"🅰👍🏽", "a👍🏿"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) expect_one(rows[i][0], rows[i][1]);
}

/* Whoever comes with the same nickname in another style is not said to look like it. */
Test(server_lookalike, a_nickname_in_another_style_is_the_same_one)
{
    struct nick_entry *entry = nick_entry_new(&room.nicks, "🅰🅳🅰");
    cr_expect_str_eq(nick_entry_key(entry), "ada");
    cr_expect(nick_entry_is(&room.nicks, entry, "🇦🇩🇦"));
    cr_expect(nick_entry_is(&room.nicks, entry, "Ada"));
    cr_expect_not(nick_entry_is(&room.nicks, entry, "аdа"));
    free(entry);
}

Test(server_lookalike, all_in_ascii_that_look_alike_keep_the_one_that_is_not_out)
{
    claim(&ada, "coco1");
    claim(&bob, "cocol");
    cr_expect_eq(claim(&eve, "сосо1"), CLAIM_REFUSED);
    room_leave(&room, &ada);
    cr_expect_eq(claim(&eve, "сосо1"), CLAIM_REFUSED);
    room_leave(&room, &bob);
    cr_expect_eq(claim(&eve, "сосо1"), CLAIM_OK);
    cr_expect_eq(claim(&ada, "cocol"), CLAIM_REFUSED);
    leave_all();
}

Test(server_lookalike, a_member_may_take_what_looks_like_its_own)
{
    claim(&ada, "coco1");
    cr_expect_eq(claim(&ada, "сосо1"), CLAIM_OK);
    cr_expect_eq(claim(&ada, "coco1"), CLAIM_OK);
    claim(&bob, "cocol");
    cr_expect_eq(claim(&ada, "сосо1"), CLAIM_REFUSED, "bob's looks like it, too");
    cr_expect_eq(claim(&eve, "COCO1"), CLAIM_REFUSED, "it is still ada's");
    cr_expect_eq(claim(&bob, "bob"), CLAIM_OK);
    cr_expect_eq(claim(&ada, "сосо1"), CLAIM_OK);
    leave_all();
}

/* -- every code point -- */

static const char *encode(int32_t cp, char nick[8])
{
    nick[utf8proc_encode_char(cp, (utf8proc_uint8_t *)nick)] = '\0';
    return nick_check(nick) ? NULL : nick;
}

/* Every character leaves a nickname as long as it is, or shorter. */
Test(server_lookalike, plain_letters_are_not_longer_and_stay_as_they_are)
{
    char nick[8], plain[NICK_BYTES + 1], again[NICK_BYTES + 1];
    int styled = 0;
    for (int32_t cp = 1; cp < CODE_POINTS; cp++) {
        if (!encode(cp, nick)) continue;
        lookalike_unstyle(look, nick, plain);
        cr_assert_leq(strlen(plain), strlen(nick));
        styled += strcmp(plain, nick) != 0;
        lookalike_unstyle(look, plain, again);
        cr_assert_str_eq(plain, again, "U+%04X", (unsigned)cp);
        lookalike_unstyle(NULL, nick, again);
        cr_assert_str_eq(again, nick);
    }
    cr_expect_gt(styled, 200);
}

struct seen {
    int32_t cp;
    char *skeleton;
};

static int by_skeleton(const void *a, const void *b)
{
    const struct seen *x = a, *y = b;
    int order = strcmp(x->skeleton, y->skeleton);
    return order ? order : x->cp - y->cp;
}

static size_t collect(struct seen *all)
{
    char nick[8], skeleton[LOOKALIKE_SIZE];
    size_t n = 0;
    for (int32_t cp = 1; cp < CODE_POINTS; cp++) {
        if (!encode(cp, nick)) continue;
        cr_assert(lookalike_skeleton(look, nick, skeleton));
        all[n++] = (struct seen){cp, strdup(skeleton)};
    }
    qsort(all, n, sizeof *all, by_skeleton);
    return n;
}

static bool gets_in(struct member *m, int32_t cp)
{
    char nick[8];
    return encode(cp, nick) && claim(m, nick) == CLAIM_OK;
}

Test(server_lookalike, of_each_pair_of_confusable_characters_only_one_gets_in, .timeout = 60)
{
    static struct seen all[CODE_POINTS];
    size_t n = collect(all), pairs = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        bool same = strcmp(all[i].skeleton, all[i + 1].skeleton) == 0;
        if (!same || all[i + 1].cp < 0x80) continue;
        pairs++;
        cr_expect(!gets_in(&ada, all[i].cp) || !gets_in(&bob, all[i + 1].cp), "U+%04X U+%04X",
                  (unsigned)all[i].cp, (unsigned)all[i + 1].cp);
        leave_all();
    }
    cr_expect_gt(pairs, 4000);
    for (size_t i = 0; i < n; i++) free(all[i].skeleton);
}

/* Fills a nickname to the limit with one code point, whatever it grows to. */
static void check_skeletons(int32_t from, int32_t to)
{
    char nick[NICK_BYTES + 8], key[NICK_KEY_SIZE], out[LOOKALIKE_SIZE], again[LOOKALIKE_SIZE];
    for (int32_t cp = from; cp < to; cp++) {
        if (!encode(cp, nick)) continue;
        size_t size = strlen(nick), n = size;
        for (; n + size <= NICK_BYTES; n += size) memcpy(nick + n, nick, size);
        nick[n] = '\0';
        nick_key(nick, key);
        cr_assert(lookalike_skeleton(look, nick, out), "U+%04X", (unsigned)cp);
        cr_assert(lookalike_skeleton(look, out, again));
        cr_expect_str_eq(out, again, "U+%04X", (unsigned)cp);
        cr_assert(lookalike_skeleton(look, key, out), "the key of U+%04X", (unsigned)cp);
    }
}

Test(server_lookalike, a_skeleton_fits_and_is_its_own_to_4fff)
{
    check_skeletons(1, 0x5000);
}

Test(server_lookalike, a_skeleton_fits_and_is_its_own_to_7fff)
{
    check_skeletons(0x5000, 0x8000);
}

Test(server_lookalike, a_skeleton_fits_and_is_its_own_to_bfff)
{
    check_skeletons(0x8000, 0xC000);
}

Test(server_lookalike, a_skeleton_fits_and_is_its_own_to_ffff)
{
    check_skeletons(0xC000, 0x10000);
}

Test(server_lookalike, a_skeleton_fits_and_is_its_own_to_227ff)
{
    check_skeletons(0x10000, 0x22800);
}

Test(server_lookalike, a_skeleton_fits_and_is_its_own_to_25fff)
{
    check_skeletons(0x22800, 0x26000);
}

Test(server_lookalike, a_skeleton_fits_and_is_its_own_to_2afff)
{
    check_skeletons(0x26000, 0x2B000);
}

Test(server_lookalike, a_skeleton_fits_and_is_its_own_to_the_end)
{
    check_skeletons(0x2B000, CODE_POINTS);
}

/* A character outside ASCII behind it makes ICU find the skeleton of the whole text. */
Test(server_lookalike, the_skeleton_of_ascii_is_that_of_its_characters)
{
    char parts[LOOKALIKE_SIZE], whole[LOOKALIKE_SIZE], end[LOOKALIKE_SIZE];
    cr_assert(lookalike_skeleton(look, "\u0416", end));
    for (int i = 0x21 << 7 | 0x21; i < 0x7F << 7; i++) {
        char text[] = {(char)(i >> 7), (char)(i & 0x7F), '\0', '\0', '\0'};
        cr_assert(lookalike_skeleton(look, text, parts));
        cr_assert(lookalike_skeleton(look, strcat(text, "\u0416"), whole));
        cr_assert_str_eq(strcat(parts, end), whole, "%s", text);
    }
}
