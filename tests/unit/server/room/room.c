#include "server/room/room.h"

#include "server/system/ring_map.h"
#include "tests/unit/support/frame_reader.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct counters counters;
static struct room room;
static char *memory;
static struct member ada, bob, eve;

static void open_room(void)
{
    memory = ring_map_new(1 << 18);
    cr_assert_not_null(memory);
    room_init(&room, &counters, memory, 1 << 18);
    ada = bob = eve = (struct member){0};
}

static void close_room(void)
{
    struct member *all[] = {&ada, &bob, &eve};
    for (int i = 0; i < 3; i++) room_leave(&room, all[i]);
    for (int i = 0; i < 3; i++) room_skip_history(all[i]);
    room_deinit(&room);
    ring_map_free(memory, 1 << 18);
}

TestSuite(room, .init = open_room, .fini = close_room);

/* Expects the next message of the history for a member, and passes it. */
static void expect_history(struct member *m, const char *nick, const char *msg)
{
    struct packet p;
    uint64_t frames;
    cr_assert_not_null(m->history, "no history, wanted: %s", msg);
    struct span view = history_reader_view(&room.history, m->history);
    cr_assert_null(packet_decode(&p, frame_payload(view.p)));
    cr_expect_str_eq(p.nick, nick);
    cr_expect_str_eq(p.msg, msg);
    history_reader_advance(&room.history, m->history, frame_size(view.p), &frames);
}

static void expect_end_of_history(const struct member *m)
{
    cr_expect_eq(room_history_size(m), 0);
}

Test(room, a_newcomer_does_not_see_its_own_arrival_and_the_others_do)
{
    cr_expect_eq(room_set_nick(&room, &ada, "ada", NULL), CLAIM_OK);
    cr_expect_eq(ring_lag(&room.ring, &ada.cursor), 0);
    cr_expect_eq(room_set_nick(&room, &bob, "bob", NULL), CLAIM_OK);
    cr_expect_eq(ring_lag(&room.ring, &bob.cursor), 0);
    reader_expect(&room.ring, &ada.cursor, PROTO_BROADCAST, "SERVER", "bob joined the chat");
    cr_expect_eq(ring_lag(&room.ring, &ada.cursor), 0);
}

Test(room, what_one_says_all_read_in_one_order)
{
    room_set_nick(&room, &ada, "ada", NULL);
    room_set_nick(&room, &bob, "bob", NULL);
    ada.cursor = bob.cursor;
    cr_expect(room_broadcast(&room, &ada, "one"));
    cr_expect(room_broadcast(&room, &bob, "two"));
    struct member *all[] = {&ada, &bob};
    for (int i = 0; i < 2; i++) {
        reader_expect(&room.ring, &all[i]->cursor, PROTO_BROADCAST, "ada", "one");
        reader_expect(&room.ring, &all[i]->cursor, PROTO_BROADCAST, "bob", "two");
    }
}

Test(room, a_nickname_is_borne_by_one)
{
    cr_expect_eq(room_set_nick(&room, &ada, "Ada", NULL), CLAIM_OK);
    cr_expect_eq(room_set_nick(&room, &bob, "ada", NULL), CLAIM_REFUSED);
    cr_expect_eq(room_set_nick(&room, &bob, "ＡＤＡ", NULL), CLAIM_REFUSED);
    cr_expect_null(bob.nick);
    cr_expect_eq(room.count, 1);
    room_leave(&room, &ada);
    cr_expect_eq(room_set_nick(&room, &bob, "ada", NULL), CLAIM_OK);
}

Test(room, the_rule_and_the_servers_name_hold)
{
    static const char *const refused[] = {"", " ", "server", "SERVER", "a  b", " a", "a\n", "\x7f"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        cr_expect_eq(room_set_nick(&room, &ada, refused[i], NULL), CLAIM_REFUSED, "%s", refused[i]);
    cr_expect_eq(room.ring.head.seq, 0, "and nobody hears of it");
}

Test(room, a_member_is_renamed)
{
    room_set_nick(&room, &bob, "bob", NULL);
    room_set_nick(&room, &ada, "ada", NULL);
    bob.cursor = ada.cursor;
    cr_expect_eq(room_set_nick(&room, &ada, "bob", NULL), CLAIM_REFUSED);
    cr_expect_str_eq(ada.nick->text, "ada");
    cr_expect_eq(room_set_nick(&room, &ada, "grace", NULL), CLAIM_OK);
    reader_expect(&room.ring, &bob.cursor, PROTO_BROADCAST, "SERVER", "ada is now known as grace");
    cr_expect_eq(room_set_nick(&room, &eve, "ada", NULL), CLAIM_OK, "the old name is free");
    cr_expect_eq(room.count, 3);
}

/* The last of more than eight is in a batch, which comes before what its member says. */
Test(room, many_new_nicknames_in_an_iteration_are_one_notice)
{
    char nick[16], expected[64];
    room_set_nick(&room, &ada, "n0", NULL);
    room_set_nick(&room, &bob, "bob", NULL);
    room_tick(&room);
    bob.cursor = room.ring.head;
    for (int i = 0; i < PRESENCE_INDIVIDUAL + 3; i++) {
        snprintf(nick, sizeof nick, "n%d", i + 1);
        room_set_nick(&room, &ada, nick, NULL);
    }
    room_broadcast(&room, &ada, "hello");
    for (int i = 0; i < PRESENCE_INDIVIDUAL; i++) {
        snprintf(expected, sizeof expected, "n%d is now known as n%d", i, i + 1);
        reader_expect(&room.ring, &bob.cursor, PROTO_BROADCAST, "SERVER", expected);
    }
    reader_expect(&room.ring, &bob.cursor, PROTO_BROADCAST, "SERVER",
                  "n8 is now known as n9\nn9 is now known as n10\nn10 is now known as n11");
    reader_expect(&room.ring, &bob.cursor, PROTO_BROADCAST, "n11", "hello");
}

Test(room, the_same_name_again_is_no_news_and_another_spelling_is)
{
    room_set_nick(&room, &ada, "ada", NULL);
    cr_expect_eq(room_set_nick(&room, &ada, "ada", NULL), CLAIM_OK);
    cr_expect_eq(ring_lag(&room.ring, &ada.cursor), 0);
    cr_expect_eq(room_set_nick(&room, &ada, "Ada", NULL), CLAIM_OK);
    reader_expect(&room.ring, &ada.cursor, PROTO_BROADCAST, "SERVER", "ada is now known as Ada");
    cr_expect_eq(room_set_nick(&room, &bob, "ADA", NULL), CLAIM_REFUSED);
}

Test(room, leaving_is_told_once)
{
    room_set_nick(&room, &ada, "ada", NULL);
    room_set_nick(&room, &bob, "bob", NULL);
    room_leave(&room, &bob);
    room_leave(&room, &bob);
    room_leave(&room, &eve);
    reader_expect(&room.ring, &ada.cursor, PROTO_BROADCAST, "SERVER", "bob joined the chat");
    reader_expect(&room.ring, &ada.cursor, PROTO_BROADCAST, "SERVER", "bob left the chat");
    cr_expect_eq(ring_lag(&room.ring, &ada.cursor), 0);
}

Test(room, when_it_closes_that_everybody_leaves_is_no_news)
{
    room_set_nick(&room, &ada, "ada", NULL);
    room_set_nick(&room, &bob, "bob", NULL);
    uint64_t before = room.ring.head.seq;
    room_close(&room);
    room_leave(&room, &bob);
    cr_expect_eq(room.ring.head.seq, before);
}

Test(room, a_text_that_does_not_fit_with_the_nickname_is_refused)
{
    char *msg = malloc(FRAME_PAYLOAD_MAX + 1);
    const size_t most =
        FRAME_PAYLOAD_MAX - strlen("{\"nick\":\"ada\",\"msg\":\"\",\"proto\":\"broadcast\"}");
    memset(msg, 'x', most + 1);
    msg[most + 1] = '\0';
    room_set_nick(&room, &ada, "ada", NULL);
    cr_expect_not(room_broadcast(&room, &ada, msg));
    cr_expect_eq(ring_lag(&room.ring, &ada.cursor), 0);
    msg[most] = '\0';
    cr_expect(room_broadcast(&room, &ada, msg));
    free(msg);
}

/* -- the order of members -- */

enum { CROWD = 400 };

static struct member crowd[CROWD];

static void check_indexes(void)
{
    cr_assert_leq(room.speakers, room.count);
    for (size_t i = 0; i < room.count; i++) cr_assert_eq(room.members[i]->nick->index, i);
}

Test(room, indexes_stay_right_while_members_join_talk_and_leave)
{
    srand(3);
    size_t here = 0;
    for (int step = 0; step < 20000; step++) {
        struct member *m = &crowd[rand() % CROWD];
        char nick[32];
        snprintf(nick, sizeof nick, "n%td", m - crowd);
        if (!m->nick) {
            cr_assert_eq(room_set_nick(&room, m, nick, NULL), CLAIM_OK);
            here++;
        } else if (rand() % 4 == 0) {
            room_leave(&room, m);
            here--;
        } else {
            room_broadcast(&room, m, "x");
            cr_assert_lt(m->nick->index, room.speakers, "speakers come first");
        }
        cr_assert_eq(room.count, here);
        check_indexes();
    }
    for (int i = 0; i < CROWD; i++) room_leave(&room, &crowd[i]);
    cr_expect_null(room.nicks.by_key);
}

/* -- storms -- */

static void join_many(int from, int to)
{
    for (int i = from; i < to; i++) {
        char nick[32];
        snprintf(nick, sizeof nick, "n%d", i);
        cr_assert_eq(room_set_nick(&room, &crowd[i], nick, NULL), CLAIM_OK);
    }
}

Test(room, a_storm_of_one_turn_is_folded_and_newcomers_hear_who_came_with_them)
{
    room_set_nick(&room, &ada, "ada", NULL);
    room_tick(&room);
    join_many(0, 8 + 20);
    room_tick(&room);
    for (int i = 0; i < 8; i++) {
        char text[64];
        snprintf(text, sizeof text, "n%d joined the chat", i);
        reader_expect(&room.ring, &ada.cursor, PROTO_BROADCAST, "SERVER", text);
    }
    reader_expect(&room.ring, &ada.cursor, PROTO_BROADCAST, "SERVER",
                  "n8, n9, n10, n11, n12, n13, n14 and 13 others joined the chat");
    cr_expect_eq(ring_lag(&room.ring, &ada.cursor), 0);
    reader_expect(&room.ring, &crowd[27].cursor, PROTO_BROADCAST, "SERVER",
                  "n8, n9, n10, n11, n12, n13, n14 and 13 others joined the chat");
    cr_expect_gt(ring_lag(&room.ring, &crowd[7].cursor), 0, "who was here before them does");
    for (int i = 0; i < 28; i++) room_leave(&room, &crowd[i]);
}

Test(room, who_speaks_in_a_storm_has_been_announced_before)
{
    room_set_nick(&room, &ada, "ada", NULL);
    join_many(0, 12);
    room_broadcast(&room, &crowd[9], "hello");
    for (int i = 0; i < 7; i++) ring_step(&room.ring, &ada.cursor);
    reader_expect(&room.ring, &ada.cursor, PROTO_BROADCAST, "SERVER",
                  "n7, n8, n9, n10 and n11 joined the chat");
    reader_expect(&room.ring, &ada.cursor, PROTO_BROADCAST, "n9", "hello");
    ring_step(&room.ring, &crowd[9].cursor);
    reader_expect(&room.ring, &crowd[9].cursor, PROTO_BROADCAST, "n9", "hello");
    for (int i = 0; i < 12; i++) room_leave(&room, &crowd[i]);
}

Test(room, leaves_after_joins_in_one_storm_keep_their_order)
{
    room_set_nick(&room, &ada, "ada", NULL);
    join_many(0, 10);
    room_leave(&room, &crowd[9]);
    room_leave(&room, &crowd[0]);
    room_tick(&room);
    for (int i = 0; i < 7; i++) ring_step(&room.ring, &ada.cursor);
    reader_expect(&room.ring, &ada.cursor, PROTO_BROADCAST, "SERVER",
                  "n7, n8 and n9 joined the chat");
    reader_expect(&room.ring, &ada.cursor, PROTO_BROADCAST, "SERVER", "n9 and n0 left the chat");
    cr_expect_eq(ring_lag(&room.ring, &ada.cursor), 0);
    check_indexes();
    for (int i = 1; i < 9; i++) room_leave(&room, &crowd[i]);
}

Test(room, a_newcomer_alone_in_its_batch_receives_no_own_join_notice)
{
    room_set_nick(&room, &ada, "ada", NULL);
    join_many(0, 8);
    room_tick(&room);
    cr_expect_eq(ring_lag(&room.ring, &crowd[7].cursor), 0);
    for (int i = 0; i < 8; i++) room_leave(&room, &crowd[i]);
}

Test(room, a_newcomer_reads_the_history_and_then_the_ring)
{
    room_set_history(&room, 3);
    room_set_nick(&room, &ada, "ada", NULL);
    for (int i = 0; i < 5; i++) room_broadcast(&room, &ada, "before");
    room_set_nick(&room, &bob, "bob", NULL);
    room_broadcast(&room, &bob, "after");
    for (int i = 0; i < 3; i++) expect_history(&bob, "ada", "before");
    expect_end_of_history(&bob);
    reader_expect(&room.ring, &bob.cursor, PROTO_BROADCAST, "bob", "after");
}

/* Who came, left and had another nickname was not said. */
Test(room, the_history_is_what_was_said)
{
    room_set_history(&room, 9);
    room_set_nick(&room, &ada, "ada", NULL);
    room_broadcast(&room, &ada, "hello");
    join_many(0, 30);
    room_notice(&room, "Back in a minute.");
    for (int i = 0; i < 30; i++) room_leave(&room, &crowd[i]);
    for (int i = 0; i < 30; i++) room_skip_history(&crowd[i]);
    room_set_nick(&room, &ada, "grace", NULL);
    room_broadcast(&room, &ada, "bob joined the chat");
    room_set_nick(&room, &bob, "bob", NULL);
    expect_history(&bob, "ada", "hello");
    expect_history(&bob, "SERVER", "Back in a minute.");
    expect_history(&bob, "grace", "bob joined the chat");
    expect_end_of_history(&bob);
}

Test(room, the_first_to_come_finds_no_history)
{
    room_set_history(&room, 3);
    room_set_nick(&room, &ada, "ada", NULL);
    cr_expect_null(ada.history);
    cr_expect_eq(ring_lag(&room.ring, &ada.cursor), 0);
}

Test(room, what_was_said_before_it_opened_is_history)
{
    room_set_history(&room, 3);
    room_restore(&room, 0, "old", "one");
    room_set_nick(&room, &ada, "ada", NULL);
    expect_history(&ada, "old", "one");
    expect_end_of_history(&ada);
    cr_expect_eq(ring_lag(&room.ring, &ada.cursor), 0);
}

Test(room, the_time_of_a_message_is_that_of_its_iteration)
{
    struct packet p;
    room_set_history(&room, 3);
    room_set_nick(&room, &ada, "ada", NULL);
    room.unix_ms = 1790145175123;
    room_broadcast(&room, &ada, "hello");
    room.unix_ms++;
    room_set_nick(&room, &bob, "bob", NULL);
    cr_assert_null(
        packet_decode(&p, frame_payload(history_reader_view(&room.history, bob.history).p)));
    cr_expect_str_eq(p.time, "2026-09-23T06:32:55.123Z");
    struct cursor ring = room.ring.tail;
    ring_step(&room.ring, &ring);
    cr_assert_null(packet_decode(&p, frame_payload(ring_at(&room.ring, ring.pos))));
    cr_expect_str_eq(p.msg, "hello");
    cr_expect_null(p.time, "a new message has a time");
}

Test(room, a_newcomer_alone_in_its_batch_has_a_history_and_no_own_join_notice)
{
    room_set_history(&room, 20);
    room_set_nick(&room, &ada, "ada", NULL);
    room_broadcast(&room, &ada, "before");
    join_many(0, 8);
    room_tick(&room);
    expect_history(&crowd[7], "ada", "before");
    expect_end_of_history(&crowd[7]);
    cr_expect_eq(ring_lag(&room.ring, &crowd[7].cursor), 0);
    for (int i = 0; i < 8; i++) {
        room_leave(&room, &crowd[i]);
        room_skip_history(&crowd[i]);
    }
}

Test(room, who_bears_a_nickname)
{
    cr_expect_null(room_find_member(&room, "ada"));
    room_set_nick(&room, &ada, "Ada", NULL);
    cr_expect_eq(room_find_member(&room, "ada"), &ada);
    room_set_nick(&room, &ada, "eve", NULL);
    cr_expect_null(room_find_member(&room, "ada"));
    cr_expect_eq(room_find_member(&room, "EVE"), &ada);
    cr_expect_null(room_find_member(&room, "no\nnickname"));
    room_leave(&room, &ada);
    cr_expect_null(room_find_member(&room, "eve"));
}

Test(room, how_much_a_newcomer_gets_can_change)
{
    room_set_nick(&room, &ada, "ada", NULL);
    room_broadcast(&room, &ada, "before");
    room_set_history(&room, 9);
    room_broadcast(&room, &ada, "one");
    room_broadcast(&room, &ada, "two");
    room_set_nick(&room, &bob, "bob", NULL);
    expect_history(&bob, "ada", "one");
    expect_history(&bob, "ada", "two");
    expect_end_of_history(&bob);
    room_set_history(&room, 1);
    room_set_nick(&room, &eve, "eve", NULL);
    expect_history(&eve, "ada", "two");
    expect_end_of_history(&eve);
    room_leave(&room, &eve);
    room_set_history(&room, 0);
    room_set_nick(&room, &eve, "eve", NULL);
    cr_expect_null(eve.history);
    cr_expect_eq(ring_lag(&room.ring, &eve.cursor), 0);
}
