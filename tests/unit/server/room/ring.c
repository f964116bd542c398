#include "server/room/ring.h"

#include "common/frame.h"
#include "tests/unit/support/ring_fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 1 << 18 };

static struct ring ring;
static char frame[FRAME_MAX];

static void open_ring(void)
{
    ring_fixture_open(&ring, SIZE);
}

static void close_ring(void)
{
    ring_fixture_close(&ring, SIZE);
}

/* A frame whose payload says its own number all through. */
static size_t append_numbered(uint64_t number, size_t payload)
{
    frame_header(frame, payload);
    memset(frame + FRAME_HEADER, (int)(number % 251), payload);
    ring_append(&ring, frame, payload + FRAME_HEADER);
    return payload + FRAME_HEADER;
}

TestSuite(ring, .init = open_ring, .fini = close_ring);

Test(ring, the_memory_is_there_twice)
{
    volatile char *mem = ring.mem; /* the compiler cannot know that two addresses are one byte */
    mem[5] = 'x';
    cr_expect_eq(mem[SIZE + 5], 'x');
    mem[2 * SIZE - 1] = 'y';
    cr_expect_eq(mem[SIZE - 1], 'y');
}

Test(ring, a_cursor_reads_what_was_appended_after_it)
{
    struct cursor c = ring.head;
    append_numbered(1, 10);
    append_numbered(2, 20);
    cr_expect_eq(ring_lag(&ring, &c), 34);
    cr_expect_eq(ring_at(&ring, c.pos)[2], 1);
    ring_step(&ring, &c);
    cr_expect_eq(c.seq, 1);
    cr_expect_eq(ring_at(&ring, c.pos)[2], 2);
    ring_step(&ring, &c);
    cr_expect_eq(ring_lag(&ring, &c), 0);
}

Test(ring, the_tail_is_always_a_whole_frame_and_missed_ones_are_counted)
{
    srand(7);
    struct cursor slow = ring.head;
    uint64_t number = 0;
    while (number < 100000) {
        append_numbered(number++, 1 + (size_t)rand() % 900);
        cr_assert_leq(ring.head.pos - ring.tail.pos, SIZE);
        const char *oldest = ring_at(&ring, ring.tail.pos);
        cr_assert_eq((unsigned char)oldest[2], ring.tail.seq % 251);
    }
    cr_expect_eq(ring.head.seq, number);
    uint64_t missed = ring_catch_up(&ring, &slow);
    cr_expect_eq(missed, ring.tail.seq);
    cr_expect_eq(slow.pos, ring.tail.pos);
    cr_expect_eq(ring_catch_up(&ring, &slow), 0, "told once");
}

Test(ring, every_frame_reads_whole_across_the_seam)
{
    srand(11);
    for (uint64_t number = 0; number < 20000; number++) {
        struct cursor before = ring.head;
        size_t n = append_numbered(number, 1 + (size_t)rand() % FRAME_PAYLOAD_MAX);
        cr_assert_arr_eq(ring_at(&ring, before.pos), frame, n);
    }
}

Test(ring, a_cursor_at_the_tail_has_missed_nothing)
{
    while (ring.tail.pos == 0) append_numbered(0, 1000);
    struct cursor c = ring.tail;
    cr_expect_eq(ring_catch_up(&ring, &c), 0);
}
