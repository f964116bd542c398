#include "tui/terminal/extended_key.h"

#include "tui/terminal/key_table.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char *translate(const char *sequence)
{
    static char key[EXTENDED_KEY_SIZE + 1];
    size_t n = extended_key_translate(sequence, strlen(sequence), key);
    key[n] = '\0';
    return key;
}

/* Each key that klatch knows, as every terminal sends it, and as the two protocols spell it. */
static const struct {
    const char *plain, *extended[5];
} keys[] = {
    {"\r", {"\x1b[13u", "\x1b[13;5u", "\x1b[27;5;13~", "\x1b[57414u", "\x1b[13;129u"}},
    {"\x1b\r", {"\x1b[13;3u", "\x1b[27;3;13~", "\x1b[27;4;13~", "\x1b[13;33u"}},
    {"\x1b\r", {"\x1b[13;2u", "\x1b[27;2;13~", "\x1b[57414;2u", "\x1b[13;130u", "\x1b[13;2:2u"}},
    {"\x07", {"\x1b[103;5u", "\x1b[27;5;103~"}},
    {"\x10", {"\x1b[112;5u", "\x1b[27;5;112~"}},
    {"\x0e", {"\x1b[110;5u", "\x1b[27;5;110~"}},
    {"\n", {"\x1b[106;5u", "\x1b[27;5;106~"}},
    {"\t", {"\x1b[9u", "\x1b[105;5u", "\x1b[27;5;105~"}},
    {"\x1b[Z", {"\x1b[9;2u", "\x1b[27;2;9~"}},
    {"\x1b", {"\x1b[27u", "\x1b[27;1:1u", "\x1b[27;2;27~", "\x1b[91;5u", "\x1b[27;3u"}},
    {"\x03", {"\x1b[99;5u", "\x1b[27;5;99~", "\x1b[1089::99;5u", "\x1b[99;69u", "\x1b[27;6;67~"}},
    {"\x1b\x03", {"\x1b[99;7u", "\x1b[27;7;99~"}},
    {"\x0c", {"\x1b[108;5u", "\x1b[27;5;108~"}},
    {"\x1a", {"\x1b[122;5u", "\x1b[27;5;122~"}},
    {"\x1b[P", {"\x1b[1;1P", "\x1b[1;129P", "\x1b[1;1:1P"}},
    {"\x1b[11~", {"\x1b[11;1~", "\x1b[11;65~"}},
    {"\x1b[A", {"\x1b[1;1A", "\x1b[1;1:1A", "\x1b[1;1:2A", "\x1b[57419u", "\x1b[1;193A"}},
    {"\x1b[B", {"\x1b[1;129B", "\x1b[57420u"}},
    {"\x1b[C", {"\x1b[1;129C", "\x1b[57418u", "\x1b[57418;129u"}},
    {"\x1b[D", {"\x1b[1;129D", "\x1b[57417u"}},
    {"\x1b[1;5C", {"\x1b[1;133C", "\x1b[57418;5u", "\x1b[1;5:1C"}},
    {"\x1b[1;3D", {"\x1b[1;131D", "\x1b[57417;3u"}},
    {"\x1b[1;2A", {"\x1b[1;130A", "\x1b[57419;2u"}},
    {"\x1b[1;2B", {"\x1b[1;130B", "\x1b[57420;2u"}},
    {"\x1b[H", {"\x1b[1;129H", "\x1b[57423u"}},
    {"\x1b[F", {"\x1b[1;1F", "\x1b[57424u"}},
    {"\x1b[1;5H", {"\x1b[1;133H", "\x1b[57423;5u"}},
    {"\x1b[1;5F", {"\x1b[1;5:2F", "\x1b[57424;5u"}},
    {"\x1b[3~", {"\x1b[3;1~", "\x1b[3;129~", "\x1b[57426u"}},
    {"\x1b[3;5~", {"\x1b[3;133~", "\x1b[57426;5u"}},
    {"\x1b[5~", {"\x1b[5;129~", "\x1b[57421u"}},
    {"\x1b[6~", {"\x1b[6;1:1~", "\x1b[57422u"}},
    {"\x7f", {"\x1b[127u", "\x1b[127;2u", "\x1b[127;5u", "\x1b[27;5;127~"}},
    {"\x08", {"\x1b[104;5u", "\x1b[27;5;8~", "\x1b[8u"}},
    {"\x1b\x7f", {"\x1b[127;3u", "\x1b[27;3;127~"}},
    {"\x01", {"\x1b[97;5u", "\x1b[27;5;97~"}},
    {"\x02", {"\x1b[98;5u", "\x1b[27;5;98~"}},
    {"\x04", {"\x1b[100;5u", "\x1b[27;5;100~"}},
    {"\x05", {"\x1b[101;5u", "\x1b[27;5;101~"}},
    {"\x06", {"\x1b[102;5u", "\x1b[27;5;102~"}},
    {"\x0b", {"\x1b[107;5u", "\x1b[27;5;107~"}},
    {"\x12", {"\x1b[114;5u", "\x1b[27;5;114~"}},
    {"\x13", {"\x1b[115;5u", "\x1b[27;5;115~"}},
    {"\x14", {"\x1b[116;5u", "\x1b[27;5;116~"}},
    {"\x15", {"\x1b[117;5u", "\x1b[27;5;117~"}},
    {"\x17", {"\x1b[119;5u", "\x1b[27;5;119~"}},
    {"\x19", {"\x1b[121;5u", "\x1b[27;5;121~"}},
    {"\x1f", {"\x1b[95;5u", "\x1b[45;6u", "\x1b[47;5u", "\x1b[55;5u", "\x1b[27;6;95~"}},
    {"\x1b\x62", {"\x1b[98;3u", "\x1b[27;3;98~"}},
    {"\x1b\x64", {"\x1b[100;3u", "\x1b[27;3;100~"}},
    {"\x1b\x66", {"\x1b[102;3u", "\x1b[27;3;102~"}},
    {"\x1b<", {"\x1b[44;4u", "\x1b[44:60;4u", "\x1b[60;3u", "\x1b[27;4;60~"}},
    {"\x1b>", {"\x1b[46;4u", "\x1b[60:62;4u", "\x1b[62;3u", "\x1b[27;4;62~"}},
    {"\x1b=", {"\x1b[61;3u", "\x1b[48:61;4u", "\x1b[27;4;61~", "\x1b[57415;3u"}},
    {"\x1bt", {"\x1b[116;3u", "\x1b[27;3;116~", "\x1b[1077::116;3u"}},
    {"\x1bu", {"\x1b[117;3u", "\x1b[27;3;117~", "\x1b[117;33u"}},
    {"\x1bp", {"\x1b[112;3u", "\x1b[27;3;112~"}},
    {"\x1bn", {"\x1b[110;3u", "\x1b[27;3;110~"}},
};

Test(extended_key, every_key_that_klatch_knows)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        for (size_t k = 0; k < 5 && keys[i].extended[k]; k++)
            cr_expect_str_eq(translate(keys[i].extended[k]), keys[i].plain, "%zu, %zu", i, k);
}

Test(extended_key, and_klatch_knows_each)
{
    struct action action;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        cr_expect(key_table_find(keys[i].plain, strlen(keys[i].plain), &action) ||
                      strcmp(keys[i].plain, "\x1b") == 0,
                  "%zu", i);
}

Test(extended_key, text)
{
    static const struct {
        const char *sequence, *text;
    } typed[] = {
        {"\x1b[97u", "a"},       {"\x1b[97;2u", "A"},
        {"\x1b[97:65;2u", "A"},  {"\x1b[97;65u", "A"},
        {"\x1b[97;66u", "a"},    {"\x1b[97;1;98u", "b"},
        {"\x1b[50;2;34u", "\""}, {"\x1b[233u", "\xC3\xA9"},
        {"\x1b[27;2;65~", "A"},  {"\x1b[27;2;32~", " "},
        {"\x1b[57399u", "0"},    {"\x1b[57408;129u", "9"},
        {"\x1b[57413u", "+"},    {"\x1b[27;2;233~", "\xC3\xA9"},
        {"\x1b[44;2u", "<"},     {"\x1b[128512u", "\xF0\x9F\x98\x80"},
    };
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
        cr_expect_str_eq(translate(typed[i].sequence), typed[i].text, "%zu", i);
}

Test(extended_key, nothing)
{
    static const char *const silent[] = {
        "\x1b[97;1:3u",                                                     /* released */
        "\x1b[1;1:3A",       "\x1b[3;1:3~",   "\x1b[13;1:3u", "\x1b[97;9u", /* Super */
        "\x1b[99;13u",                                                      /* Ctrl and Super */
        "\x1b[1;9A",         "\x1b[57441;2u",                               /* the left Shift key */
        "\x1b[57358u",                                                      /* Caps Lock */
        "\x1b[57376u",                                                      /* F13 */
        "\x1b[55296u",                                                      /* a surrogate */
        "\x1b[1114112u",                                                    /* beyond Unicode */
        "\x1b[99999999999u", "\x1b[233;5u", /* Ctrl makes nothing of it */
    };
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
        cr_expect_str_eq(translate(silent[i]), "", "%zu", i);
}

Test(extended_key, other_sequences_stay_as_they_are)
{
    static const char *const others[] = {
        "a",
        "\x1b",
        "\x1b[A",
        "\x1bOA",
        "\x1b[200~",
        "\x1b[I",
        "\x1b[[A",
        "\x1b[7^",
        "\x1b[?0u",
        "\x1b[?1036;1$y",
        "\x1b[<0;1;1M",
        "\x1b[M !!",
        "\x1b[8;24;80t",
        "\x1b\x1b",
        "\x1b[u;u",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        cr_expect_str_eq(translate(others[i]), others[i], "%zu", i);
}

/* Whatever the fields are, the result fits. */
Test(extended_key, fields_of_any_kind)
{
    static const char bytes[] = "0123456789;:u~A$?<27 ";
    char sequence[EXTENDED_KEY_SIZE + 8] = "\x1b[", key[EXTENDED_KEY_SIZE];
    unsigned random = 1;
    for (int i = 0; i < 200000; i++) {
        size_t n = 2 + random % (sizeof sequence - 2);
        for (size_t k = 2; k < n; k++) {
            random = random * 1103515245 + 12345;
            sequence[k] = bytes[(random >> 16) % (sizeof bytes - 1)];
        }
        cr_assert_leq(extended_key_translate(sequence, n, key), sizeof key);
        random = random * 1103515245 + 12345;
    }
}
