#include "server/base/buffer.h"

#include <criterion/criterion.h>
#include <string.h>

Test(buffer, bytes_leave_in_the_order_they_came)
{
    struct buffer p = {0};
    cr_expect_eq(buffer_view(&p).n, 0);
    buffer_append(&p, "hello ", 6);
    buffer_append(&p, "world", 5);
    buffer_consume(&p, 4);
    buffer_append(&p, "!", 1);
    struct span owed = buffer_view(&p);
    cr_expect_eq(owed.n, 8);
    cr_expect_arr_eq(owed.p, "o world!", 8);
    buffer_reset(&p);
}

Test(buffer, it_holds_no_memory_once_all_is_sent)
{
    struct buffer p = {0};
    buffer_append(&p, "x", 1);
    buffer_consume(&p, 0);
    cr_expect_eq(buffer_view(&p).n, 1);
    buffer_consume(&p, 1);
    cr_expect_null(p.block);
}

Test(buffer, what_was_sent_makes_place)
{
    struct buffer p = {0};
    char block[100];
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 1000; i++) {
        buffer_append(&p, block, sizeof block);
        buffer_consume(&p, i ? 100 : 50);
    }
    cr_expect_eq(buffer_view(&p).n, 50);
    cr_expect_leq(p.block->cap, 400);
    buffer_reset(&p);
}

/* The bytes are never looked at. */
Test(buffer, more_than_it_can_count_is_refused_and_nothing_is_lost)
{
    struct buffer p = {0};
    cr_expect_not(buffer_append(&p, "x", (size_t)UINT32_MAX));
    cr_assert(buffer_append(&p, "hello", 5));
    cr_expect_not(buffer_append(&p, "x", (size_t)UINT32_MAX / 2 - 1));
    struct span owed = buffer_view(&p);
    cr_expect_eq(owed.n, 5);
    cr_expect_arr_eq(owed.p, "hello", 5);
    buffer_reset(&p);
}
