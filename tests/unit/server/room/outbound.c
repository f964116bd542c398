#include "server/room/outbound.h"

#include "server/system/ring_map.h"
#include "tests/unit/support/frame_reader.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { RING = 1 << 18 };

static struct counters counters;
static struct room room;
static char *memory;
static struct session ada, bob;

/* What has been sent to somebody, in the order it went. */
static struct buffer wire;

static void send_to(struct session *s, size_t most)
{
    struct span own, stream;
    cr_assert(outbound_peek(s, &own, &stream));
    size_t first = own.n < most ? own.n : most;
    size_t second = stream.n < most - first ? stream.n : most - first;
    cr_assert(buffer_append(&wire, own.p, first) && buffer_append(&wire, stream.p, second));
    cr_assert(outbound_consume(s, first + second));
}

static void expect(enum proto proto, const char *nick, const char *msg)
{
    reader_expect_pending(&wire, proto, nick, msg);
}

static void join(struct session *s, const char *nick)
{
    char frame[PACKET_ROOM];
    cr_assert(session_init(s, &room));
    size_t n = packet_encode(frame, PROTO_VERIFY, NULL, nick);
    cr_assert(
        session_handle(s, (struct span){frame + FRAME_HEADER, n - FRAME_HEADER}).nick_changed);
}

static void open_room(void)
{
    memory = ring_map_new(RING);
    cr_assert_not_null(memory);
    room_init(&room, &counters, memory, RING);
    join(&ada, "ada");
    join(&bob, "bob");
}

static void close_room(void)
{
    session_deinit(&ada);
    session_deinit(&bob);
    buffer_reset(&wire);
    room_deinit(&room);
    ring_map_free(memory, RING);
}

TestSuite(outbound, .init = open_room, .fini = close_room);

static void say(struct session *s, const char *msg)
{
    cr_assert(room_broadcast(&room, &s->member, msg));
}

Test(outbound, what_is_pending_goes_before_the_ring)
{
    say(&bob, "hi");
    session_send(&ada, PROTO_BROADCAST, "psst");
    send_to(&ada, RING);
    expect(PROTO_CONNECT, "SERVER", "HELLO");
    expect(PROTO_READY, "SERVER", "READY");
    expect(PROTO_BROADCAST, "SERVER", "psst");
    expect(PROTO_BROADCAST, "SERVER", "bob joined the chat");
    expect(PROTO_BROADCAST, "bob", "hi");
    cr_expect_not(outbound_has_data(&ada));
}

Test(outbound, a_reply_never_lands_inside_a_frame_however_much_a_send_takes)
{
    for (size_t most = 1; most < 200; most++) {
        send_to(&ada, RING);
        buffer_reset(&wire);
        say(&bob, "one");
        say(&bob, "two");
        send_to(&ada, most);
        session_send(&ada, PROTO_BROADCAST, "psst");
        send_to(&ada, RING);
        bool told = false;
        for (int i = 0; i < 3; i++) {
            struct span owed = buffer_view(&wire);
            bool is_reply = !told && memmem(owed.p, frame_size(owed.p), "psst", 4);
            if (is_reply)
                expect(PROTO_BROADCAST, "SERVER", "psst");
            else
                expect(PROTO_BROADCAST, "bob", i > told ? "two" : "one");
            told = told || is_reply;
        }
        cr_assert_eq(buffer_view(&wire).n, 0);
    }
}

Test(outbound, whoever_is_lapped_gets_the_frame_it_began_and_is_told_how_many_it_missed)
{
    static char text[60001];
    memset(text, 'x', sizeof text - 1);
    send_to(&ada, RING);
    buffer_reset(&wire);
    say(&bob, "first");
    send_to(&ada, 10);
    for (int i = 0; i < 8; i++) say(&bob, text);
    send_to(&ada, 4 * (size_t)RING);
    expect(PROTO_BROADCAST, "bob", "first");
    expect(PROTO_BROADCAST, "SERVER", OUTBOUND_MISSED("4"));
    for (int i = 0; i < 4; i++) expect(PROTO_BROADCAST, "bob", text);
    cr_expect_eq(buffer_view(&wire).n, 0);
}

Test(outbound, who_has_left_is_owed_what_was_said_before)
{
    send_to(&ada, RING);
    buffer_reset(&wire);
    say(&bob, "before");
    session_leave(&ada);
    say(&bob, "after");
    cr_expect(outbound_has_data(&ada));
    send_to(&ada, RING);
    expect(PROTO_BROADCAST, "bob", "before");
    cr_expect_eq(buffer_view(&wire).n, 0);
    cr_expect_not(outbound_has_data(&ada));
}

Test(outbound, who_has_left_is_told_what_it_missed_of_its_own_stream)
{
    static char text[60001];
    memset(text, 'x', sizeof text - 1);
    send_to(&ada, RING);
    buffer_reset(&wire);
    for (int i = 0; i < 3; i++) say(&bob, "before");
    session_leave(&ada);
    for (int i = 0; i < 8; i++) say(&bob, text);
    send_to(&ada, RING);
    expect(PROTO_BROADCAST, "SERVER", OUTBOUND_MISSED("3"));
    cr_expect_eq(buffer_view(&wire).n, 0);
    cr_expect_not(outbound_has_data(&ada));
}

Test(outbound, who_was_never_here_is_owed_nothing_of_the_room)
{
    struct session eve;
    cr_assert(session_init(&eve, &room));
    say(&bob, "hi");
    send_to(&eve, RING);
    expect(PROTO_CONNECT, "SERVER", "HELLO");
    cr_expect_eq(buffer_view(&wire).n, 0);
    session_leave(&eve);
    cr_expect_not(outbound_has_data(&eve));
    session_deinit(&eve);
}

/* -- the history -- */

static struct session eve;

static struct packet packet_at(const char *frame)
{
    struct packet p;
    cr_assert_null(packet_decode(&p, frame_payload(frame)));
    return p;
}

static void join_with_history(const char *const *messages)
{
    room_set_history(&room, 9);
    for (; *messages; messages++) say(&bob, *messages);
    join(&eve, "eve");
}

/* Sends everything, at most this many bytes at once. */
static void send_all_to(struct session *s, size_t most)
{
    while (outbound_has_data(s)) send_to(s, most);
}

static void expect_greeting(void)
{
    expect(PROTO_CONNECT, "SERVER", "HELLO");
    expect(PROTO_READY, "SERVER", "READY");
}

Test(outbound, the_history_comes_before_the_ring_however_much_a_send_takes)
{
    join_with_history((const char *const[]){"one", "two", NULL});
    room_set_history(&room, 1000);
    for (size_t most = 1; most < 300; most++) {
        if (most > 1) join(&eve, "eve");
        say(&bob, "three");
        session_send(&eve, PROTO_BROADCAST, "psst");
        send_all_to(&eve, most);
        expect_greeting();
        expect(PROTO_BROADCAST, "SERVER", "psst");
        size_t history = room.history.head.seq - room.history.tail.seq - 1;
        while (history-- > 0) {
            cr_assert_not_null(packet_at(buffer_view(&wire).p).time);
            buffer_consume(&wire, frame_size(buffer_view(&wire).p));
        }
        expect(PROTO_BROADCAST, "bob", "three");
        cr_assert_eq(buffer_view(&wire).n, 0);
        cr_assert(outbound_is_complete(&eve));
        session_deinit(&eve);
    }
}

Test(outbound, a_member_list_comes_after_the_history_however_much_a_send_takes)
{
    join_with_history((const char *const[]){"one", "two", NULL});
    room_set_history(&room, 1000);
    for (size_t most = 1; most < 200; most++) {
        if (most > 1) join(&eve, "eve");
        cr_assert_gt(session_send_list(&eve), 0);
        say(&bob, "new");
        send_all_to(&eve, most);
        expect_greeting();
        while (packet_at(buffer_view(&wire).p).time)
            buffer_consume(&wire, frame_size(buffer_view(&wire).p));
        expect(PROTO_WHO, "SERVER", "bob\nada\neve");
        expect(PROTO_BROADCAST, "bob", "new");
        cr_assert_eq(buffer_view(&wire).n, 0);
        session_deinit(&eve);
    }
}

/* A list that waits is no reason to send. */
Test(outbound, a_member_list_waits_while_the_history_is_held_back)
{
    struct cursor held = room.ring.head;
    ring_hold(&room.ring, &held);
    join_with_history((const char *const[]){"one", NULL});
    cr_assert_gt(session_send_list(&eve), 0);
    send_all_to(&eve, RING);
    expect_greeting();
    cr_expect_eq(buffer_view(&wire).n, 0);
    cr_expect_not(outbound_has_data(&eve));
    ring_release(&room.ring);
    send_all_to(&eve, RING);
    expect(PROTO_BROADCAST, "bob", "one");
    cr_expect_eq(packet_at(buffer_view(&wire).p).proto, PROTO_WHO);
    session_deinit(&eve);
}

Test(outbound, a_client_that_has_left_still_receives_the_history)
{
    join_with_history((const char *const[]){"one", NULL});
    session_leave(&eve);
    cr_expect_not(outbound_is_complete(&eve));
    send_all_to(&eve, RING);
    expect_greeting();
    expect(PROTO_BROADCAST, "bob", "one");
    cr_expect_eq(buffer_view(&wire).n, 0);
    cr_expect(outbound_is_complete(&eve));
    session_deinit(&eve);
}

/* The journal has not written the message yet. */
Test(outbound, the_history_waits_while_the_ring_is_held_back)
{
    struct cursor held = room.ring.head;
    ring_hold(&room.ring, &held);
    join_with_history((const char *const[]){"one", NULL});
    send_all_to(&eve, RING);
    expect_greeting();
    cr_expect_eq(buffer_view(&wire).n, 0);
    cr_expect_not(outbound_is_complete(&eve));
    struct cursor next = held;
    ring_step(&room.ring, &next);
    ring_hold(&room.ring, &next);
    send_all_to(&eve, RING);
    expect(PROTO_BROADCAST, "bob", "one");
    session_deinit(&eve);
}

Test(outbound, a_client_too_slow_for_the_history_learns_how_much_it_missed)
{
    join_with_history((const char *const[]){"one", "two", "three", NULL});
    send_to(&eve, buffer_view(&eve.out).n + 5);
    for (int i = 0; i < 8; i++) say(&bob, "new");
    send_all_to(&eve, RING);
    expect_greeting();
    expect(PROTO_BROADCAST, "bob", "one");
    expect(PROTO_BROADCAST, "SERVER", OUTBOUND_MISSED("1"));
    expect(PROTO_BROADCAST, "bob", "three");
    for (int i = 0; i < 8; i++) expect(PROTO_BROADCAST, "bob", "new");
    cr_expect_eq(buffer_view(&wire).n, 0);
    session_deinit(&eve);
}
