#include "tui/base/byte_queue.h"

#include <criterion/criterion.h>
#include <string.h>

static struct byte_queue queue;

static void append(const char *text)
{
    cr_assert(byte_queue_append(&queue, text, strlen(text)));
}

static void expect(const char *text)
{
    size_t n = queue.to - queue.from;
    cr_expect_eq(n, strlen(text), "%zu", n);
    cr_expect_eq(memcmp(queue.p + queue.from, text, n), 0, "%.*s", (int)n, queue.p + queue.from);
}

static void free_queue(void)
{
    byte_queue_free(&queue);
}

TestSuite(byte_queue, .fini = free_queue);

Test(byte_queue, appends_behind_what_is_queued)
{
    append("one");
    append("");
    append(" two");
    expect("one two");
    queue.from += 4;
    append(" three");
    expect("two three");
}

Test(byte_queue, memory_follows_what_is_queued_not_what_went_through)
{
    for (int i = 0; i < 1000; i++) {
        append("0123456789");
        queue.from = queue.to;
    }
    append("last");
    expect("last");
    cr_expect_leq(queue.capacity, 100);
}
