#include "server/room/session.h"

#include "server/room/outbound.h"
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

/* Asks for the member list, and answers unless the session has refused. */
static void ask_who(struct session *s)
{
    struct session_result result = take(s, "{\"nick\":\"ada\",\"msg\":\"\",\"proto\":\"who\"}");
    cr_assert_eq(result.state, SESSION_CONTINUE);
    if (result.asks_list) cr_assert_gt(session_send_list(s), 0);
}

/* Expects the next packet to be one of the member list. Returns its number of nicknames. */
static size_t expect_list(struct session *s, const char *msg)
{
    struct span first, second;
    struct packet p;
    size_t names = 1;
    cr_assert(outbound_peek(s, &first, &second));
    cr_assert_null(packet_decode(&p, frame_payload(first.p)));
    cr_expect_eq(p.proto, PROTO_WHO);
    if (msg) cr_expect_str_eq(p.msg, msg);
    for (const char *c = p.msg; *c; c++) names += *c == '\n';
    cr_assert(outbound_consume(s, frame_size(first.p)));
    return names;
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

/* Each secret has one digit eight times. */
static bool fill_with_next(void *out, size_t n)
{
    static unsigned char digit = 0;
    memset(out, ++digit * 0x11, n);
    return true;
}

static bool fill_nothing(void *out, size_t n)
{
    (void)out, (void)n;
    return false;
}

static struct session_result resume(struct session *s, const char *nick, const char *secret)
{
    char json[128];
    snprintf(json, sizeof json, "{\"msg\":\"%s\",\"resume\":\"%s\",\"proto\":\"verify\"}", nick,
             secret);
    return take(s, json);
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

Test(server_session, ready_contains_a_secret_and_a_rename_makes_a_new_one)
{
    static const char first[] = "{\"nick\":\"SERVER\",\"msg\":\"READY\",\"proto\":\"ready\","
                                "\"resume\":\"1111111111111111\"}";
    room.nicks.fill_random = fill_with_next;
    take(&ada, "{\"msg\":\"ada\",\"proto\":\"verify\"}");
    struct span out = buffer_view(&ada.out);
    cr_assert_eq(out.n, FRAME_HEADER + sizeof first - 1);
    cr_expect_eq(memcmp(out.p + FRAME_HEADER, first, sizeof first - 1), 0);
    expect_reply(&ada, PROTO_READY, "READY");
    join(&ada, "grace");
    cr_expect(resume_matches(&ada.member.nick->secret, "2222222222222222"));
    cr_expect_not(resume_matches(&ada.member.nick->secret, "1111111111111111"));
}

Test(server_session, the_secret_lets_the_old_member_leave_and_the_new_one_join)
{
    room.nicks.fill_random = fill_with_next;
    join(&ada, "ada");
    struct session_result result = resume(&bob, "ada", "1111111111111111");
    expect_reply(&bob, PROTO_READY, "READY");
    cr_expect_eq(result.replaced, &ada.member);
    cr_expect_null(result.nick_holder);
    cr_expect(session_is_member(&bob) && !session_is_member(&ada));
    cr_expect_null(ada.member.history);
    cr_expect_eq(ada.stream_end.seq, 1);
    reader_expect(&room.ring, &ada.stream_end, PROTO_BROADCAST, "SERVER", "ada left the chat");
    result = resume(&ada, "ada", "1111111111111111");
    expect_reply(&ada, PROTO_RETRY, "RETRY");
    cr_expect_eq(result.nick_holder, &bob.member);
}

Test(server_session, a_member_may_come_back_under_its_earlier_nickname)
{
    room.nicks.fill_random = fill_with_next;
    join(&ada, "ada");
    join(&bob, "ada2");
    cr_expect_eq(resume(&bob, "ada", "1111111111111111").replaced, &ada.member);
    expect_reply(&bob, PROTO_READY, "READY");
    cr_expect_null(resume(&bob, "ada", "3333333333333333").replaced, "its own");
    expect_reply(&bob, PROTO_READY, "READY");
    cr_expect(session_is_member(&bob));
}

Test(server_session, without_random_bytes_there_is_no_secret)
{
    static resume_random *const none[] = {NULL, fill_nothing};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        room.nicks.fill_random = none[i];
        join(&ada, "ada");
        cr_expect_not(resume_has_secret(&ada.member.nick->secret));
        cr_expect_null(resume(&bob, "ada", "0000000000000000").replaced);
        expect_reply(&bob, PROTO_RETRY, "RETRY");
    }
}

Test(server_session, who_is_answered_to_the_one_who_asks)
{
    join(&ada, "ada");
    join(&bob, "bob");
    ask_who(&ada);
    expect_list(&ada, "ada\nbob");
    cr_expect_null(ada.list);
    cr_expect_null(bob.list);
    expect_no_reply(&ada);
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

Test(server_session, only_the_first_nickname_joins_the_room)
{
    struct session_result first = take(&ada, "{\"msg\":\"ada\",\"proto\":\"verify\"}");
    cr_expect(first.joined && first.nick_changed);
    struct session_result second = take(&ada, "{\"msg\":\"eve\",\"proto\":\"verify\"}");
    cr_expect(!second.joined && second.nick_changed);
    cr_expect_not(take(&bob, "{\"msg\":\"eve\",\"proto\":\"verify\"}").joined);
}

/* Expects the next packet of the room. */
static void expect_of_room(struct session *s, const char *nick, const char *msg)
{
    struct span own, stream;
    struct packet p;
    cr_assert(outbound_peek(s, &own, &stream));
    cr_assert_eq(own.n, 0);
    cr_assert_null(packet_decode(&p, frame_payload(stream.p)));
    cr_expect_str_eq(p.nick, nick);
    cr_expect_str_eq(p.msg, msg);
    cr_assert(outbound_consume(s, frame_size(stream.p)));
}

static void join_without_history(struct session *s, const char *nick)
{
    room_set_history(&room, 10);
    join(&ada, "ada");
    take(&ada, "{\"msg\":\"before\",\"proto\":\"broadcast\"}");
    join(s, nick);
    cr_expect_gt(room_history_size(&s->member), 0);
    cr_assert(session_skip_history(s));
    cr_expect_eq(room_history_size(&s->member), 0);
    expect_reply(s, PROTO_BROADCAST, SESSION_NO_HISTORY);
}

Test(server_session, a_member_without_history_receives_only_what_follows)
{
    join_without_history(&bob, "bob");
    room_tick(&room);
    take(&ada, "{\"msg\":\"after\",\"proto\":\"broadcast\"}");
    expect_of_room(&bob, "ada", "after");
}

/* Its join is published later, with that of others. */
Test(server_session, a_member_of_a_batch_without_history_receives_the_notice_of_the_batch)
{
    struct member guest = {0};
    room.presence.storm = true;
    join_without_history(&bob, "bob");
    cr_assert_eq(room_set_nick(&room, &guest, "guest", NULL), CLAIM_OK);
    room_tick(&room);
    expect_of_room(&bob, "SERVER", "bob and guest joined the chat");
    room_leave(&room, &guest);
    room_skip_history(&guest);
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
    ask_who(&ada);
    size_t names = 0;
    while (ada.list) names += expect_list(&ada, NULL);
    cr_expect_eq(names, CROWD + 1);
    empty_room();
}

Test(server_session, a_member_that_asks_again_before_the_answer_is_sent_is_refused)
{
    join(&ada, "ada");
    join(&bob, "bob");
    ask_who(&ada);
    const struct list_reader *answer = ada.list;
    ask_who(&ada);
    cr_expect_eq(ada.list, answer);
    expect_reply(&ada, PROTO_BROADCAST, SESSION_LIST_UNDER_WAY);
    expect_list(&ada, "ada\nbob");
    ask_who(&ada);
    expect_list(&ada, "ada\nbob");
    expect_no_reply(&ada);
}

Test(server_session, a_list_is_encoded_once_for_all_until_the_members_change)
{
    join(&ada, "ada");
    join(&bob, "bob");
    ask_who(&ada);
    ask_who(&bob);
    cr_expect_eq(ada.list->packet, bob.list->packet);
    join(&bob, "Bob");
    expect_list(&bob, "ada\nbob");
    ask_who(&bob);
    expect_list(&bob, "ada\nBob");
    session_leave(&bob);
    expect_list(&ada, "ada\nbob");
    ask_who(&ada);
    expect_list(&ada, "ada");
}

/* The rest of a packet that was sent in part comes first, then the notice, then the next packet. */
Test(server_session, a_notice_comes_between_two_packets_of_a_list)
{
    static char text[4 * (size_t)FRAME_MAX];
    fill_room();
    join(&ada, "ada");
    ask_who(&ada);
    size_t size = room.list.size, n = 0, count = 0;
    struct span first, second;
    bool is_sent = false;
    for (size_t most = 1000; outbound_peek(&ada, &first, &second) && first.n > 0; n += most) {
        if (!ada.list) break;
        if (most > first.n + second.n) most = first.n + second.n;
        memcpy(text + n, first.p, most < first.n ? most : first.n);
        if (most > first.n) memcpy(text + n + first.n, second.p, most - first.n);
        cr_assert(outbound_consume(&ada, most));
        if (!is_sent) cr_assert(session_send(&ada, PROTO_BROADCAST, "psst"));
        size += is_sent ? 0 : buffer_view(&ada.out).n;
        is_sent = true;
    }
    cr_expect_eq(n, size);
    for (const char *at = text; at < text + n; at += frame_size(at), count++) {
        struct packet p;
        cr_assert_null(packet_decode(&p, frame_payload(at)));
        cr_expect_eq(p.proto, count == 1 ? PROTO_BROADCAST : PROTO_WHO);
    }
    empty_room();
}

Test(server_session, a_member_whose_list_was_dropped_is_told)
{
    fill_room();
    join(&ada, "ada");
    ask_who(&ada);
    ada.list->packet->is_cut = true;
    while (ada.list) ada.list->packet->is_cut = true, expect_list(&ada, NULL);
    expect_reply(&ada, PROTO_BROADCAST, SESSION_LIST_CUT);
    expect_no_reply(&ada);
    empty_room();
}

Test(server_session, a_member_that_leaves_still_receives_its_list)
{
    join(&ada, "ada");
    join(&bob, "bob");
    ask_who(&ada);
    session_leave(&ada);
    cr_expect_not(outbound_is_complete(&ada));
    expect_list(&ada, "ada\nbob");
    cr_expect_null(ada.list);
}
