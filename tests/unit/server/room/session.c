#include "server/room/session.h"

#include "server/system/ring_map.h"
#include "tests/unit/support/frame_reader.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct counters counters;
static struct room room;
static char *memory;
static struct session ada, bob;

static struct session_result take(struct session *s, const char *json)
{
    return session_handle(s, (struct span){json, strlen(json)});
}

static void expect_reply(struct session *s, enum proto proto, const char *msg)
{
    reader_expect_pending(&s->out, proto, "SERVER", msg);
}

static void expect_no_reply(struct session *s)
{
    cr_expect_eq(buffer_view(&s->out).n, 0);
}

static void join(struct session *s, const char *nick)
{
    char json[128];
    snprintf(json, sizeof json, "{\"nick\":null,\"msg\":\"%s\",\"proto\":\"verify\"}", nick);
    cr_expect_eq(take(s, json).state, SESSION_CONTINUE);
    expect_reply(s, PROTO_READY, "READY");
}

static void open_sessions(void)
{
    memory = ring_map_new(1 << 18);
    cr_assert_not_null(memory);
    room_init(&room, &counters, memory, 1 << 18);
    cr_assert(session_init(&ada, &room) && session_init(&bob, &room));
    expect_reply(&ada, PROTO_CONNECT, "HELLO");
    expect_reply(&bob, PROTO_CONNECT, "HELLO");
}

static void close_sessions(void)
{
    session_deinit(&ada);
    session_deinit(&bob);
    room_deinit(&room);
    ring_map_free(memory, 1 << 18);
}

TestSuite(server_session, .init = open_sessions, .fini = close_sessions);

Test(server_session, verify_until_ready)
{
    join(&ada, "ada");
    take(&bob, "{\"msg\":\"ADA\",\"proto\":\"verify\"}");
    expect_reply(&bob, PROTO_RETRY, "RETRY");
    take(&bob, "{\"msg\":null,\"proto\":\"verify\"}");
    expect_reply(&bob, PROTO_RETRY, "RETRY");
    join(&bob, "bob");
    reader_expect(&room.ring, &ada.member.cursor, PROTO_BROADCAST, "SERVER", "bob joined the chat");
}

Test(server_session, the_nickname_in_a_packet_is_never_believed)
{
    static const char *const spoofs[] = {"\"SERVER\"", "\"bob\"", "null", "\"None\"", "\"\""};
    join(&ada, "ada");
    for (size_t i = 0; i < sizeof spoofs / sizeof *spoofs; i++) {
        char json[128];
        snprintf(json, sizeof json, "{\"nick\":%s,\"msg\":\"hi\",\"proto\":\"broadcast\"}",
                 spoofs[i]);
        cr_expect_eq(take(&ada, json).state, SESSION_CONTINUE);
        reader_expect(&room.ring, &ada.member.cursor, PROTO_BROADCAST, "ada", "hi");
    }
    expect_no_reply(&ada);
}

Test(server_session, before_ready_everything_but_verify_and_goodbye_hears_retry)
{
    static const char *const early[] = {"broadcast", "who",      "ready", "shutdown",
                                        "connect",   "nonsense", ""};
    for (size_t i = 0; i < sizeof early / sizeof *early; i++) {
        char json[128];
        snprintf(json, sizeof json, "{\"nick\":null,\"msg\":\"x\",\"proto\":\"%s\"}", early[i]);
        cr_expect_eq(take(&ada, json).state, SESSION_CONTINUE);
        expect_reply(&ada, PROTO_RETRY, "RETRY");
    }
    cr_expect_eq(room.ring.head.seq, 0, "the room hears nothing of it");
}

Test(server_session, a_members_wrong_packet_is_explained_and_the_connection_goes_on)
{
    static const char *const wrong[] = {"connect", "ready", "retry", "shutdown", "dance", ""};
    join(&ada, "ada");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char json[128];
        snprintf(json, sizeof json, "{\"nick\":null,\"msg\":\"x\",\"proto\":\"%s\"}", wrong[i]);
        cr_expect_eq(take(&ada, json).state, SESSION_CONTINUE);
        expect_reply(&ada, PROTO_BROADCAST, SESSION_UNEXPECTED);
    }
    cr_expect_eq(ring_lag(&room.ring, &ada.member.cursor), 0);
}

Test(server_session, a_second_verify_renames_and_a_refused_one_changes_nothing)
{
    join(&ada, "ada");
    join(&bob, "bob");
    take(&ada, "{\"msg\":\"bob\",\"proto\":\"verify\"}");
    expect_reply(&ada, PROTO_RETRY, "RETRY");
    cr_expect_str_eq(ada.member.nick->text, "ada");
    join(&ada, "grace");
    reader_expect(&room.ring, &bob.member.cursor, PROTO_BROADCAST, "SERVER",
                  "ada is now known as grace");
}

Test(server_session, who_is_answered_to_the_one_who_asks)
{
    join(&ada, "ada");
    join(&bob, "bob");
    take(&ada, "{\"nick\":\"ada\",\"msg\":\"\",\"proto\":\"who\"}");
    expect_reply(&ada, PROTO_WHO, "ada\nbob");
    expect_no_reply(&bob);
}

Test(server_session, goodbye_ends_it_in_any_state)
{
    cr_expect_eq(take(&ada, "{\"nick\":null,\"msg\":\"BYE\",\"proto\":\"goodbye\"}").state,
                 SESSION_GOODBYE);
    join(&bob, "bob");
    cr_expect_eq(take(&bob, "{\"proto\":\"goodbye\"}").state, SESSION_GOODBYE);
    expect_no_reply(&ada);
    expect_no_reply(&bob);
}

Test(server_session, what_is_not_a_packet_breaks_it_and_the_last_words_say_why)
{
    struct session_result v = take(&ada, "{\"msg\":\"x\"}");
    cr_assert_eq(v.state, SESSION_PROTOCOL_ERROR);
    cr_expect_str_eq(v.error, PACKET_PROTO_WRONG);
    session_send_error(&ada, PROTO_SHUTDOWN, v.error);
    expect_reply(&ada, PROTO_SHUTDOWN, SESSION_INVALID(PACKET_PROTO_WRONG));
}

Test(server_session, a_text_too_long_with_the_nickname_is_told_to_its_author_alone)
{
    enum { LONG = FRAME_PAYLOAD_MAX - 2 };
    char *json = malloc(LONG + 64);
    int n = sprintf(json, "{\"proto\":\"broadcast\",\"msg\":\"");
    memset(json + n, 'x', LONG);
    strcpy(json + n + LONG - n, "\"}");
    join(&ada, "ada");
    cr_expect_eq(take(&ada, json).state, SESSION_CONTINUE);
    cr_expect_eq(ring_lag(&room.ring, &ada.member.cursor), 0);
    expect_reply(&ada, PROTO_BROADCAST, SESSION_TOO_LONG);
    free(json);
}

Test(server_session, an_empty_message_is_relayed)
{
    join(&ada, "ada");
    take(&ada, "{\"msg\":\"\",\"proto\":\"broadcast\"}");
    reader_expect(&room.ring, &ada.member.cursor, PROTO_BROADCAST, "ada", "");
    take(&ada, "{\"proto\":\"broadcast\"}");
    reader_expect(&room.ring, &ada.member.cursor, PROTO_BROADCAST, "ada", "");
}

/* -- a crowd with long names -- */

enum { CROWD = 600 };

static struct member crowd[CROWD];

static void fill_room(void)
{
    for (int i = 0; i < CROWD; i++) {
        char nick[64];
        snprintf(nick, sizeof nick, "a-rather-long-nickname-%08d", i);
        cr_assert_eq(room_set_nick(&room, &crowd[i], nick, NULL), CLAIM_OK);
    }
}

static void empty_room(void)
{
    for (int i = 0; i < CROWD; i++) room_leave(&room, &crowd[i]);
}

Test(server_session, a_long_list_of_who_comes_in_several_packets)
{
    fill_room();
    join(&ada, "ada");
    take(&ada, "{\"proto\":\"who\"}");
    size_t names = 0;
    while (buffer_view(&ada.out).n > 0) {
        struct span owed = buffer_view(&ada.out);
        struct packet p;
        cr_assert_null(packet_decode(&p, (struct span){owed.p + 2, frame_size(owed.p) - 2}));
        cr_expect_eq(p.proto, PROTO_WHO);
        names++;
        for (const char *c = p.msg; *c; c++) names += *c == '\n';
        buffer_consume(&ada.out, frame_size(owed.p));
    }
    cr_expect_eq(names, CROWD + 1);
    empty_room();
}

Test(server_session, who_asks_faster_than_it_listens_does_not_fill_the_memory)
{
    fill_room();
    join(&ada, "ada");
    for (int i = 0; i < 1000; i++)
        cr_expect_eq(take(&ada, "{\"proto\":\"who\"}").state, SESSION_CONTINUE);
    cr_expect_lt(buffer_view(&ada.out).n, 200 * 1024);
    empty_room();
}
