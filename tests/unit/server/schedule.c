#include "server/schedule.h"

#include "server/system/ring_map.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { CROWD = 200 };
enum { ANNA = 1, BEN, CLARA };
enum { MUCH = false, LITTLE = true };

static struct counters counters;
static struct room room;
static struct speakers speakers;
static char *memory;
static struct send_pass pass;
static struct member crowd[CROWD];

static void open_room(void)
{
    memory = ring_map_new(1 << 18);
    cr_assert_not_null(memory);
    room_init(&room, &counters, memory, 1 << 18);
    pass = (struct send_pass){0};
    speakers = (struct speakers){0};
}

static void close_room(void)
{
    room_close(&room);
    for (int i = 0; i < CROWD; i++) room_leave(&room, &crowd[i]);
    room_deinit(&room);
    ring_map_free(memory, 1 << 18);
}

TestSuite(schedule, .init = open_room, .fini = close_room);

static void join(int i)
{
    char nick[32];
    snprintf(nick, sizeof nick, "n%d", i);
    cr_assert_eq(room_set_nick(&room, &crowd[i], nick, NULL), CLAIM_OK);
}

/* -- who is sent to -- */

/* As a flush would: everything up to now is delivered. */
static int serve(int most)
{
    int served = 0;
    struct member *m;
    while (served < most && (m = send_pass_next(&pass, &room, room.count))) {
        m->cursor = room.ring.head;
        served++;
    }
    return served;
}

Test(schedule, an_empty_room_needs_none)
{
    cr_expect_null(send_pass_next(&pass, &room, room.count));
    cr_expect_not(send_pass_is_due(&pass, &room, room.count));
}

Test(schedule, another_pass_follows_one_that_is_to_be_repeated)
{
    for (int i = 0; i < 10; i++) join(i);
    room_tick(&room);
    cr_expect_eq(serve(4), 4);
    send_pass_repeat(&pass);
    cr_expect_eq(serve(1000), 6 + 10);
    cr_expect_not(send_pass_is_due(&pass, &room, room.count));
    send_pass_repeat(&pass);
    cr_expect_eq(serve(1000), 10);
    cr_expect_eq(serve(1000), 0);
}

Test(schedule, everybody_once_for_each_news)
{
    for (int i = 0; i < 10; i++) join(i);
    room_tick(&room);
    serve(1000);
    cr_expect_not(send_pass_is_due(&pass, &room, room.count));
    room_notice(&room, "x");
    cr_expect(send_pass_is_due(&pass, &room, room.count));
    cr_expect_eq(serve(1000), 10);
    cr_expect_eq(serve(1000), 0);
}

Test(schedule, what_comes_during_a_passis_for_the_next_one)
{
    for (int i = 0; i < 10; i++) join(i);
    room_tick(&room);
    serve(1000);
    room_notice(&room, "x");
    cr_expect_eq(serve(4), 4);
    room_notice(&room, "y");
    cr_expect_eq(serve(1000), 6 + 10);
}

Test(schedule, nobody_is_missed_while_people_come_talk_and_go)
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

/* -- who speaks -- */

Test(schedule, who_talks_is_heard_by_the_others_for_a_while)
{
    speakers_note(&speakers, ANNA, LITTLE, 1000);
    cr_expect(speakers_others_active(&speakers, BEN, 1499));
    cr_expect_not(speakers_others_active(&speakers, BEN, 1500));
    cr_expect_not(speakers_others_active(&speakers, ANNA, 1000), "it is not another to itself");
}

Test(schedule, of_two_who_talk_each_has_another)
{
    speakers_note(&speakers, ANNA, LITTLE, 1000);
    speakers_note(&speakers, BEN, LITTLE, 1100);
    cr_expect(speakers_others_active(&speakers, ANNA, 1100));
    cr_expect(speakers_others_active(&speakers, BEN, 1100));
}

Test(schedule, a_third_takes_the_place_of_the_one_longest_silent)
{
    speakers_note(&speakers, ANNA, LITTLE, 1000);
    speakers_note(&speakers, BEN, LITTLE, 1100);
    speakers_note(&speakers, ANNA, LITTLE, 1200);
    speakers_note(&speakers, CLARA, LITTLE, 1300);
    cr_expect(speakers_others_active(&speakers, CLARA, 1650), "Anna still talks");
    cr_expect_not(speakers_others_active(&speakers, CLARA, 1700));
}

Test(schedule, who_sends_more_than_people_say_never_talked)
{
    speakers_note(&speakers, ANNA, LITTLE, 1000);
    speakers_note(&speakers, ANNA, MUCH, 1000);
    speakers_note(&speakers, BEN, MUCH, 1000);
    cr_expect_not(speakers_others_active(&speakers, CLARA, 1000));
}
