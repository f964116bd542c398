#include "server/base/buffer.h"

#include <criterion/criterion.h>
#include <string.h>

Test(pending, bytes_leave_in_the_order_they_came)
{
    struct pending p = {0};
    cr_expect_eq(pending_span(&p).n, 0);
    pending_add(&p, "hello ", 6);
    pending_add(&p, "world", 5);
    pending_sent(&p, 4);
    pending_add(&p, "!", 1);
    struct span owed = pending_span(&p);
    cr_expect_eq(owed.n, 8);
    cr_expect_arr_eq(owed.p, "o world!", 8);
    pending_free(&p);
}

Test(pending, it_holds_no_memory_once_all_is_sent)
{
    struct pending p = {0};
    pending_add(&p, "x", 1);
    pending_sent(&p, 0);
    cr_expect_eq(pending_span(&p).n, 1);
    pending_sent(&p, 1);
    cr_expect_null(p.bytes);
}

Test(pending, what_was_sent_makes_place)
{
    struct pending p = {0};
    char block[100];
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 1000; i++) {
        pending_add(&p, block, sizeof block);
        pending_sent(&p, i ? 100 : 50);
    }
    cr_expect_eq(pending_span(&p).n, 50);
    cr_expect_leq(p.cap, 400);
    pending_free(&p);
}

/* The bytes are never looked at. */
Test(pending, more_than_it_can_count_is_refused_and_nothing_is_lost)
{
    struct pending p = {0};
    cr_expect_not(pending_add(&p, "x", (size_t)UINT32_MAX));
    cr_assert(pending_add(&p, "hello", 5));
    cr_expect_not(pending_add(&p, "x", (size_t)UINT32_MAX / 2 - 1));
    struct span owed = pending_span(&p);
    cr_expect_eq(owed.n, 5);
    cr_expect_arr_eq(owed.p, "hello", 5);
    pending_free(&p);
}
