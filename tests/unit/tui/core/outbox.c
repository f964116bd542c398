#include "tui/core/outbox.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct outbox o;

static void close_outbox(void)
{
    outbox_drop(&o);
}

TestSuite(outbox, .fini = close_outbox);

static void add(const char *text)
{
    cr_assert(outbox_add(&o, text));
}

static void send_all(void)
{
    for (size_t i; (i = outbox_first(&o, OUTBOX_WAITING)) < o.count;) outbox_sent(&o, i, 0);
}

Test(outbox, lines_go_out_in_order)
{
    add("one");
    add("two");
    cr_expect_eq(outbox_first(&o, OUTBOX_WAITING), 0);
    outbox_sent(&o, 0, 0);
    cr_expect_eq(outbox_first(&o, OUTBOX_WAITING), 1);
    outbox_sent(&o, 1, 0);
    cr_expect_eq(outbox_first(&o, OUTBOX_WAITING), o.count);
    cr_expect_eq(outbox_due(&o), -1);
}

Test(outbox, a_line_comes_back)
{
    add("ok");
    add("no");
    add("ok");
    cr_expect_eq(outbox_find(&o, OUTBOX_SENT, "ok"), o.count, "not sent yet");
    send_all();
    cr_expect_eq(outbox_find(&o, OUTBOX_SENT, "ok"), 0);
    outbox_remove(&o, 0);
    cr_expect_eq(outbox_find(&o, OUTBOX_SENT, "ok"), 1);
    cr_expect_eq(outbox_find(&o, OUTBOX_SENT, "other"), o.count);
    o.lines[1].state = OUTBOX_DOUBTFUL;
    cr_expect_eq(outbox_find(&o, OUTBOX_SENT, "ok"), o.count,
                 "one that is doubtful is the person's affair");
    cr_expect_eq(outbox_first(&o, OUTBOX_DOUBTFUL), 1);
}

Test(outbox, a_backlog_is_paced_and_a_person_never_notices)
{
    for (int i = 0; i < 2 * OUTBOX_BURST; i++) add("x");
    int64_t now = 5000;
    for (int i = 0; i <= OUTBOX_BURST; i++) {
        cr_expect_leq(outbox_due(&o), now);
        outbox_sent(&o, outbox_first(&o, OUTBOX_WAITING), now);
    }
    cr_expect_eq(outbox_due(&o), now + OUTBOX_PACE);
    now += OUTBOX_PACE;
    outbox_sent(&o, outbox_first(&o, OUTBOX_WAITING), now);
    cr_expect_eq(outbox_due(&o), now + OUTBOX_PACE);
    outbox_jammed(&o, now);
    cr_expect_eq(outbox_due(&o), now + OUTBOX_PACE);
}

Test(outbox, it_is_bounded)
{
    static char text[OUTBOX_BYTES / 8];
    for (int i = 0; i < OUTBOX_LINES; i++) add("x");
    cr_expect_not(outbox_add(&o, "one too many"));
    cr_expect_eq(o.count, OUTBOX_LINES);
    outbox_drop(&o);
    memset(text, 'x', sizeof text - 1);
    for (int i = 0; i < 8; i++) add(text);
    cr_expect_not(outbox_add(&o, text));
    outbox_remove(&o, 3);
    cr_expect(outbox_add(&o, text));
}
