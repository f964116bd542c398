#include "common/record.h"

#include "tests/count.h"
#include "tests/unit/support/unsafe_chars.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

static char line[RECORD_ROOM];

static const char *decode(struct record *r, const char *text)
{
    return record_decode(r, (struct span){text, strlen(text)});
}

static void expect_line(int64_t unix_ms, const char *nick, const char *msg, const char *text)
{
    size_t n = record_encode(line, sizeof line, unix_ms, nick, msg, PROTO_BROADCAST);
    cr_assert_eq(n, strlen(text));
    cr_expect_eq(memcmp(line, text, n), 0, "%.*s", (int)n, line);
}

Test(record, a_line_is_one_object)
{
    expect_line(0, "ada", "hi",
                "{\"time\":\"1970-01-01T00:00:00.000Z\",\"nick\":\"ada\",\"msg\":\"hi\","
                "\"proto\":\"broadcast\"}\n");
    expect_line(1790145175123, NULL, "a\nb \"c\"",
                "{\"time\":\"2026-09-23T06:32:55.123Z\",\"nick\":null,\"msg\":\"a\\nb \\\"c\\\"\","
                "\"proto\":\"broadcast\"}\n");
    expect_line(-1, "SERVER", "",
                "{\"time\":\"1969-12-31T23:59:59.999Z\",\"nick\":\"SERVER\",\"msg\":\"\","
                "\"proto\":\"broadcast\"}\n");
}

Test(record, what_is_written_can_be_read)
{
    static const int64_t times[] = {0, 1, -1, 1790145175123, 951782400000, 253402300799999};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct record r;
        size_t n = record_encode(line, sizeof line, times[i], "bob", "né\n\x01\"", PROTO_SHUTDOWN);
        cr_assert_gt(n, 0);
        cr_assert_null(record_decode(&r, (struct span){line, n}));
        cr_expect_eq(r.unix_ms, times[i]);
        cr_expect_str_eq(r.said.nick, "bob");
        cr_expect_str_eq(r.said.msg, "né\n\x01\"");
        cr_expect_eq(r.said.proto, PROTO_SHUTDOWN);
        cr_assert_null(record_decode(&r, (struct span){line, n - 1}), "without the line feed");
    }
}

Test(record, whatever_a_packet_holds_has_room)
{
    static char msg[FRAME_PAYLOAD_MAX], frame[PACKET_ROOM];
    size_t size =
        FRAME_PAYLOAD_MAX - strlen("{\"nick\":\"b\",\"msg\":\"\",\"proto\":\"broadcast\"}");
    memset(msg, 'x', size);
    cr_assert_eq(packet_encode(frame, PROTO_BROADCAST, "b", msg), FRAME_MAX);
    cr_expect_gt(record_encode(line, sizeof line, 0, "b", msg, PROTO_BROADCAST), FRAME_PAYLOAD_MAX);
}

Test(record, what_does_not_fit_is_not_written)
{
    cr_expect_eq(record_encode(line, 40, 0, "bob", "hello", PROTO_BROADCAST), 0);
    cr_expect_eq(record_encode(line, 0, 0, "bob", "hello", PROTO_BROADCAST), 0);
    cr_expect_eq(record_encode(line, sizeof line, 253402300800000, "b", "", PROTO_BROADCAST), 0);
    cr_expect_eq(record_encode(line, sizeof line, INT64_MIN, "b", "", PROTO_BROADCAST), 0);
    cr_expect_eq(record_encode(line, sizeof line, INT64_MAX, "b", "", PROTO_BROADCAST), 0);
}

Test(record, other_lines_are_told_from_records)
{
    for (const char *const *json = STRINGS(
             "", "\n", "{\"time\":\"1970-01-01T00:00:00.0",
             "{\"nick\":\"ada\",\"msg\":\"hi\",\"proto\":\"broadcast\"}",
             "{\"time\":0,\"msg\":\"hi\",\"proto\":\"broadcast\"}",
             "{\"time\":\"yesterday\",\"msg\":\"hi\",\"proto\":\"broadcast\"}",
             "{\"time\":\"1970-02-30T00:00:00.000Z\",\"msg\":\"hi\",\"proto\":\"broadcast\"}",
             "{\"time\":\"\",\"proto\":\"broadcast\"}",
             "{\"time\":\"0000-01-01T00:00:00.000Z\",\"msg\":\"hi\",\"proto\":\"broadcast\"}",
             "{\"time\":\"1970-01-01T00:00:00.000Z\" ,\"msg\":\"hi\",\"proto\":\"broadcast\"}",
             "{\"time\":\"1970-01-01T00:00:00.x00Z\",\"msg\":\"hi\",\"proto\":\"broadcast\"}",
             "{\"time\":\"1970-01-01 00:00:00.000Z\",\"msg\":\"hi\",\"proto\":\"broadcast\"}",
             "{\"time\":\"1970-01-01T00:00:00.000\",\"msg\":\"hi\",\"proto\":\"broadcast\"}",
             "{\"time\":\"1970-01-01T00:00:00.000Z\",\"msg\":\"hi\"}");
         *json; json++) {
        struct record r;
        cr_expect_not_null(decode(&r, *json), "%s", *json);
    }
}

Test(record, a_payload_is_wrapped_as_it_is_written)
{
    static const char *const messages[] = {"", "hi", "a\nb \"c\" \x01 \xC3\xA9",
                                           "\x7F\xE2\x80\xAE\xF3\xA0\x81\xA1"};
    static char frame[PACKET_ROOM], wrapped[RECORD_ROOM];
    char stamp[RECORD_STAMP];
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        size_t size = packet_encode(frame, PROTO_BROADCAST, "ada", messages[i]);
        struct span payload = {frame + FRAME_HEADER, size - FRAME_HEADER};
        cr_assert(record_format_time(stamp, 1790145175123));
        size_t n = record_wrap(wrapped, sizeof wrapped, stamp, payload);
        cr_assert_eq(n, record_encode(line, sizeof line, 1790145175123, "ada", messages[i],
                                      PROTO_BROADCAST));
        cr_expect_arr_eq(wrapped, line, n);
        cr_expect_eq(record_wrap(wrapped, n, stamp, payload), n);
        cr_expect_eq(record_wrap(wrapped, n - 1, stamp, payload), 0);
        for (size_t room = 0; room < n; room++)
            cr_expect_eq(record_encode(line, room, 0, "ada", messages[i], PROTO_BROADCAST), 0);
    }
}

Test(record, characters_that_cannot_be_seen_are_escaped)
{
    expect_line(
        0, "a\xE2\x80\x8D", "\x7F\xC2\x85\xE2\x80\xA8 \xE2\x80\xAE\xF3\xA0\x81\xA1 \xC3\xA9",
        "{\"time\":\"1970-01-01T00:00:00.000Z\",\"nick\":\"a\\u200d\",\"msg\":\"\\u007f\\u0085"
        "\\u2028 \\u202e\\udb40\\udc61 \xC3\xA9\",\"proto\":\"broadcast\"}\n");
}

Test(record, each_code_point_is_safe_to_show_and_read_back)
{
    for (int32_t cp = 1; cp < 0x110000; cp++) {
        char text[8] = "";
        struct record r;
        if (cp >= 0xD800 && cp < 0xE000) continue;
        utf8proc_encode_char(cp, (utf8proc_uint8_t *)text);
        strcat(text, "\\u");
        size_t n = record_encode(line, sizeof line, 0, "ada", text, PROTO_BROADCAST);
        const char *flaw = unsafe_text(line, n - 1, 0);
        cr_assert(!flaw || strstr(flaw, "a blank"), "U+%04X: %s", (unsigned)cp, flaw);
        cr_assert_null(record_decode(&r, (struct span){line, n}), "U+%04X", (unsigned)cp);
        cr_assert_str_eq(r.said.msg, text);
    }
}

/* As other versions wrote it, and as other programs may. */
Test(record, a_line_is_read_with_any_escapes)
{
    static const char *const texts[][2] = {
        {"\x7F\xE2\x80\xAE\xF3\xA0\x81\xA1", "\x7F\xE2\x80\xAE\xF3\xA0\x81\xA1"},
        {"\\u007F\\u202E\\uDB40\\uDC61", "\x7F\xE2\x80\xAE\xF3\xA0\x81\xA1"},
        {"\\u0061\\n\\u000a\\u00e9", "a\n\n\xC3\xA9"},
        {"\\\\u202e\\\\", "\\u202e\\"},
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct record r;
        sprintf(line, "{\"time\":\"1970-01-01T00:00:00.000Z\",\"msg\":\"%s\",\"proto\":\"who\"}",
                texts[i][0]);
        cr_assert_null(decode(&r, line), "%s", line);
        cr_expect_str_eq(r.said.msg, texts[i][1]);
    }
    for (const char *const *bad = STRINGS("\\udb40", "\\udc61", "\\udb40\\u0061", "\\u202", "\\");
         *bad; bad++) {
        struct record r;
        sprintf(line, "{\"time\":\"1970-01-01T00:00:00.000Z\",\"msg\":\"%s\",\"proto\":\"who\"}",
                *bad);
        cr_expect_not_null(decode(&r, line), "%s", line);
    }
}

/* U+007F grows most. */
Test(record, the_longest_record_has_room_and_is_read_back)
{
    static char msg[FRAME_PAYLOAD_MAX], frame[PACKET_ROOM];
    struct record r;
    size_t size =
        FRAME_PAYLOAD_MAX - strlen("{\"nick\":\"b\",\"msg\":\"\",\"proto\":\"broadcast\"}");
    memset(msg, 0x7F, size);
    cr_assert_eq(packet_encode(frame, PROTO_BROADCAST, "b", msg), FRAME_MAX);
    size_t n = record_encode(line, sizeof line, 0, "b", msg, PROTO_BROADCAST);
    cr_assert_gt(n, 6 * size);
    cr_assert_null(record_decode(&r, (struct span){line, n}));
    cr_expect_str_eq(r.said.msg, msg);
    cr_expect_not_null(record_decode(&r, (struct span){line, n - 2}));
}
