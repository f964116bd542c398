#include "tui/core/packet_repair.h"

#include "common/flatjson.h"
#include "common/text.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define BOB(msg)      "{\"nick\":\"bob\",\"msg\":" msg ",\"proto\":\"broadcast\"}"
#define SAID(text)    BOB("\"" text "\"")
#define BYTES(string) string, sizeof(string) - 1
#define ROWS(table)   (sizeof(table) / sizeof(table)[0])

static struct packet packet;

static const char *read_payload(const char *bytes, size_t n)
{
    static char copy[FRAME_PAYLOAD_MAX];
    memcpy(copy, bytes, n);
    return packet_read(&packet, (struct span){copy, n});
}

Test(packet_repair, the_time_is_kept)
{
    static const char payload[] = "{\"nick\":\"bob\",\"msg\":\"\xFF\",\"proto\":\"broadcast\","
                                  "\"time\":\"2026-11-23T09:30:00.250Z\"}";
    cr_assert_null(read_payload(BYTES(payload)));
    cr_expect_str_eq(packet.msg, "\uFFFD");
    cr_expect_str_eq(packet.time, "2026-11-23T09:30:00.250Z");
}

/* A message of bob's, and how its text is read. */
Test(packet_repair, a_text_is_repaired)
{
    static const struct {
        const char *payload;
        size_t n;
        const char *text;
    } rows[] = {{BYTES(SAID("plain")), "plain"},
                {BYTES(SAID("a\\u0000b")), "a\u2400b"},
                {BYTES(SAID("a\0b")), "a\u2400b"},
                {BYTES(SAID("a\\ud83d")), "a\uFFFD"},
                {BYTES(SAID("\\ud83d!")), "\uFFFD!"},
                {BYTES(SAID("\\ude00!")), "\uFFFD!"},
                {BYTES(SAID("\\ud83d\\ud83d\\ude00")), "\uFFFD\U0001F600"},
                {BYTES(SAID("\\ude00\\ud83d")), "\uFFFD\uFFFD"},
                {BYTES(SAID("\\ud83d\\n")), "\uFFFD\n"},
                {BYTES(SAID("\\ud8")), "\uFFFDud8"},
                {BYTES(SAID("\\u00g0")), "\uFFFDu00g0"},
                {BYTES(SAID("C:\\x41\\ ")), "C:\uFFFDx41\uFFFD "},
                {BYTES(SAID("\\\" \\\\ \\/ \xFF")), "\" \\ / \uFFFD"},
                {BYTES(SAID("a\xFF\xFE"
                            "b")),
                 "a\uFFFD\uFFFDb"},
                {BYTES(SAID("\xC3")), "\uFFFD"},
                {BYTES(SAID("\xED\xA0\x80")), "\uFFFD\uFFFD\uFFFD"},
                {BYTES(SAID("\xC0\x80\xF4\x90\x80\x80")), "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},
                {BYTES(SAID("\033[2Jgone\a")), "\033[2Jgone\a"},
                {BYTES(SAID("one\ntwo\tthree")), "one\ntwo\tthree"},
                {BYTES("\xEF\xBB\xBF" SAID("marked")), "marked"},
                {BYTES(" \r\n\t" SAID("blank") "\r\n\0"), "blank"},
                {BYTES("\0\v\f" SAID("blank")), "blank"},
                {BYTES(BOB("\"x\",\"a\":{\"b\":[1,{\"c\":\"}\\\"]\"}]},\"d\":[]")), "x"},
                {BYTES(BOB("\"x\",\"msg\":\"y\"")), "y"},
                {BYTES(BOB("5,\"msg\":\"y\"")), "y"},
                {BYTES(BOB("\"x\",\"n\":NaN,\"i\":-Infinity,\"e\":1e999")), "x"},
                {BYTES("{\"a\":{},\"proto\":\"broadcast\",\"nick\":\"bob\",}"), ""},
                {BYTES(BOB("null,\"a\":[]")), ""}};
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *error = read_payload(rows[i].payload, rows[i].n);
        cr_assert_null(error, "row %zu: %s", i, error);
        cr_expect_str_eq(packet.msg, rows[i].text);
        cr_expect_str_eq(packet.nick, "bob");
        cr_expect_eq(packet.proto, PROTO_BROADCAST);
    }
}

Test(packet_repair, a_nickname_and_the_kind_are_repaired)
{
    static const char payload[] = "{\"nick\":\"b\\ud800b\",\"msg\":\"\",\"proto\":\"br\xFF\"}";
    cr_assert_null(read_payload(BYTES(payload)));
    cr_expect_str_eq(packet.nick, "b\uFFFDb");
    cr_expect_eq(packet.proto, PROTO_UNKNOWN);
}

Test(packet_repair, the_rest_is_left_out_with_a_reason)
{
    static const struct {
        const char *payload;
        size_t n;
        const char *reason;
        bool is_object;
    } rows[] = {
        {BYTES(""), PACKET_EMPTY, false},
        {BYTES("hello"), FLATJSON_NOT_OBJECT, false},
        {BYTES("[]"), FLATJSON_NOT_OBJECT, false},
        {BYTES("\xEF\xBB\xBF"), FLATJSON_NOT_OBJECT, false},
        {BYTES("{"), FLATJSON_NOT_CLOSED, false},
        {BYTES("{x}"), FLATJSON_NO_QUOTE, true},
        {BYTES("{\"msg}"), FLATJSON_NOT_CLOSED, true},
        {BYTES("{\"msg\" 1}"), FLATJSON_NO_COLON, true},
        {BYTES("{\"msg\":}"), FLATJSON_NOT_CLOSED, true},
        {BYTES("{\"msg\":[[1]}"), FLATJSON_NOT_CLOSED, true},
        {BYTES("{\"msg\":[\"]}"), FLATJSON_NOT_CLOSED, true},
        {BYTES(SAID("x") SAID("y")), FLATJSON_NOT_ALONE, true},
        {BYTES(BOB("5")), PACKET_MSG_WRONG, true},
        {BYTES(BOB("{}")), PACKET_MSG_WRONG, true},
        {BYTES(BOB("[\"x\"]")), PACKET_MSG_WRONG, true},
        {BYTES(BOB("\"x\",\"nick\":[]")), PACKET_NICK_WRONG, true},
        {BYTES("{\"nick\":\"bob\",\"msg\":\"\xFF\"}"), PACKET_PROTO_WRONG, true},
        {BYTES("{}"), PACKET_PROTO_WRONG, true},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *reason = read_payload(rows[i].payload, rows[i].n);
        cr_assert(reason, "row %zu", i);
        cr_expect_str_eq(reason, rows[i].reason, "row %zu: %s", i, reason);
        cr_expect_eq(packet_is_object((struct span){rows[i].payload, rows[i].n}), rows[i].is_object,
                     "row %zu", i);
    }
}

Test(packet_repair, many_fields_are_passed_over)
{
    char payload[4096];
    size_t n = (size_t)snprintf(payload, sizeof payload, "{");
    for (int i = 0; i < 100; i++)
        n += (size_t)snprintf(payload + n, sizeof payload - n, "\"f%d\":\"%d\",", i, i);
    n += (size_t)snprintf(payload + n, sizeof payload - n, "%s", &SAID("behind them")[1]);
    cr_assert_null(read_payload(payload, n));
    cr_expect_str_eq(packet.msg, "behind them");
}

Test(packet_repair, deep_nesting_takes_no_stack)
{
    enum { DEPTH = 30000 };
    static char payload[FRAME_PAYLOAD_MAX];
    static const char start[] = "{\"deep\":", end[] = ",\"msg\":\"x\",\"proto\":\"broadcast\"}";
    memcpy(payload, start, sizeof start - 1);
    memset(payload + sizeof start - 1, '[', DEPTH);
    memset(payload + sizeof start - 1 + DEPTH, ']', DEPTH);
    memcpy(payload + sizeof start - 1 + 2 * (size_t)DEPTH, end, sizeof end - 1);
    cr_assert_null(read_payload(payload, sizeof start + sizeof end - 2 + 2 * (size_t)DEPTH));
    cr_expect_str_eq(packet.msg, "x");
}

/* Each byte becomes three. */
Test(packet_repair, a_text_that_becomes_too_long_is_cut)
{
    static char payload[FRAME_PAYLOAD_MAX];
    static const char start[] = "{\"proto\":\"broadcast\",\"nick\":\"bob\",\"msg\":\"",
                      end[] = "\"}";
    memset(payload, '\xFF', sizeof payload);
    memcpy(payload, start, sizeof start - 1);
    memcpy(payload + sizeof payload - sizeof end + 1, end, sizeof end - 1);
    cr_assert_null(read_payload(payload, sizeof payload));
    size_t n = strlen(packet.msg);
    cr_expect_gt(n, FRAME_PAYLOAD_MAX - 100);
    cr_expect_eq(n % 3, 0);
    cr_expect(text_valid(packet.msg, n));
    cr_expect_str_eq(packet.nick, "bob");
}
