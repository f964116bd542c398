#include "tui/ui/activity.h"

#include "tests/unit/support/client_harness.h"
#include "tests/unit/support/unsafe_chars.h"

#include <criterion/criterion.h>
#include <string.h>

#define FOCUS "\x1b[I"
#define BLUR  "\x1b[O"

static struct activity *t;

static void join(void)
{
    harness_join();
    t = &harness.screen.activity;
}

TestSuite(activity, .init = join, .fini = harness_close);

static void hear(const char *msg)
{
    harness_receive(PROTO_BROADCAST, "bob", msg);
}

static void expect_title(const char *expected)
{
    char title[64];
    activity_title(t, "there", title, sizeof title);
    cr_expect_str_eq(title, expected);
}

Test(activity, nobody_is_called_who_looks)
{
    harness_type(FOCUS);
    harness_wait(10 * ACTIVITY_KEY_MS);
    hear("hey ada!");
    cr_expect_not(t->notify_pending);
    expect_title("klatch: there");
}

Test(activity, what_is_missed_is_counted_and_a_mention_calls)
{
    harness_type(BLUR);
    hear("anybody here?");
    cr_expect_not(t->notify_pending);
    expect_title("• klatch: there");
    hear("ADA?");
    hear("adagio");
    cr_expect(t->notify_pending);
    cr_expect_str_eq(t->notify_nick, "bob");
    hear("ada ada");
    expect_title("(2) klatch: there");
    harness_type(FOCUS);
    expect_title("klatch: there");
    cr_expect_not(t->notify_pending);
}

Test(activity, neither_we_nor_the_server_call)
{
    harness_type(BLUR);
    harness_receive(PROTO_BROADCAST, "ada", "ada speaks");
    harness_receive(PROTO_BROADCAST, "SERVER", "ada joined the chat");
    cr_expect_not(t->notify_pending);
    expect_title("klatch: there");
}

Test(activity, a_flood_of_mentions_calls_once)
{
    harness_type(BLUR);
    hear("ada");
    t->notify_pending = false;
    for (int i = 0; i < 100; i++) hear("ada");
    cr_expect_not(t->notify_pending);
    expect_title("(101) klatch: there");
    harness_wait(ACTIVITY_NOTIFY_MS);
    hear("ada");
    cr_expect(t->notify_pending);
}

Test(activity, where_the_terminal_is_silent_a_key_is_a_look)
{
    harness_type("x");
    harness_wait(ACTIVITY_KEY_MS - 1);
    hear("ada");
    cr_expect_not(t->notify_pending);
    harness_wait(1);
    hear("ada");
    cr_expect(t->notify_pending);
    harness_type("x");
    expect_title("klatch: there");
}

Test(activity, who_types_looks_whatever_was_said)
{
    harness_type(BLUR "x");
    hear("ada");
    cr_expect_not(t->notify_pending);
}

Test(activity, the_hint_survives_a_glance)
{
    harness_show_message("a hint");
    harness_type(BLUR FOCUS);
    cr_expect_str_eq(harness.screen.status_message, "a hint");
}

Test(activity, the_words_of_a_call_are_harmless)
{
    char words[128];
    harness_type(BLUR);
    harness_receive(PROTO_BROADCAST, "\x1b]0;x\a<b>\xE2\x80\xAE;9", "ada");
    activity_notification(t, words, sizeof words);
    cr_expect_null(strpbrk(words, ";<>&\a\x1b"));
    cr_expect_null(unsafe_text(words, strlen(words), 0));
    cr_expect(strstr(words, ACTIVITY_MENTIONS));
    activity_notification(t, words, 40);
    cr_expect(strstr(words, ACTIVITY_MENTIONS));
}

/* -- the rule of what is unread -- */

Test(activity, a_rule_stands_above_what_was_not_seen)
{
    hear("seen");
    harness_type(BLUR);
    hear("first");
    hear("second");
    harness_expect_line(2, LINE_UNREAD, "", "new");
    harness_expect_line(3, LINE_MESSAGE, "bob", "seen");
    harness_type(FOCUS);
    hear("third");
    harness_expect_line(3, LINE_UNREAD, "", "new");
    harness_type(BLUR);
    hear("fourth");
    harness_expect_line(1, LINE_UNREAD, "", "new");
    harness_expect_line(4, LINE_MESSAGE, "bob", "first");
    harness_expect_line(5, LINE_MESSAGE, "bob", "seen");
}

Test(activity, what_comes_below_the_reading_place_is_not_seen)
{
    for (int i = 0; i < 60; i++) hear("old");
    harness_type(FOCUS "\x1b[5~");
    hear("new one");
    harness_type("\x1b[1;5F");
    harness_expect_line(1, LINE_UNREAD, "", "new");
    hear("seen");
    harness_expect_line(2, LINE_UNREAD, "", "new");
}

Test(activity, our_own_words_are_nothing_new)
{
    harness_type(BLUR);
    harness_receive(PROTO_BROADCAST, "ada", "mine");
    harness_expect_line(0, LINE_OWN, "ada", "mine");
    hear("theirs");
    harness_expect_line(1, LINE_UNREAD, "", "new");
}

static bool is_highlighted(void)
{
    struct row rows[64];
    int count = scrollback_rows(harness.screen.scrollback, rows, 64);
    return rows[count - 1].line->highlighted;
}

Test(activity, a_mention_stands_out)
{
    harness_type("waiting\r");
    hear("where is Ada?");
    struct row rows[64];
    int count = scrollback_rows(harness.screen.scrollback, rows, 64);
    cr_expect(rows[count - 2].line->highlighted);
    cr_expect_not(is_highlighted());
    harness_receive(PROTO_BROADCAST, "ada", "waiting");
    cr_expect_not(is_highlighted());
}
