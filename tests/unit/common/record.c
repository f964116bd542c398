#include "common/record.h"

#include "tests/count.h"

#include <criterion/criterion.h>
#include <string.h>

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
    static const char *const messages[] = {"", "hi", "a\nb \"c\" \x01 \xC3\xA9"};
    char frame[PACKET_ROOM], wrapped[RECORD_ROOM], stamp[RECORD_STAMP];
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        size_t size = packet_encode(frame, PROTO_BROADCAST, "ada", messages[i]);
        struct span payload = {frame + FRAME_HEADER, size - FRAME_HEADER};
        cr_assert(record_format_time(stamp, 1790145175123));
        size_t n = record_wrap(wrapped, stamp, payload);
        cr_assert_eq(n, record_encode(line, sizeof line, 1790145175123, "ada", messages[i],
                                      PROTO_BROADCAST));
        cr_expect_arr_eq(wrapped, line, n);
    }
}
