#include "server/round.h"

#include "server/system/ring_map.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { CROWD = 200 };

static struct room room;
static char *memory;
static struct send_pass round_;
static struct member crowd[CROWD];

static void open_room(void)
{
    memory = ring_map_new(1 << 18);
    cr_assert_not_null(memory);
    room_init(&room, memory, 1 << 18);
    round_ = (struct send_pass){0};
}

static void close_room(void)
{
    room_close(&room);
    for (int i = 0; i < CROWD; i++) room_leave(&room, &crowd[i]);
    room_deinit(&room);
    ring_map_free(memory, 1 << 18);
}

TestSuite(send_pass, .init = open_room, .fini = close_room);

static void join(int i)
{
    char nick[32];
    snprintf(nick, sizeof nick, "n%d", i);
    cr_assert_eq(room_set_nick(&room, &crowd[i], nick, NULL), CLAIM_OK);
}

/* As a flush would: everything up to now is delivered. */
static int serve(int most)
{
    int served = 0;
    struct member *m;
    while (served < most && (m = send_pass_next(&round_, &room, room.count))) {
        m->cursor = room.ring.head;
        served++;
    }
    return served;
}

Test(send_pass, an_empty_room_needs_none)
{
    cr_expect_null(send_pass_next(&round_, &room, room.count));
    cr_expect_not(send_pass_is_due(&round_, &room, room.count));
}

Test(send_pass, everybody_once_for_each_news)
{
    for (int i = 0; i < 10; i++) join(i);
    room_tick(&room);
    serve(1000);
    cr_expect_not(send_pass_is_due(&round_, &room, room.count));
    room_notice(&room, "x");
    cr_expect(send_pass_is_due(&round_, &room, room.count));
    cr_expect_eq(serve(1000), 10);
    cr_expect_eq(serve(1000), 0);
}

Test(send_pass, what_comes_during_a_round_is_for_the_next_one)
{
    for (int i = 0; i < 10; i++) join(i);
    room_tick(&room);
    serve(1000);
    room_notice(&room, "x");
    cr_expect_eq(serve(4), 4);
    room_notice(&room, "y");
    cr_expect_eq(serve(1000), 6 + 10);
}

Test(send_pass, nobody_is_missed_while_people_come_talk_and_go)
{
    srand(9);
    for (int step = 0; step < 5000; step++) {
        int who = rand() % CROWD, what = rand() % 5;
        if (!crowd[who].nick)
            join(who);
        else if (what == 0)
            room_leave(&room, &crowd[who]);
        else if (what < 3)
            room_broadcast(&room, &crowd[who], "x");
        room_tick(&room);
        serve(rand() % 40);
        if (step % 50 != 0) continue;
        while (serve(1000) > 0) continue;
        for (size_t i = 0; i < room.count; i++)
            cr_assert_eq(ring_lag(&room.ring, &room.members[i]->cursor), 0, "at step %d", step);
    }
}
