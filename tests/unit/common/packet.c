#include "common/packet.h"

#include "tests/count.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *decode(struct packet *p, const char *json)
{
    return packet_decode(p, (struct span){json, strlen(json)});
}

Test(packet, the_three_fields_are_read_in_any_order_and_spacing)
{
    for (const char *const *json = STRINGS(
             "{\"nick\":\"ada\",\"msg\":\"hi\",\"proto\":\"broadcast\"}",
             "{\"proto\":\"broadcast\",\"msg\":\"hi\",\"nick\":\"ada\"}",
             " {\t\"msg\" :\r\n\"hi\" , \"nick\":\"ada\",\"proto\": \"broadcast\" } \n",
             "{\"nick\":\"ada\",\"e\":1.5e3,\"msg\":\"hi\",\"x\":null,\"proto\":\"broadcast\"}",
             "{\"n\\u0069ck\":\"\\u0061da\",\"\\u006dsg\":\"hi\",\"proto\":\"broadcast\"}");
         *json; json++) {
        struct packet p;
        cr_assert_null(decode(&p, *json), "%s", *json);
        cr_expect_eq(p.proto, PROTO_BROADCAST);
        cr_expect_str_eq(p.nick, "ada");
        cr_expect_str_eq(p.msg, "hi");
    }
}

Test(packet, null_and_missing_fields)
{
    struct packet p;
    cr_assert_null(decode(&p, "{\"nick\":null,\"msg\":null,\"proto\":\"goodbye\"}"));
    cr_expect_eq(p.proto, PROTO_GOODBYE);
    cr_expect_null(p.nick);
    cr_expect_str_eq(p.msg, "");
    cr_assert_null(decode(&p, "{\"proto\":\"verify\"}"));
    cr_expect_null(p.nick);
    cr_expect_str_eq(p.msg, "");
}

Test(packet, a_proto_that_goes_without_saying)
{
    static const char *const same[] = {"{\"msg\":\"hi\"}", "{\"proto\":null,\"msg\":\"hi\"}"};
    struct packet p;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct span json = {same[i], strlen(same[i])};
        cr_expect_str_eq(packet_decode(&p, json), PACKET_PROTO_WRONG);
        cr_assert_null(packet_decode_as(&p, json, PROTO_BROADCAST));
        cr_expect_eq(p.proto, PROTO_BROADCAST);
        cr_expect_str_eq(p.msg, "hi");
    }
    struct span number = {"{\"proto\":1}", 11};
    cr_expect_str_eq(packet_decode_as(&p, number, PROTO_BROADCAST), PACKET_PROTO_WRONG);
}

Test(packet, escapes_and_unicode_come_through)
{
    struct packet p;
    cr_assert_null(decode(
        &p, "{\"msg\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u20ac\\ud83d\\ude00é\",\"proto\":\"who\"}"));
    cr_expect_str_eq(p.msg, "\"\\/\b\f\n\r\t€😀é");
}

Test(packet, other_words_are_unknown_and_not_an_error)
{
    struct packet p;
    cr_assert_null(decode(&p, "{\"proto\":\"Broadcast\"}"));
    cr_expect_eq(p.proto, PROTO_UNKNOWN);
    cr_assert_null(decode(&p, "{\"proto\":\"\"}"));
    cr_expect_eq(p.proto, PROTO_UNKNOWN);
}

/* Expects each value to be refused between the two parts of a packet. */
#define expect_refused(before, after, ...)                                                         \
    expect_all_refused(before, after, (const char *const[]){__VA_ARGS__, NULL})

static void expect_all_refused(const char *before, const char *after, const char *const values[])
{
    for (; *values; values++) {
        char json[128];
        struct packet p;
        snprintf(json, sizeof json, "%s%s%s", before, *values, after);
        cr_expect_not_null(decode(&p, json), "accepted: %s", json);
    }
}

Test(packet, what_is_not_one_flat_object_is_refused)
{
    expect_refused(
        "", "", "", " ", "null", "[]", "\"x\"", "{", "}", "{}", "{}x", "{\"proto\":\"who\"} {}",
        "{\"proto\":\"who\"", "{\"proto\":\"who\",}", "{,\"proto\":\"who\"}", "{\"proto\" \"who\"}",
        "{'proto':'who'}", "{proto:\"who\"}", "{\"proto\":who}", "{\"proto\":\"who}",
        "{\"proto\":1}", "{\"proto\":null}", "{\"proto\":true}", "{\"msg\":\"x\"}",
        "{\"Proto\":\"who\"}", "{\"proto\":\"who\",\"msg\":1}", "{\"proto\":\"who\",\"msg\":false}",
        "{\"proto\":\"who\",\"nick\":0}", "{\"proto\":\"who\",\"msg\":{}}",
        "{\"proto\":\"who\",\"msg\":[]}", "{\"proto\":\"who\",\"proto\":\"who\"}",
        "{\"proto\":\"who\",\"msg\":\"a\",\"\\u006dsg\":\"b\"}",
        "{\"proto\":\"who\",\"x\":1,\"x\":1}", "{\"proto\":\"who\",\"msg\\u0000x\":\"\"}",
        "{\"\xff\":1,\"proto\":\"who\"}", "\xef\xbb\xbf{\"proto\":\"who\"}",
        "{\"proto\":\"who\"}\f", "/**/{\"proto\":\"who\"}");
}

Test(packet, an_invalid_value_is_refused)
{
    expect_refused("{\"proto\":\"who\",\"x\":", "}", "[0]", "01", "1.", ".5", "+1", "-", "1e", "1E",
                   "1E+", "NaN", "nul", "tru");
}

Test(packet, an_invalid_string_is_refused)
{
    expect_refused("{\"proto\":\"who\",\"msg\":\"", "\"}", "\\u0000", "\\uZZZZ", "\\u12", "\\u00g0",
                   "\\ud800", "\\udc00", "\\udc00\\ud800", "\\ud800x", "\\ud800\\u0041", "\\x41",
                   "a\nb", "\x01", "\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                   "\xe2\x82");
}

Test(packet, the_largest_packet_of_the_most_fields_is_read)
{
    static char json[FRAME_PAYLOAD_MAX + 1];
    struct packet p;
    size_t n = (size_t)sprintf(json, "{\"proto\":\"who\"");
    for (int i = 0; i < 30; i++) n += (size_t)sprintf(json + n, ",\"%d\":\"%d\"", i, i);
    n += (size_t)sprintf(json + n, ",\"msg\":\"");
    memset(json + n, 'x', FRAME_PAYLOAD_MAX - n);
    memcpy(json + FRAME_PAYLOAD_MAX - 2, "\"}", 3);
    cr_assert_null(decode(&p, json));
    cr_expect_eq(strlen(p.msg), FRAME_PAYLOAD_MAX - 2 - n);
}

Test(packet, every_prefix_of_a_packet_is_refused_without_reading_past_it)
{
    static const char whole[] =
        "{\"nick\":\"\\ud83d\\ude00\",\"msg\":\"é\\n\",\"x\":-1.5e-7,\"proto\":\"who\"}";
    for (size_t n = 0; n < sizeof whole - 1; n++) {
        struct packet p;
        char *exact = malloc(n + 1); /* its own block, so that a sanitizer sees the edge */
        memcpy(exact, whole, n);
        char *tight = realloc(exact, n ? n : 1);
        cr_expect_not_null(packet_decode(&p, (struct span){tight, n}), "prefix of %zu", n);
        free(tight);
    }
}

Test(packet, nul_bytes_are_refused)
{
    static const char inside[] = "{\"proto\":\"who\",\"msg\":\"a\0b\"}",
                      escaped[] = "{\"proto\":\"who\",\"msg\":\"a\\\0b\"}",
                      after[] = "{\"proto\":\"who\"}";
    struct packet p;
    cr_expect_not_null(packet_decode(&p, (struct span){inside, sizeof inside - 1}));
    cr_expect_not_null(packet_decode(&p, (struct span){escaped, sizeof escaped - 1}));
    cr_expect_not_null(packet_decode(&p, (struct span){after, sizeof after}));
}

/* Each two have the same hash, by which doubles are looked for. */
Test(packet, keys_that_only_look_alike_are_two)
{
    for (const char *const *json = STRINGS("{\"costarring\":1,\"liquid\":2,\"proto\":\"who\"}",
                                           "{\"k\":1,\"kjbpwgv\":2,\"proto\":\"who\"}",
                                           "{\"kjbpwgv\":1,\"k\":2E5,\"proto\":\"who\"}");
         *json; json++) {
        struct packet p;
        cr_expect_null(decode(&p, *json), "refused: %s", *json);
    }
}

Test(packet, there_is_a_bound_to_fields_and_numbers)
{
    char json[2048] = "{\"proto\":\"who\"";
    struct packet p;
    for (int i = 1; i < 32; i++) sprintf(json + strlen(json), ",\"k%d\":%d", i, i);
    size_t n = strlen(json);
    strcpy(json + n, "}");
    cr_expect_null(decode(&p, json));
    strcpy(json + n, ",\"k32\":0}");
    cr_expect_not_null(decode(&p, json));
    sprintf(json, "{\"proto\":\"who\",\"x\":1%0*d}", 60, 0);
    cr_expect_not_null(decode(&p, json));
}

Test(packet, encoding_writes_the_fields_in_order)
{
    char frame[PACKET_ROOM];
    size_t n = packet_encode(frame, PROTO_BROADCAST, "ada", "say \"hi\"\n\\ é 😀");
    static const char want[] =
        "{\"nick\":\"ada\",\"msg\":\"say \\\"hi\\\"\\n\\\\ é 😀\",\"proto\":\"broadcast\"}";
    cr_assert_eq(n, FRAME_HEADER + sizeof want - 1);
    cr_expect_eq(frame_size(frame), n);
    cr_expect_arr_eq(frame + FRAME_HEADER, want, sizeof want - 1);
    n = packet_encode(frame, PROTO_VERIFY, NULL, "ada");
    cr_expect_eq(n, FRAME_HEADER + strlen("{\"nick\":null,\"msg\":\"ada\",\"proto\":\"verify\"}"));
}

Test(packet, what_fits_a_frame_to_the_byte_is_written_and_no_more)
{
    char frame[PACKET_ROOM], *msg = malloc(FRAME_PAYLOAD_MAX + 1);
    const size_t most =
        FRAME_PAYLOAD_MAX - strlen("{\"nick\":\"a\",\"msg\":\"\",\"proto\":\"broadcast\"}");
    memset(msg, 'x', most + 1);
    msg[most] = '\0';
    cr_expect_eq(packet_encode(frame, PROTO_BROADCAST, "a", msg), FRAME_MAX);
    msg[most] = 'x';
    msg[most + 1] = '\0';
    cr_expect_eq(packet_encode(frame, PROTO_BROADCAST, "a", msg), 0);
    memset(msg, '\1', FRAME_PAYLOAD_MAX);
    msg[FRAME_PAYLOAD_MAX] = '\0';
    cr_expect_eq(packet_encode(frame, PROTO_BROADCAST, "a", msg), 0,
                 "escapes make six bytes of one");
    free(msg);
}

Test(packet, a_time_is_added_as_the_fourth_field_if_it_fits)
{
    static const char want[] = "{\"nick\":\"a\",\"msg\":\"hi\",\"proto\":\"broadcast\","
                               "\"time\":\"2026-11-23T09:30:00.250Z\"}";
    char frame[PACKET_ROOM], *msg = malloc(FRAME_PAYLOAD_MAX + 1);
    struct packet p;
    size_t n = packet_encode(frame, PROTO_BROADCAST, "a", "hi");
    cr_expect_eq(packet_add_time(frame, n, ""), n);
    n = packet_add_time(frame, n, "2026-11-23T09:30:00.250Z");
    cr_assert_eq(n, FRAME_HEADER + sizeof want - 1);
    cr_expect_eq(frame_size(frame), n);
    cr_expect_arr_eq(frame + FRAME_HEADER, want, sizeof want - 1);
    cr_assert_null(packet_decode(&p, frame_payload(frame)));
    cr_expect_str_eq(p.time, "2026-11-23T09:30:00.250Z");
    const size_t most = FRAME_PAYLOAD_MAX - (sizeof want - 1) + strlen("hi");
    memset(msg, 'x', most + 1);
    msg[most] = '\0';
    n = packet_encode(frame, PROTO_BROADCAST, "a", msg);
    cr_expect_eq(packet_add_time(frame, n, "2026-11-23T09:30:00.250Z"), FRAME_MAX);
    msg[most] = 'x';
    msg[most + 1] = '\0';
    n = packet_encode(frame, PROTO_BROADCAST, "a", msg);
    cr_expect_eq(packet_add_time(frame, n, "2026-11-23T09:30:00.250Z"), (size_t)0);
    cr_assert_null(packet_decode(&p, frame_payload(frame)));
    cr_expect_null(p.time);
    free(msg);
}

Test(packet, a_time_of_a_wrong_type_is_ignored)
{
    struct packet p;
    cr_assert_null(decode(&p, "{\"proto\":\"broadcast\",\"time\":12}"));
    cr_expect_null(p.time);
}

Test(packet, every_character_survives_the_way_there_and_back)
{
    static char frame[PACKET_ROOM];
    for (unsigned c = 1; c < 0x110000; c++) {
        if (c >= 0xd800 && c < 0xe000) continue;
        char msg[5] = {0};
        struct packet p;
        if (c < 0x80)
            msg[0] = (char)c;
        else if (c < 0x800)
            sprintf(msg, "%c%c", 0xc0 | c >> 6, 0x80 | (c & 63));
        else if (c < 0x10000)
            sprintf(msg, "%c%c%c", 0xe0 | c >> 12, 0x80 | (c >> 6 & 63), 0x80 | (c & 63));
        else
            sprintf(msg, "%c%c%c%c", 0xf0 | c >> 18, 0x80 | (c >> 12 & 63), 0x80 | (c >> 6 & 63),
                    0x80 | (c & 63));
        size_t n = packet_encode(frame, PROTO_BROADCAST, "a", msg);
        cr_assert_null(packet_decode(&p, (struct span){frame + FRAME_HEADER, n - FRAME_HEADER}));
        cr_assert_str_eq(p.msg, msg);
    }
}

Test(packet, a_text_takes_up_what_its_size_says)
{
    static const char *const texts[] = {"",
                                        "plain",
                                        "\"quoted\"",
                                        "a\\b",
                                        "tab\tand\nfeed",
                                        "\x01\x1f\x7f",
                                        ("gr\xC3\xBC\xC3\x9F"
                                         "e \xF0\x9F\x98\x80")};
    char empty[256], out[256];
    size_t around = packet_print(empty, sizeof empty, PROTO_BROADCAST, "ada", "");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t n = packet_print(out, sizeof out, PROTO_BROADCAST, "ada", texts[i]);
        cr_expect_eq(packet_text_size(texts[i], strlen(texts[i])), n - around, "%s", texts[i]);
    }
}
