/* What JSON (RFC 8259) allows and what it does not, through the packet reader: as a whole payload
 * and as the value of a field; and whether a second opinion is of the same mind. */
#include "common/packet.h"
#include "tests/unit/support/reference_json.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES(s)                                                                                   \
    {                                                                                              \
        s, sizeof(s) - 1                                                                           \
    }
#define ROWS(table) (sizeof(table) / sizeof(table)[0])

static struct reference_packet second;

static bool accepts(struct span payload)
{
    struct packet p;
    char *exact = malloc(payload.n ? payload.n : 1); /* its own block: a sanitizer sees the edge */
    memcpy(exact, payload.p, payload.n);
    bool accepted = packet_decode(&p, (struct span){exact, payload.n}) == NULL;
    reference_json_read(&second, payload.p, payload.n);
    cr_expect_eq(accepted, second.valid, "the second opinion differs on: %.*s", (int)payload.n,
                 payload.p);
    free(exact);
    return accepted;
}

/* Sets a value into a packet, as the field that is called so. */
static struct span as_field(const char *name, struct span value)
{
    static char payload[2 * FRAME_PAYLOAD_MAX];
    const char *others = strcmp(name, "proto") == 0 ? "\"msg\":\"x\"" : "\"proto\":\"broadcast\"";
    int n = sprintf(payload, "{%s,\"%s\":", others, name);
    memcpy(payload + n, value.p, value.n);
    payload[(size_t)n + value.n] = '}';
    return (struct span){payload, (size_t)n + value.n + 1};
}

/* What no JSON text is, nor any value in one. */
static const struct span never[] = {
    /* nothing, blanks that are none, and what is not UTF-8 */
    BYTES(""), BYTES(" "), BYTES("\x0C"), BYTES("\x0B\"x\""), BYTES("\0"), BYTES("\"x\"\0"),
    BYTES("\0\"x\""), BYTES("\xC2\x85\"x\""), BYTES("\xC2\xA0\"x\""), BYTES("\xE2\x80\xA8\"x\""),
    BYTES("\xE2\x81\xA0\"x\""), BYTES("\xEF\xBB\xBF"), BYTES("\xEF\xBB\xBF\"x\""),
    BYTES("\xEF\xBB\"x\""), BYTES("\xFE\xFF\0\"\0x\0\""), BYTES("\xFF\xFE\"\0x\0\"\0"),
    BYTES("\xE9"), BYTES("\xFF"), BYTES("\"\xE9\""), BYTES("\"\xC0\x80\""), BYTES("\"\xC1\xBF\""),
    BYTES("\"\xE0\x9F\xBF\""), BYTES("\"\xF0\x8F\xBF\xBF\""), BYTES("\"\xED\xA0\x80\""),
    BYTES("\"\xED\xA0\xBD\xED\xB8\x80\""), BYTES("\"\xF4\x90\x80\x80\""),
    BYTES("\"\xF8\x88\x80\x80\x80\""), BYTES("\"\x80\""), BYTES("\"\xE2\x82\""),
    BYTES("\"\\\xE9\""), BYTES("\"\\u\xE9\""), BYTES("1\xE9"), BYTES("1e1\xE9"),
    /* strings */
    BYTES("\""), BYTES("\"x"), BYTES("x\""), BYTES("\"\"\""), BYTES("\"x\"y"), BYTES("\"x\" \"y\""),
    BYTES("'x'"), BYTES("`x`"), BYTES("\xE2\x80\x9Cx\xE2\x80\x9D"), BYTES("\\u0022x\\u0022"),
    BYTES("\"\\\""), BYTES("\"\\"), BYTES("\"\\\\\\\""), BYTES("\"\\a\""), BYTES("\"\\v\""),
    BYTES("\"\\0\""), BYTES("\"\\e\""), BYTES("\"\\'\""), BYTES("\"\\N\""), BYTES("\"\\U0041\""),
    BYTES("\"\\x41\""), BYTES("\"\\101\""), BYTES("\"\\ \""), BYTES("\"\\\n\""), BYTES("\"\\\t\""),
    BYTES("\"\\\0\""), BYTES("\"\\\xF0\x9F\x98\x80\""), BYTES("\"\\u\""), BYTES("\"\\u1\""),
    BYTES("\"\\u12\""), BYTES("\"\\u123\""), BYTES("\"\\u12 3\""), BYTES("\"\\u+123\""),
    BYTES("\"\\u0x41\""), BYTES("\"\\u00G0\""), BYTES("\"\\u00:0\""), BYTES("\"\\u00@0\""),
    BYTES("\"\\u00`0\""), BYTES("\"\\u{41}\""), BYTES("\"\\uD83D\\u\""), BYTES("\"\\uD83D\\uDE0\""),
    BYTES("\"\\uD83D\\uDE\""), BYTES("\"\\uD83D\\"), BYTES("\"\\uD83D\\\""), BYTES("\"a\nb\""),
    BYTES("\"a\rb\""), BYTES("\"a\tb\""), BYTES("\"\x01\""), BYTES("\"\x1B[0m\""),
    BYTES("\"\x1F\""), BYTES("\"a\0b\""),
    /* numbers */
    BYTES("-"), BYTES("+"), BYTES("+1"), BYTES("++1"), BYTES("--1"), BYTES("-+1"), BYTES("- 1"),
    BYTES("1-"), BYTES("1-2"), BYTES("1+2"), BYTES("01"), BYTES("00"), BYTES("-01"), BYTES("-00.5"),
    BYTES("012"), BYTES("0 1"), BYTES("1 000"), BYTES("1,000"), BYTES("1_000"), BYTES("."),
    BYTES(".5"), BYTES("-.5"), BYTES("+.5"), BYTES("1."), BYTES("-2."), BYTES("0.e1"),
    BYTES("2.e3"), BYTES("2.e+3"), BYTES(".2e-3"), BYTES("1.2.3"), BYTES("1..2"), BYTES("1e"),
    BYTES("1e+"), BYTES("1E-"), BYTES("0e"), BYTES("0e+"), BYTES("0.3e"), BYTES("0.3e+"),
    BYTES("9.e+"), BYTES("1ee2"), BYTES("1e2e3"), BYTES("1e2.5"), BYTES("1e+-2"), BYTES("1eE2"),
    BYTES("e1"), BYTES("0x1"), BYTES("0x"), BYTES("0X1F"), BYTES("0b1"), BYTES("0o7"), BYTES("1a"),
    BYTES("1.5f"), BYTES("1L"), BYTES("-x"), BYTES("Inf"), BYTES("-Inf"), BYTES("Infinity"),
    BYTES("-Infinity"), BYTES("+Infinity"), BYTES("nan"), BYTES("NaN"), BYTES("-NaN"),
    BYTES("\xEF\xBC\x91"), BYTES("\xD9\xA1"), BYTES("(1)"), BYTES("1%"),
    /* words */
    BYTES("n"), BYTES("nul"), BYTES("nulll"), BYTES("null0"), BYTES("Null"), BYTES("NULL"),
    BYTES("nil"), BYTES("none"), BYTES("undefined"), BYTES("tru"), BYTES("truee"), BYTES("True"),
    BYTES("TRUE"), BYTES("fals"), BYTES("False"), BYTES("FALSE"), BYTES("yes"), BYTES("truefalse"),
    BYTES("true false"), BYTES("x"), BYTES("\xC3\xA5"), BYTES("*"), BYTES("#"), BYTES("<null>"),
    BYTES("(null)"), BYTES("true;"), BYTES("null#"), BYTES("null//"), BYTES("/* */null"),
    BYTES("//\nnull"), BYTES("null,"), BYTES(",null"), BYTES(":"), BYTES(","),
    /* arrays */
    BYTES("["), BYTES("]"), BYTES("[]]"), BYTES("[}"), BYTES("[1"), BYTES("[1,"), BYTES("[1,]"),
    BYTES("[,]"), BYTES("[,1]"), BYTES("[1,,2]"), BYTES("[1 2]"), BYTES("[\"x\" 1]"),
    BYTES("[\"x\":1]"), BYTES("[1:2]"), BYTES("[\"x"), BYTES("[\"x\","), BYTES("[\"x\"]x"),
    BYTES("[x]"), BYTES("[-]"), BYTES("[*]"), BYTES("[<null>]"), BYTES("[1\n,1\n,1"), BYTES("[[[]"),
    BYTES("[[]]]"), BYTES("[{}"), BYTES("[\"\\{[\"\\{"), BYTES("[\0]"), BYTES("[1]\0"),
    BYTES("[] []"), BYTES("[],"),
    /* objects */
    BYTES("{"), BYTES("}"), BYTES("{]"), BYTES("{,"), BYTES("{,}"), BYTES("{'"), BYTES("{'a':1}"),
    BYTES("{a:1}"), BYTES("{1:1}"), BYTES("{null:1}"), BYTES("{[]:1}"), BYTES("{\"a\"}"),
    BYTES("{\"a\""), BYTES("{\"a\":"), BYTES("{\"a\":}"), BYTES("{\"a\":1"), BYTES("{\"a\":1,"),
    BYTES("{\"a\":1,}"), BYTES("{\"a\":1,,\"b\":2}"), BYTES("{\"a\":1 \"b\":2}"),
    BYTES("{\"a\":1;\"b\":2}"), BYTES("{\"a\" 1}"), BYTES("{\"a\",1}"), BYTES("{\"a\"=1}"),
    BYTES("{\"a\"::1}"), BYTES("{:\"a\"}"), BYTES("{\"a\":1}}"), BYTES("{\"a\":1}x"),
    BYTES("{\"a\":1}#"), BYTES("{\"a\":1}/**/"), BYTES("{\"a\":1}//"), BYTES("{\"a\":1}/"),
    BYTES("{\"a\":/**/1}"), BYTES("{\"a\":1},"), BYTES("{\"a\":1}{}"), BYTES("{}}"), BYTES("{}\0"),
    BYTES("{\"a\":a}"), BYTES("{\"a\":\"x}"), BYTES("{\"a:1}"), BYTES("{\"\xB9\":1}"),
    BYTES("{\"a\":01}"), BYTES("{\"\\uD800\":1,}"), BYTES("{\"a\":[}"), BYTES("{\"a\":{}"),
    BYTES("\xF0\x9F\x87\xA8{}"), BYTES("<!-- -->{}"), BYTES("{\"a\":\"\\uD83D\\")};

Test(json, what_json_forbids_is_refused_as_a_packet_and_as_a_value)
{
    static const char *const names[] = {"msg", "nick", "proto", "more"};
    for (size_t i = 0; i < ROWS(never); i++) {
        cr_expect_not(accepts(never[i]), "row %zu, whole: %s", i, never[i].p);
        for (int j = 0; j < 4; j++)
            cr_expect_not(accepts(as_field(names[j], never[i])), "row %zu as %s: %s", i, names[j],
                          never[i].p);
    }
}

/* JSON, but no packet, as we have it: each of our rules. */
Test(json, what_json_allows_and_a_packet_does_not_is_refused)
{
    static const struct span rows[] = {
        BYTES("null"),
        BYTES("true"),
        BYTES("0"),
        BYTES("\"\""),
        BYTES("[]"),
        BYTES("{}"),
        BYTES("[{\"proto\":\"who\"}]"),
        BYTES("{\"msg\":\"x\"}"),
        BYTES("{\"nick\":null,\"msg\":\"x\"}"),
        BYTES("{\"PROTO\":\"who\"}"),
        BYTES("{\"proto \":\"who\"}"),
        BYTES("{\"proto\":null}"),
        BYTES("{\"proto\":false}"),
        BYTES("{\"proto\":0}"),
        BYTES("{\"proto\":[]}"),
        BYTES("{\"proto\":{}}"),
        BYTES("{\"proto\":\"who\",\"msg\":true}"),
        BYTES("{\"proto\":\"who\",\"msg\":0}"),
        BYTES("{\"proto\":\"who\",\"msg\":[\"x\"]}"),
        BYTES("{\"proto\":\"who\",\"nick\":false}"),
        BYTES("{\"proto\":\"who\",\"nick\":1e3}"),
        BYTES("{\"proto\":\"who\",\"nick\":{}}"),
        BYTES("{\"proto\":\"who\",\"proto\":\"who\"}"),
        BYTES("{\"proto\":\"who\",\"\\u0070roto\":\"who\"}"),
        BYTES("{\"nick\":null,\"proto\":\"who\",\"nick\":null}"),
        BYTES("{\"proto\":\"who\",\"a\":1,\"\\u0061\":1}"),
        BYTES("{\"proto\":\"who\",\"\":1,\"\":1}"),
        BYTES("{\"proto\":\"who\",\"\\ud83d\\ude00\":1,\"\xF0\x9F\x98\x80\":1}"),
        BYTES("{\"proto\":\"who\",\"msg\\u0000\":1}"),
        BYTES("{\"proto\\u0000\":\"who\"}"),
        BYTES("{\"proto\":\"who\",\"msg\":\"\\u0000\"}"),
        BYTES("{\"proto\":\"who\",\"msg\":\"a\\u0000b\"}"),
        BYTES("{\"proto\":\"who\",\"msg\":\"\\uD83D\"}"),
        BYTES("{\"proto\":\"who\",\"msg\":\"\\uDE00\"}"),
        BYTES("{\"proto\":\"who\",\"msg\":\"\\uDE00\\uD83D\"}"),
        BYTES("{\"proto\":\"who\",\"msg\":\"\\uD83D\\uD83D\\uDE00\"}"),
        BYTES("{\"proto\":\"who\",\"msg\":\"\\uD83Dx\\uDE00\"}"),
        BYTES("{\"proto\":\"who\",\"msg\":\"\\uD83D\\n\"}"),
        BYTES("{\"proto\":\"who\",\"\\uDFAA\":0}"),
        BYTES("{\"proto\":\"who\",\"a\":[]}"),
        BYTES("{\"proto\":\"who\",\"a\":{}}"),
        BYTES("{\"proto\":\"who\",\"a\":{\"proto\":\"who\"}}")};
    for (size_t i = 0; i < ROWS(rows); i++)
        cr_expect_not(accepts(rows[i]), "row %zu: %s", i, rows[i].p);
}

Test(json, every_string_is_read_as_it_is_meant)
{
    static const struct {
        struct span json;
        const char *means;
    } rows[] = {
        {BYTES("\"\""), ""},
        {BYTES("\" \""), " "},
        {BYTES("\"asd \""), "asd "},
        {BYTES("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), "\"\\/\b\f\n\r\t"},
        {BYTES("\"\\\\n\""), "\\n"},
        {BYTES("\"\\\\u0000\""), "\\u0000"},
        {BYTES("\"\\\\\""), "\\"},
        {BYTES("\"\\\"\""), "\""},
        {BYTES("\"/\\/\""), "//"},
        {BYTES("\"\\u0001\\u001F\""), "\x01\x1F"},
        {BYTES("\"\\u007F\x7F\""), "\x7F\x7F"},
        {BYTES("\"\\u0022\\u005C\\u002f\""), "\"\\/"},
        {BYTES("\"\\u0061\\u30af\\u30EA\""), "a\u30AF\u30EA"},
        {BYTES("\"\\uABCD\\uabcd\\uAbCd\""), "\uABCD\uABCD\uABCD"},
        {BYTES("\"\\u0080\\u07FF\\u0800\""), "\xC2\x80\u07FF\u0800"},
        {BYTES("\"\\uD7FF\\uE000\\uFFFF\""), "\xED\x9F\xBF\uE000\xEF\xBF\xBF"},
        {BYTES("\"\\uFDD0\\uFFFE\\uFEFF\""), "\xEF\xB7\x90\xEF\xBF\xBE\uFEFF"},
        {BYTES("\"\\uD800\\uDC00\""), "\U00010000"},
        {BYTES("\"\\uD834\\uDd1e\""), "\U0001D11E"},
        {BYTES("\"\\uDBFF\\uDFFF\""), "\xF4\x8F\xBF\xBF"},
        {BYTES("\"\\uD83D\\uDE00\\uD83D\\uDE00\""), "\U0001F600\U0001F600"},
        {BYTES("\"\\u2028\\u2029\xE2\x80\xA8\xE2\x80\xA9\""), "\u2028\u2029\u2028\u2029"},
        {BYTES("\"\xC2\xA0\xE2\x81\xA0\xEF\xBB\xBF\""), "\u00A0\u2060\uFEFF"},
        {BYTES("\"\xEF\xBF\xBF\xF4\x8F\xBF\xBF\xF0\x9B\xBF\xBF\""),
         "\xEF\xBF\xBF\xF4\x8F\xBF\xBF\xF0\x9B\xBF\xBF"},
        {BYTES("\"\\u0060\\u012a\\u12AB\""), "`\u012A\u12AB"},
        {BYTES("\"a/*b*/c/*d//e\""), "a/*b*/c/*d//e"},
        {BYTES("\"{\\\"a\\\":[\\\"b\\\"]}\""), "{\"a\":[\"b\"]}"},
        {BYTES("\"null\""), "null"},
        {BYTES(" \t\n\r\"x\"\r\n\t "), "x"},
        {BYTES("null"), ""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct packet p;
        struct span payload = as_field("msg", rows[i].json);
        cr_assert(accepts(payload), "row %zu: %s", i, rows[i].json.p);
        cr_assert_null(packet_decode(&p, payload));
        cr_expect_str_eq(p.msg, rows[i].means, "row %zu", i);
        cr_expect_str_eq(second.msg ? second.msg : "", rows[i].means, "row %zu", i);
    }
}

Test(json, every_flat_value_may_stand_in_a_field_that_is_not_ours)
{
    static const struct span rows[] = {
        BYTES("0"),
        BYTES("-0"),
        BYTES("-1"),
        BYTES("123"),
        BYTES("-123"),
        BYTES("0.5"),
        BYTES("-0.0"),
        BYTES("123.456789"),
        BYTES("0e1"),
        BYTES("0E+1"),
        BYTES("20e1"),
        BYTES("1E22"),
        BYTES("1e-2"),
        BYTES("1E+2"),
        BYTES("123e45"),
        BYTES("123.456e-78"),
        BYTES("1e999"),
        BYTES("-1e-999"),
        BYTES("0.0000000000000000000000000000000000000000000000000001"),
        BYTES("123123123123123123123123123123"),
        BYTES("true"),
        BYTES("false"),
        BYTES("null"),
        BYTES("\"x\""),
        BYTES(" 1"),
        BYTES("1\r\n")};
    for (size_t i = 0; i < ROWS(rows); i++)
        cr_expect(accepts(as_field("more", rows[i])), "row %zu: %s", i, rows[i].p);
}

/* Every byte of a packet replaced, taken out and doubled. */
Test(json, a_second_opinion_agrees_on_everything_that_is_nearly_a_packet)
{
    static const char packet[] =
        " {\"nick\" : null,\"m\\u0073g\":\"\\\"\\ud83d\\uDE00\xE2\x82\xAC\","
        "\"n\":-10.5e+2,\"proto\":\"who\"}\n";
    enum { N = sizeof packet - 1 };
    char changed[N + 1];
    size_t accepted = 0;
    for (size_t i = 0; i < N; i++) {
        for (int byte = 0; byte < 256; byte++) {
            memcpy(changed, packet, N);
            changed[i] = (char)byte;
            accepted += accepts((struct span){changed, N});
            memmove(changed + i + 1, packet + i, N - i);
            accepted += accepts((struct span){changed, N + 1});
        }
        memcpy(changed, packet, N);
        memmove(changed + i, packet + i + 1, N - i - 1);
        accepted += accepts((struct span){changed, N - 1});
    }
    cr_expect_gt(accepted, 1000);
}

static size_t allocated;

static void *count_allocation(size_t n)
{
    allocated++;
    return malloc(n);
}

static char *repeat(const char *start, const char *unit)
{
    char *text = malloc(FRAME_PAYLOAD_MAX + 1);
    size_t n = strlen(start), size = strlen(unit);
    memcpy(text, start, n);
    for (; n < FRAME_PAYLOAD_MAX; n++) text[n] = unit[(n - strlen(start)) % size];
    text[n] = '\0';
    return text;
}

Test(json, what_would_cost_much_is_refused_before_anything_is_allocated)
{
    static const char *const rows[][2] = {
        {"", "["},          {"", "{\"a\":"},         {"{\"a\":", "["},         {"{\"a\":", "[0,"},
        {"{", "\"a\":0,"},  {"{", "\"\\u0061\":0,"}, {"{\"msg\":", "9"},       {"{\"a\":1e", "9"},
        {"{\"a\":0.", "0"}, {"{\"a\":\"", "x"},      {"{\"a\":\"", "\\u0001"}, {"", " "},
    };
    cJSON_Hooks hooks = {count_allocation, free};
    cJSON_InitHooks(&hooks);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct packet p;
        char *payload = repeat(rows[i][0], rows[i][1]);
        allocated = 0;
        cr_expect_not_null(packet_decode(&p, (struct span){payload, FRAME_PAYLOAD_MAX}));
        cr_expect_eq(allocated, 0, "row %zu", i);
        free(payload);
    }
    cJSON_InitHooks(NULL);
}

/* However a text was escaped, what is relayed is no longer than what came. */
Test(json, no_text_grows_on_its_way_through)
{
    static const char *const units[] = {"\\\"",    "\\\\", "\\/",      "\\n",  "\\u0001",
                                        "\\u00e9", "x",    "\xC3\xA9", "\x7F", "\\ud83d\\ude00"};
    static char payload[FRAME_MAX], frame[PACKET_ROOM];
    for (size_t i = 0; i < ROWS(units); i++) {
        struct packet p;
        size_t n = (size_t)sprintf(payload, "{\"nick\":\"ada\",\"msg\":\"");
        while (n < 60000) n += (size_t)sprintf(payload + n, "%s", units[i]);
        n += (size_t)sprintf(payload + n, "\",\"proto\":\"broadcast\"}");
        cr_assert_null(packet_decode(&p, (struct span){payload, n}));
        size_t relayed = packet_encode(frame, p.proto, p.nick, p.msg);
        cr_expect(relayed > 0 && relayed <= FRAME_HEADER + n, "%s: %zu of %zu", units[i], relayed,
                  n);
    }
}
