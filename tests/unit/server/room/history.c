#include "server/room/history.h"

#include "common/frame.h"
#include "tests/unit/support/ring_fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 1 << 18, FRAMES = 7 };

static struct ring ring;
static struct history_index history;
static char frame[FRAME_MAX];

static void open_past(void)
{
    ring_fixture_open(&ring, SIZE);
    cr_assert(history_index_init(&history, FRAMES));
}

static void close_past(void)
{
    history_index_deinit(&history);
    ring_fixture_close(&ring, SIZE);
}

TestSuite(history, .init = open_past, .fini = close_past);

static void append(size_t payload)
{
    frame_header(frame, payload);
    history_index_add(&history, &ring.head);
    ring_append(&ring, frame, payload + FRAME_HEADER);
}

/* The cursor is where so many steps lead to the head. */
static void expect_back(size_t asked, uint64_t steps)
{
    struct cursor c = history_index_seek(&history, &ring, asked);
    cr_assert_eq(ring.head.seq - c.seq, steps);
    while (c.seq < ring.head.seq) ring_step(&ring, &c);
    cr_assert_eq(c.pos, ring.head.pos);
}

Test(history, nothing_was_said)
{
    expect_back(0, 0);
    expect_back(FRAMES, 0);
}

Test(history, as_many_as_there_are_and_no_more_than_are_asked_for)
{
    for (uint64_t said = 1; said < 100; said++) {
        append(1 + said);
        for (size_t asked = 0; asked <= FRAMES + 1; asked++)
            expect_back(asked, asked < said ? asked : said);
        cr_assert_eq(history.newest, history_index_seek(&history, &ring, 1).pos);
    }
}

Test(history, only_what_the_ring_still_has)
{
    for (int i = 0; i < 20; i++) append(60000);
    expect_back(FRAMES + 1, 4);
    srand(5);
    for (int i = 0; i < 1000; i++) {
        append(1 + (size_t)rand() % FRAME_PAYLOAD_MAX);
        struct cursor c = history_index_seek(&history, &ring, FRAMES);
        cr_assert_geq(c.pos, ring.tail.pos);
    }
}

Test(history, of_no_frames_only_the_newest_place_is_known)
{
    struct history_index none = {0};
    append(10);
    history_index_add(&none, &ring.head);
    cr_expect_eq(none.newest, ring.head.pos);
    cr_expect_eq(history_index_seek(&none, &ring, 1).pos, ring.head.pos);
}
