/* Bytes on the wire: frames whole, split, joined and broken; JSON valid and invalid. */
#include "tests/count.h"
#include "tests/system/support/protocol_peer.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A payload that may contain NULs. */
#define BYTES(text)                                                                                \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

struct bytes {
    const char *p;
    size_t n;
};

/* Writes the frames of a verify and two broadcasts of the client "bo"; returns their size. */
static size_t conversation(char *to)
{
    size_t n = wire_frame(to, "verify", NULL, "bo");
    n += wire_frame(to + n, "broadcast", "bo", "one");
    return n + wire_frame(to + n, "broadcast", "bo", "two \xE2\x82\xAC");
}

static void expect_conversation(struct peer *p)
{
    peer_expect(p, "ready", "SERVER", "READY");
    peer_expect_broadcast(p, "bo", "one");
    peer_expect_broadcast(p, "bo", "two \xE2\x82\xAC");
}

Test(server_wire, packets_may_arrive_byte_by_byte)
{
    char bytes[512];
    size_t n = conversation(bytes);
    struct klatchd *d = klatchd_start();
    struct peer *bo = peer_connect_greeted(d);
    peer_send_bytewise(bo, bytes, n);
    expect_conversation(bo);
    peers_close_and_stop(d);
}

Test(server_wire, a_packet_may_be_split_anywhere)
{
    char bytes[512];
    size_t n = conversation(bytes);
    struct klatchd *d = klatchd_start();
    for (size_t cut = 1; cut < n; cut++) {
        struct peer *bo = peer_connect_greeted(d);
        peer_send_bytes(bo, bytes, cut);
        peer_send_bytes(bo, bytes + cut, n - cut);
        expect_conversation(bo);
        peer_leave(bo);
    }
    peers_close_and_stop(d);
}

Test(server_wire, many_packets_may_arrive_at_once)
{
    enum { MANY = 10000 };
    static char bytes[MANY * 64];
    size_t n = 0;
    char text[16];
    for (int i = 0; i < MANY; i++) {
        snprintf(text, sizeof text, "%d", i);
        n += wire_frame(bytes + n, "broadcast", NULL, text);
    }
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    peer_send_bytes(bob, bytes, n);
    for (int i = 0; i < MANY; i++) {
        snprintf(text, sizeof text, "%d", i);
        peer_expect_broadcast(ada, "bob", text);
        peer_expect_broadcast(bob, "bob", text);
    }
    peers_close_and_stop(d);
}

/* {"nick":"ada","msg":"...","proto":"broadcast"} is 43 bytes plus the text. */
enum { LONGEST = WIRE_PAYLOAD_MAX - 43 };

static char *text_of(size_t n, const char *unit)
{
    size_t size = strlen(unit);
    char *text = malloc(n + 1);
    for (size_t i = 0; i < n; i++) text[i] = unit[i % size];
    text[n] = '\0';
    return text;
}

Test(server_wire, the_longest_packet_passes_unchanged)
{
    static const char *const units[] = {"x", "\xF0\x9F\xA6\x80", "\xF4\x8F\xBF\xBF", "\xCC\x81"};
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    for (size_t i = 0; i < COUNT(units); i++) {
        char *text = text_of(LONGEST / strlen(units[i]) * strlen(units[i]), units[i]);
        peer_broadcast_to(ada, text, ada, bob);
        free(text);
    }
    peers_close_and_stop(d);
}

Test(server_wire, a_message_too_long_with_its_nickname_is_refused_to_its_sender_only)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    char *text = text_of(LONGEST + 1, "x");
    peer_send(ada, "broadcast", "", text);
    peer_expect_notice(ada, "65535");
    peer_expect_no_more(bob);
    free(text);
    peers_close_and_stop(d);
}

/* A payload, and the message that is read in it. */
#define READ(payload, msg)                                                                         \
    {                                                                                              \
        payload, msg                                                                               \
    }

Test(server_wire, any_valid_json_is_read)
{
    static const struct {
        const char *payload, *msg;
    } accepted[] = {
        READ("{\"proto\":\"broadcast\",\"msg\":\"any order\",\"nick\":\"None\"}", "any order"),
        READ(" \t\r\n{ \"msg\" : \"blanks\" ,\n\"proto\":\"broadcast\" } \r\n\t ", "blanks"),
        READ("{\"msg\":\"no nick\",\"proto\":\"broadcast\"}", "no nick"),
        READ("{\"nick\":null,\"msg\":\"null nick\",\"proto\":\"broadcast\"}", "null nick"),
        READ("{\"nick\":\"\",\"msg\":\"empty nick\",\"proto\":\"broadcast\"}", "empty nick"),
        READ("{\"nick\":\"SERVER\",\"msg\":\"I am\",\"proto\":\"broadcast\"}", "I am"),
        READ("{\"nick\":\"bob\",\"msg\":\"I am bob\",\"proto\":\"broadcast\"}", "I am bob"),
        READ("{\"nick\":null,\"proto\":\"broadcast\"}", ""),
        READ("{\"nick\":null,\"msg\":null,\"proto\":\"broadcast\"}", ""),
        READ("{\"nick\":null,\"msg\":\"\",\"proto\":\"broadcast\"}", ""),
        READ("{\"nick\":null,\"msg\":\"   \",\"proto\":\"broadcast\"}", "   "),
        READ("{\"nick\":null,\"MSG\":\"x\",\"msg\":\"case\",\"proto\":\"broadcast\"}", "case"),
        READ("{\"\\u006dsg\":\"escaped key\",\"proto\":\"broadcast\"}", "escaped key"),
        READ("{\"msg\":\"extra\",\"proto\":\"broadcast\",\"a\":\"b\"}", "extra"),
        READ("{\"a\":1,\"b\":-0.5e+3,\"c\":true,\"d\":false,\"e\":null,\"\":\"\",\"msg\":\"more\","
             "\"proto\":\"broadcast\"}",
             "more"),
        READ("{\"msg\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",\"proto\":\"broadcast\"}", "\"\\/\b\f\n\r\t"),
        READ("{\"msg\":\"\\u00e9\\u20AC\\ud83d\\ude00\",\"proto\":\"broadcast\"}",
             "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"),
        READ("{\"msg\":\"\\u0001\\u001f\\u007f\x7F\",\"proto\":\"broadcast\"}", "\x01\x1F\x7F\x7F"),
        READ("{\"msg\":\"\xE2\x80\xAE\xE2\x81\xA6\xEF\xBB\xBF\xE2\x80\x8B\",\"proto\":"
             "\"broadcast\"}",
             "\xE2\x80\xAE\xE2\x81\xA6\xEF\xBB\xBF\xE2\x80\x8B"),
        READ("{\"msg\":\"\\uffff\xEF\xBF\xBF\",\"proto\":\"broadcast\"}",
             "\xEF\xBF\xBF\xEF\xBF\xBF"),
        {"{\"msg\":\"{\\\"nick\\\":\\\"bob\\\"}\",\"proto\":\"broadcast\"}", "{\"nick\":\"bob\"}"}};
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    for (size_t i = 0; i < COUNT(accepted); i++) {
        peer_send_text(ada, accepted[i].payload);
        peer_expect_broadcast(ada, "ada", accepted[i].msg);
        peer_expect_broadcast(bob, "ada", accepted[i].msg);
    }
    peers_close_and_stop(d);
}

/* Sends a frame without a nickname, followed by more packets: the connection ends with a reason. As
 * a member: the connection goes on. The witness, another member, receives nothing of the frames. */
static void expect_refused(struct klatchd *d, struct peer *witness, const char *frame, size_t n)
{
    static const char more[] = "\0\2{}\0\2{}";
    struct peer *unnamed = peer_connect_greeted(d), *member = peer_join_seen_by(d, "mo", witness);
    char *bytes = malloc(n + sizeof more);
    memcpy(bytes, frame, n);
    memcpy(bytes + n, more, sizeof more);
    peer_send_bytes(unnamed, bytes, n + sizeof more);
    peer_send_bytes(member, frame, n);
    free(bytes);
    peer_expect_refusal(unnamed, "");
    peer_expect_notice(member, "not understood");
    peer_broadcast_to(member, "still here", member, witness);
    peer_leave(member);
    peer_expect_left(witness, "mo");
    peer_close(unnamed);
}

#define AS_MSG(text)  BYTES("{\"nick\":null,\"msg\":\"" text "\",\"proto\":\"broadcast\"}")
#define AS_MORE(text) BYTES("{\"msg\":\"x\",\"proto\":\"broadcast\"" text)

static const struct bytes refused[] = {
    /* not one object */
    BYTES(" "),
    BYTES("\0"),
    BYTES("x"),
    BYTES("1"),
    BYTES("null"),
    BYTES("true"),
    BYTES("\"broadcast\""),
    BYTES("[]"),
    BYTES("[{\"msg\":\"x\",\"proto\":\"broadcast\"}]"),
    BYTES("{"),
    BYTES("}"),
    BYTES("{}{}"),
    AS_MORE("}x"),
    AS_MORE("}\0"),
    AS_MORE("}{}"),
    AS_MORE("},"),
    AS_MORE(""),
    AS_MORE(","),
    AS_MORE(",}"),
    AS_MORE(",,\"a\":1}"),
    AS_MORE(",\"a\"}"),
    AS_MORE(",\"a\":}"),
    AS_MORE(",\"a\" 1}"),
    AS_MORE(",a:1}"),
    AS_MORE(",'a':1}"),
    AS_MORE(",1:1}"),
    AS_MORE(" \"a\":1}"),
    AS_MORE("/* */}"),
    AS_MORE("\x0B}"),
    AS_MORE("\xC2\xA0}"),
    BYTES("\xEF\xBB\xBF{\"msg\":\"x\",\"proto\":\"broadcast\"}"),
    /* invalid values */
    AS_MORE(",\"a\":01}"),
    AS_MORE(",\"a\":1.}"),
    AS_MORE(",\"a\":-2.}"),
    AS_MORE(",\"a\":.5}"),
    AS_MORE(",\"a\":+1}"),
    AS_MORE(",\"a\":-}"),
    AS_MORE(",\"a\":1e}"),
    AS_MORE(",\"a\":0x10}"),
    AS_MORE(",\"a\":NaN}"),
    AS_MORE(",\"a\":Infinity}"),
    AS_MORE(",\"a\":tru}"),
    AS_MORE(",\"a\":True}"),
    AS_MORE(",\"a\":nulll}"),
    /* nested */
    AS_MORE(",\"a\":{}}"),
    AS_MORE(",\"a\":[]}"),
    AS_MORE(",\"a\":[[[[[[[[[[[[[[[["),
    BYTES("{\"msg\":{},\"proto\":\"broadcast\"}"),
    BYTES("{\"msg\":[\"x\"],\"proto\":\"broadcast\"}"),
    BYTES("{\"nick\":[],\"msg\":\"x\",\"proto\":\"broadcast\"}"),
    /* fields of the wrong kind, missing, or twice */
    BYTES("{}"),
    BYTES("{\"nick\":null,\"msg\":\"x\"}"),
    BYTES("{\"nick\":null,\"msg\":\"x\",\"Proto\":\"broadcast\"}"),
    BYTES("{\"nick\":null,\"msg\":\"x\",\"proto\":null}"),
    BYTES("{\"nick\":null,\"msg\":\"x\",\"proto\":1}"),
    BYTES("{\"nick\":null,\"msg\":\"x\",\"proto\":true}"),
    BYTES("{\"nick\":null,\"msg\":1,\"proto\":\"broadcast\"}"),
    BYTES("{\"nick\":null,\"msg\":false,\"proto\":\"broadcast\"}"),
    BYTES("{\"nick\":1,\"msg\":\"x\",\"proto\":\"broadcast\"}"),
    BYTES("{\"nick\":true,\"msg\":\"x\",\"proto\":\"broadcast\"}"),
    AS_MORE(",\"msg\":\"y\"}"),
    AS_MORE(",\"\\u006dsg\":\"y\"}"),
    AS_MORE(",\"proto\":\"broadcast\"}"),
    BYTES("{\"nick\":null,\"nick\":null,\"msg\":\"x\",\"proto\":\"broadcast\"}"),
    BYTES("{\"msg\\u0000x\":\"x\",\"proto\":\"broadcast\"}"),
    /* invalid strings */
    AS_MSG("\n"),
    AS_MSG("\t"),
    AS_MSG("\x1F"),
    AS_MSG("\x01"),
    AS_MSG("cut\0short"),
    AS_MSG("cut\\u0000short"),
    AS_MSG("\\uZZZZ"),
    AS_MSG("\\u12"),
    AS_MSG("\\u-123"),
    AS_MSG("\\x41"),
    AS_MSG("\\"),
    AS_MSG("\\'"),
    AS_MSG("\\ud800"),
    AS_MSG("\\ud800x"),
    AS_MSG("\\udc00"),
    AS_MSG("\\udc00\\ud800"),
    AS_MSG("\\ud800\\ud800"),
    AS_MSG("\\ud83d\\n"),
    BYTES("{\"msg\":\"x\",\"proto\":\"broadcast"),
};

Test(server_wire, an_invalid_packet_is_refused_with_a_reason)
{
    static char frame[WIRE_MAX];
    struct klatchd *d = klatchd_start();
    struct peer *witness = peer_join(d, "witness");
    for (size_t i = 0; i < COUNT(refused); i++)
        expect_refused(d, witness, frame, wire_wrap(frame, refused[i].p, refused[i].n));
    expect_refused(d, witness, "\0\0", 2);
    peers_close_and_stop(d);
}

Test(server_wire, invalid_utf8_is_refused_anywhere_in_a_packet)
{
    static const char *const invalid[] = {
        "\x80",         "\xBF",         "\xC0\x80",         "\xC1\xBF",         "\xC3",
        "\xE2\x82",     "\xE0\x80\x80", "\xE0\x9F\xBF",     "\xED\xA0\x80",     "\xED\xBF\xBF",
        "\xF0\x9F\x98", "\xF0\x8F\xBF", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
        "\xFE",         "\xFF",
    };
    static const struct {
        const char *before, *after;
    } places[] = {
        {"{\"nick\":null,\"msg\":\"a", "b\",\"proto\":\"broadcast\"}"},
        {"{\"nick\":\"a", "\",\"msg\":\"\",\"proto\":\"broadcast\"}"},
        {"{\"nick\":null,\"msg\":\"\",\"proto\":\"broadcast", "\"}"},
        {"{\"nick\":null,\"msg\":\"\",\"proto\":\"broadcast\",\"", "\":1}"},
        {"{\"nick\":null,\"msg\":\"\",\"proto\":\"broadcast\",\"a\":\"", "\"}"},
    };
    struct klatchd *d = klatchd_start();
    struct peer *witness = peer_join(d, "witness");
    for (size_t i = 0; i < COUNT(invalid) * COUNT(places); i++) {
        size_t at = i % COUNT(places);
        char payload[128], frame[130];
        snprintf(payload, sizeof payload, "%s%s%s", places[at].before, invalid[i / COUNT(places)],
                 places[at].after);
        expect_refused(d, witness, frame, wire_wrap(frame, payload, strlen(payload)));
    }
    peers_close_and_stop(d);
}

Test(server_wire, packets_that_are_expensive_to_parse_are_refused)
{
    static const char *const units[] = {"[", "{\"a\":", "[0,",     "\"a\",",
                                        "9", "\\u0001", "\xCC\x81"};
    static char frame[WIRE_MAX];
    struct klatchd *d = klatchd_start();
    struct peer *witness = peer_join(d, "witness");
    for (size_t i = 0; i < COUNT(units); i++) {
        char *payload = text_of(WIRE_PAYLOAD_MAX, units[i]);
        expect_refused(d, witness, frame, wire_wrap(frame, payload, WIRE_PAYLOAD_MAX));
        memcpy(payload, "{\"a\":", 5);
        expect_refused(d, witness, frame, wire_wrap(frame, payload, WIRE_PAYLOAD_MAX));
        free(payload);
    }
    peers_close_and_stop(d);
}

Test(server_wire, packets_before_and_after_an_invalid_one_are_handled)
{
    char bytes[256];
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    size_t n = wire_frame(bytes, "broadcast", NULL, "last words");
    n += wire_wrap(bytes + n, "{]", 2);
    n += wire_frame(bytes + n, "who", NULL, "");
    peer_send_bytes(bob, bytes, n);
    peer_expect_notice(bob, "not understood");
    peer_expect(bob, "who", "SERVER", "bob\nada");
    peer_expect_broadcast(bob, "bob", "last words");
    peer_expect_broadcast(ada, "bob", "last words");
    peers_close_and_stop(d);
}

Test(server_wire, an_incomplete_packet_is_never_delivered)
{
    char bytes[256];
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada");
    for (int i = 0; i < 2; i++) {
        struct peer *bob = peer_join_seen_by(d, "bob", ada);
        peer_send_bytes(bob, bytes, wire_frame(bytes, "broadcast", NULL, "half") - 1);
        if (i == 0) peer_half_close(bob);
        if (i == 0) peer_expect_eof(bob);
        peer_close(bob);
        peer_expect_left(ada, "bob");
    }
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}
