#include "tui/core/outbox.h"

#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct outbox o;

static void close_outbox(void)
{
    outbox_clear(&o);
}

TestSuite(outbox, .fini = close_outbox);

static void add(const char *text)
{
    cr_assert_null(outbox_submit(&o, 0, "ada", text));
}

static void send_all(void)
{
    for (size_t i; (i = outbox_first(&o, OUTBOX_QUEUED)) < o.count;) outbox_sent(&o, i, 0);
}

Test(outbox, lines_go_out_in_order)
{
    add("one");
    add("two");
    cr_expect_eq(outbox_first(&o, OUTBOX_QUEUED), 0);
    outbox_sent(&o, 0, 0);
    cr_expect_eq(outbox_first(&o, OUTBOX_QUEUED), 1);
    outbox_sent(&o, 1, 0);
    cr_expect_eq(outbox_first(&o, OUTBOX_QUEUED), o.count);
    cr_expect_eq(outbox_due(&o), -1);
}

Test(outbox, a_line_comes_back)
{
    add("ok");
    add("no");
    add("ok");
    cr_expect_eq(outbox_confirm(&o, "ok"), 0);
    cr_expect_eq(o.count, 3, "not sent yet");
    send_all();
    cr_expect_eq(outbox_confirm(&o, "ok"), 0);
    cr_expect_str_eq(o.lines[0].text, "no");
    cr_expect_eq(outbox_confirm(&o, "other"), 0);
    cr_expect_eq(o.count, 2);
    cr_expect_eq(outbox_confirm(&o, "ok"), 1);
    cr_expect_eq(outbox_first(&o, OUTBOX_UNCONFIRMED), 0);
    cr_expect_eq(outbox_confirm(&o, "no"), 0);
    cr_expect_eq(o.count, 1, "an unconfirmed line is the user's to settle");
}

Test(outbox, a_backlog_is_paced_and_a_person_never_notices)
{
    for (int i = 0; i < 2 * OUTBOX_BURST; i++) add("x");
    int64_t now = 5000;
    for (int i = 0; i <= OUTBOX_BURST; i++) {
        cr_expect_leq(outbox_due(&o), now);
        outbox_sent(&o, outbox_first(&o, OUTBOX_QUEUED), now);
    }
    cr_expect_eq(outbox_due(&o), now + OUTBOX_PACE);
    now += OUTBOX_PACE;
    outbox_sent(&o, outbox_first(&o, OUTBOX_QUEUED), now);
    cr_expect_eq(outbox_due(&o), now + OUTBOX_PACE);
    outbox_delay(&o, now);
    cr_expect_eq(outbox_due(&o), now + OUTBOX_PACE);
}

Test(outbox, it_is_bounded)
{
    static char text[OUTBOX_BYTES / 8];
    for (int i = 0; i < OUTBOX_LINES; i++) add("x");
    cr_expect_str_eq(outbox_submit(&o, 0, "ada", "one too many"), MESSAGE_OUTBOX_FULL);
    cr_expect_eq(o.count, OUTBOX_LINES);
    outbox_clear(&o);
    memset(text, 'x', sizeof text - 1);
    for (int i = 0; i < 8; i++) add(text);
    cr_expect_str_eq(outbox_submit(&o, 0, "ada", text), MESSAGE_OUTBOX_FULL);
    outbox_sent(&o, 0, 0);
    outbox_confirm(&o, text);
    cr_expect_null(outbox_submit(&o, 0, "ada", text));
}

Test(outbox, a_line_too_long_to_send_is_rejected_and_can_be_dropped)
{
    add("one");
    add("two");
    outbox_reject(&o, 0);
    cr_expect_eq(outbox_first(&o, OUTBOX_QUEUED), 1);
    cr_expect_eq(outbox_count(&o, OUTBOX_REJECTED), 1);
    cr_expect_eq(outbox_waiting(&o), 1);
    outbox_connection_lost(&o);
    cr_expect_eq(outbox_count(&o, OUTBOX_UNCONFIRMED), 0, "it was never sent");
    cr_expect(outbox_discard(&o, false));
    cr_expect_str_eq(o.lines[0].text, "two");
}

Test(outbox, queued_lines_can_be_taken_back)
{
    add("sent");
    outbox_sent(&o, 0, 0);
    cr_expect_null(outbox_newest_waiting(&o));
    cr_expect_not(outbox_take_back(&o, true));
    add("one");
    add("two");
    add("three");
    cr_expect_str_eq(outbox_newest_waiting(&o), "three");
    cr_expect(outbox_take_back(&o, false));
    cr_expect_str_eq(outbox_newest_waiting(&o), "two");
    cr_expect(outbox_take_back(&o, true));
    cr_expect_eq(o.count, 1);
}

Test(outbox, queued_lines_are_discarded_when_none_is_in_doubt)
{
    add("doubtful");
    outbox_sent(&o, 0, 0);
    outbox_connection_lost(&o);
    add("one");
    add("two");
    cr_expect(outbox_discard(&o, true));
    cr_expect_eq(o.count, 2);
    cr_expect(outbox_discard(&o, false));
    cr_expect_str_eq(outbox_newest_waiting(&o), "one");
    cr_expect(outbox_discard(&o, true));
    cr_expect_not(outbox_discard(&o, true));
}
