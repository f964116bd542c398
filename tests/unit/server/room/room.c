#include "server/room/room.h"

#include "server/system/ring_map.h"
#include "tests/unit/support/frame_reader.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct room room;
static char *memory;
static struct member ada, bob, eve;

static void open_room(void)
{
    memory = mirror_map(1 << 18);
    cr_assert_not_null(memory);
    room_init(&room, memory, 1 << 18);
    ada = bob = eve = (struct member){0};
}

static void close_room(void)
{
    struct member *all[] = {&ada, &bob, &eve};
    for (int i = 0; i < 3; i++) room_leave(&room, all[i]);
    room_free(&room);
    mirror_unmap(memory, 1 << 18);
}

TestSuite(room, .init = open_room, .fini = close_room);

Test(room, a_newcomer_does_not_see_its_own_arrival_and_the_others_do)
{
    cr_expect_eq(room_claim(&room, &ada, "ada"), ROOM_YES);
    cr_expect_eq(ring_lag(&room.ring, &ada.at), 0);
    cr_expect_eq(room_claim(&room, &bob, "bob"), ROOM_YES);
    cr_expect_eq(ring_lag(&room.ring, &bob.at), 0);
    reader_expect(&room.ring, &ada.at, PROTO_BROADCAST, "SERVER", "bob joined the chat");
    cr_expect_eq(ring_lag(&room.ring, &ada.at), 0);
}

Test(room, what_one_says_all_read_in_one_order)
{
    room_claim(&room, &ada, "ada");
    room_claim(&room, &bob, "bob");
    ada.at = bob.at;
    cr_expect(room_say(&room, &ada, "one"));
    cr_expect(room_say(&room, &bob, "two"));
    struct member *all[] = {&ada, &bob};
    for (int i = 0; i < 2; i++) {
        reader_expect(&room.ring, &all[i]->at, PROTO_BROADCAST, "ada", "one");
        reader_expect(&room.ring, &all[i]->at, PROTO_BROADCAST, "bob", "two");
    }
}

Test(room, a_nickname_is_borne_by_one)
{
    cr_expect_eq(room_claim(&room, &ada, "Ada"), ROOM_YES);
    cr_expect_eq(room_claim(&room, &bob, "ada"), ROOM_NO);
    cr_expect_eq(room_claim(&room, &bob, "ＡＤＡ"), ROOM_NO);
    cr_expect_null(bob.name);
    cr_expect_eq(room.count, 1);
    room_leave(&room, &ada);
    cr_expect_eq(room_claim(&room, &bob, "ada"), ROOM_YES);
}

Test(room, the_rule_and_the_servers_name_hold)
{
    static const char *const refused[] = {"", " ", "server", "SERVER", "a  b", " a", "a\n", "\x7f"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        cr_expect_eq(room_claim(&room, &ada, refused[i]), ROOM_NO, "%s", refused[i]);
    cr_expect_eq(room.ring.head.seq, 0, "and nobody hears of it");
}

Test(room, a_member_is_renamed)
{
    room_claim(&room, &bob, "bob");
    room_claim(&room, &ada, "ada");
    bob.at = ada.at;
    cr_expect_eq(room_claim(&room, &ada, "bob"), ROOM_NO);
    cr_expect_str_eq(ada.name->nick, "ada");
    cr_expect_eq(room_claim(&room, &ada, "grace"), ROOM_YES);
    reader_expect(&room.ring, &bob.at, PROTO_BROADCAST, "SERVER", "ada is now known as grace");
    cr_expect_eq(room_claim(&room, &eve, "ada"), ROOM_YES, "the old name is free");
    cr_expect_eq(room.count, 3);
}

Test(room, the_same_name_again_is_no_news_and_another_spelling_is)
{
    room_claim(&room, &ada, "ada");
    cr_expect_eq(room_claim(&room, &ada, "ada"), ROOM_YES);
    cr_expect_eq(ring_lag(&room.ring, &ada.at), 0);
    cr_expect_eq(room_claim(&room, &ada, "Ada"), ROOM_YES);
    reader_expect(&room.ring, &ada.at, PROTO_BROADCAST, "SERVER", "ada is now known as Ada");
    cr_expect_eq(room_claim(&room, &bob, "ADA"), ROOM_NO);
}

Test(room, leaving_is_told_once)
{
    room_claim(&room, &ada, "ada");
    room_claim(&room, &bob, "bob");
    room_leave(&room, &bob);
    room_leave(&room, &bob);
    room_leave(&room, &eve);
    reader_expect(&room.ring, &ada.at, PROTO_BROADCAST, "SERVER", "bob joined the chat");
    reader_expect(&room.ring, &ada.at, PROTO_BROADCAST, "SERVER", "bob left the chat");
    cr_expect_eq(ring_lag(&room.ring, &ada.at), 0);
}

Test(room, when_it_closes_that_everybody_leaves_is_no_news)
{
    room_claim(&room, &ada, "ada");
    room_claim(&room, &bob, "bob");
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
    room_claim(&room, &ada, "ada");
    cr_expect_not(room_say(&room, &ada, msg));
    cr_expect_eq(ring_lag(&room.ring, &ada.at), 0);
    msg[most] = '\0';
    cr_expect(room_say(&room, &ada, msg));
    free(msg);
}

/* -- seats -- */

enum { CROWD = 400 };

static struct member crowd[CROWD];

static void check_seats(void)
{
    cr_assert_leq(room.talkers, room.count);
    for (size_t i = 0; i < room.count; i++) cr_assert_eq(room.seats[i]->seat, i);
}

Test(room, seats_stay_right_while_people_come_talk_and_go)
{
    srand(3);
    size_t here = 0;
    for (int step = 0; step < 20000; step++) {
        struct member *m = &crowd[rand() % CROWD];
        char nick[32];
        snprintf(nick, sizeof nick, "n%td", m - crowd);
        if (!m->name) {
            cr_assert_eq(room_claim(&room, m, nick), ROOM_YES);
            here++;
        } else if (rand() % 4 == 0) {
            room_leave(&room, m);
            here--;
        } else {
            room_say(&room, m, "x");
            cr_assert_lt(m->seat, room.talkers, "who spoke sits in front");
        }
        cr_assert_eq(room.count, here);
        check_seats();
    }
    for (int i = 0; i < CROWD; i++) room_leave(&room, &crowd[i]);
    cr_expect_null(room.names.tree);
}

/* -- storms -- */

static void join_many(int from, int to)
{
    for (int i = from; i < to; i++) {
        char nick[32];
        snprintf(nick, sizeof nick, "n%d", i);
        cr_assert_eq(room_claim(&room, &crowd[i], nick), ROOM_YES);
    }
}

Test(room, a_storm_of_one_turn_is_folded_and_newcomers_hear_who_came_with_them)
{
    room_claim(&room, &ada, "ada");
    room_end_turn(&room);
    join_many(0, 8 + 20);
    room_end_turn(&room);
    for (int i = 0; i < 8; i++) {
        char text[64];
        snprintf(text, sizeof text, "n%d joined the chat", i);
        reader_expect(&room.ring, &ada.at, PROTO_BROADCAST, "SERVER", text);
    }
    reader_expect(&room.ring, &ada.at, PROTO_BROADCAST, "SERVER",
                  "n8, n9, n10, n11, n12, n13, n14 and 13 others joined the chat");
    cr_expect_eq(ring_lag(&room.ring, &ada.at), 0);
    reader_expect(&room.ring, &crowd[27].at, PROTO_BROADCAST, "SERVER",
                  "n8, n9, n10, n11, n12, n13, n14 and 13 others joined the chat");
    cr_expect_gt(ring_lag(&room.ring, &crowd[7].at), 0, "who was here before them does");
    for (int i = 0; i < 28; i++) room_leave(&room, &crowd[i]);
}

Test(room, who_speaks_in_a_storm_has_been_announced_before)
{
    room_claim(&room, &ada, "ada");
    join_many(0, 12);
    room_say(&room, &crowd[9], "hello");
    for (int i = 0; i < 7; i++) ring_step(&room.ring, &ada.at);
    reader_expect(&room.ring, &ada.at, PROTO_BROADCAST, "SERVER",
                  "n7, n8, n9, n10 and n11 joined the chat");
    reader_expect(&room.ring, &ada.at, PROTO_BROADCAST, "n9", "hello");
    ring_step(&room.ring, &crowd[9].at);
    reader_expect(&room.ring, &crowd[9].at, PROTO_BROADCAST, "n9", "hello");
    for (int i = 0; i < 12; i++) room_leave(&room, &crowd[i]);
}

Test(room, leaves_after_joins_in_one_storm_keep_their_order)
{
    room_claim(&room, &ada, "ada");
    join_many(0, 10);
    room_leave(&room, &crowd[9]);
    room_leave(&room, &crowd[0]);
    room_end_turn(&room);
    for (int i = 0; i < 7; i++) ring_step(&room.ring, &ada.at);
    reader_expect(&room.ring, &ada.at, PROTO_BROADCAST, "SERVER", "n7, n8 and n9 joined the chat");
    reader_expect(&room.ring, &ada.at, PROTO_BROADCAST, "SERVER", "n9 and n0 left the chat");
    cr_expect_eq(ring_lag(&room.ring, &ada.at), 0);
    check_seats();
    for (int i = 1; i < 9; i++) room_leave(&room, &crowd[i]);
}

Test(room, one_newcomer_folded_in_alone_does_not_see_its_own_arrival)
{
    room_claim(&room, &ada, "ada");
    join_many(0, 8);
    room_end_turn(&room);
    cr_expect_eq(ring_lag(&room.ring, &crowd[7].at), 0);
    for (int i = 0; i < 8; i++) room_leave(&room, &crowd[i]);
}

Test(room, a_newcomer_starts_in_the_past_and_its_own_arrival_is_not_for_it)
{
    cr_assert(room_remember(&room, 3));
    room_claim(&room, &ada, "ada");
    for (int i = 0; i < 5; i++) room_say(&room, &ada, "before");
    room_claim(&room, &bob, "bob");
    room_say(&room, &bob, "after");
    for (int i = 0; i < 3; i++)
        reader_expect(&room.ring, &bob.at, PROTO_BROADCAST, "ada", "before");
    cr_expect_eq(bob.at.pos, bob.own);
    reader_expect(&room.ring, &bob.at, PROTO_BROADCAST, "SERVER", "bob joined the chat");
    reader_expect(&room.ring, &bob.at, PROTO_BROADCAST, "bob", "after");
}

Test(room, the_first_to_come_finds_no_past)
{
    cr_assert(room_remember(&room, 3));
    room_claim(&room, &ada, "ada");
    cr_expect_eq(ring_lag(&room.ring, &ada.at), 0);
    cr_expect_gt(ada.own, room.ring.head.pos);
}

Test(room, what_was_said_before_it_opened_is_past)
{
    cr_assert(room_remember(&room, 3));
    room_recall(&room, "old", "one");
    room_recall(&room, "SERVER", "old left the chat");
    room_claim(&room, &ada, "ada");
    reader_expect(&room.ring, &ada.at, PROTO_BROADCAST, "old", "one");
    reader_expect(&room.ring, &ada.at, PROTO_BROADCAST, "SERVER", "old left the chat");
    cr_expect_eq(ada.at.pos, ada.own);
}

Test(room, one_newcomer_folded_in_alone_has_a_past_and_no_arrival)
{
    cr_assert(room_remember(&room, 20));
    room_claim(&room, &ada, "ada");
    join_many(0, 8);
    room_end_turn(&room);
    for (int i = 0; i < 8; i++) ring_step(&room.ring, &crowd[7].at);
    cr_expect_eq(crowd[7].at.pos, crowd[7].own);
    ring_step(&room.ring, &crowd[7].at);
    cr_expect_eq(ring_lag(&room.ring, &crowd[7].at), 0);
    for (int i = 0; i < 8; i++) room_leave(&room, &crowd[i]);
}

Test(room, who_bears_a_nickname)
{
    cr_expect_null(room_bearer(&room, "ada"));
    room_claim(&room, &ada, "Ada");
    cr_expect_eq(room_bearer(&room, "ada"), &ada);
    room_claim(&room, &ada, "eve");
    cr_expect_null(room_bearer(&room, "ada"));
    cr_expect_eq(room_bearer(&room, "EVE"), &ada);
    cr_expect_null(room_bearer(&room, "no\nnickname"));
    room_leave(&room, &ada);
    cr_expect_null(room_bearer(&room, "eve"));
}

Test(room, how_much_a_newcomer_gets_can_change)
{
    room_claim(&room, &ada, "ada");
    room_say(&room, &ada, "one");
    room_say(&room, &ada, "two");
    cr_assert(room_remember(&room, 9));
    room_claim(&room, &bob, "bob");
    reader_expect(&room.ring, &bob.at, PROTO_BROADCAST, "SERVER", "ada joined the chat");
    reader_expect(&room.ring, &bob.at, PROTO_BROADCAST, "ada", "one");
    reader_expect(&room.ring, &bob.at, PROTO_BROADCAST, "ada", "two");
    cr_expect_eq(bob.at.pos, bob.own);
    cr_assert(room_remember(&room, 1));
    room_claim(&room, &eve, "eve");
    reader_expect(&room.ring, &eve.at, PROTO_BROADCAST, "SERVER", "bob joined the chat");
    cr_expect_eq(eve.at.pos, eve.own);
    room_leave(&room, &eve);
    cr_assert(room_remember(&room, 0));
    room_claim(&room, &eve, "eve");
    cr_expect_eq(ring_lag(&room.ring, &eve.at), 0);
}
