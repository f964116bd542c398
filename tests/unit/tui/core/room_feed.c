/* The history that a server sends after READY, with and without times. */
#include "tui/core/room_feed.h"

#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"
#include "tui/stdio/json_mode.h"
#include "tui/stdio/line_mode.h"
#include "tui/stdio/line_output.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { QUIET = 300 /* milliseconds after which the history ends */ };

#define YESTERDAY "2001-09-08T22:30:00.125Z"
#define TODAY     "2001-09-09T01:30:00.000Z"

static char burst[1 << 16];
static size_t burst_size;

static void open_client(void)
{
    setenv("TZ", "UTC0", 1);
    tzset();
    burst_size = 0;
    harness_open("ada");
}

TestSuite(room_feed, .init = open_client, .fini = harness_close);

/* Adds a packet to those that come in one read; a NULL time is none. */
static void add(enum proto proto, const char *nick, const char *msg, const char *time)
{
    char frame[PACKET_ROOM];
    size_t n = packet_encode(frame, proto, nick, msg);
    if (time != NULL) n = packet_add_time(frame, n, time);
    cr_assert_leq(burst_size + n, sizeof burst);
    memcpy(burst + burst_size, frame, n);
    burst_size += n;
}

static void receive(void)
{
    harness_receive_bytes(burst, burst_size);
    burst_size = 0;
}

static void connect_client(void)
{
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
    add(PROTO_READY, "SERVER", "READY", NULL);
}

static void say(const char *nick, const char *msg, const char *time)
{
    add(PROTO_BROADCAST, nick, msg, time);
}

static void expect_rule(int back, const char *what, const char *date)
{
    harness_expect_line(back, LINE_GAP, "", MESSAGE_RULE, what, date);
}

Test(room_feed, rules_with_dates_are_around_the_history_and_the_greeting_below_it)
{
    connect_client();
    say("bob", "one", YESTERDAY);
    say("SERVER", "Back soon.", TODAY);
    receive();
    harness_wait(QUIET);
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_JOINED, "ada");
    expect_rule(1, MESSAGE_NOW, "Sunday, 09 September 2001");
    harness_expect_line(2, LINE_ANNOUNCEMENT, "", "Back soon.");
    harness_expect_line(3, LINE_DAY, "", "%s", "");
    harness_expect_line(4, LINE_MESSAGE, "bob", "one");
    expect_rule(5, MESSAGE_HISTORY, "Saturday, 08 September 2001");
}

Test(room_feed, a_new_line_ends_the_history_at_once)
{
    connect_client();
    say("bob", "old", TODAY);
    say("bob", "new", NULL);
    receive();
    harness_expect_line(0, LINE_MESSAGE, "bob", "new");
    harness_expect_line(1, LINE_STATUS, "", MESSAGE_JOINED, "ada");
    expect_rule(2, MESSAGE_NOW, "Sunday, 09 September 2001");
    harness_expect_line(3, LINE_MESSAGE, "bob", "old");
}

Test(room_feed, the_answer_to_a_question_ends_the_history)
{
    connect_client();
    say("bob", "old", TODAY);
    add(PROTO_WHO, "SERVER", "ada", NULL);
    receive();
    harness_expect_line(1, LINE_STATUS, "", MESSAGE_JOINED, "ada");
    expect_rule(2, MESSAGE_NOW, "Sunday, 09 September 2001");
    harness_expect_line(3, LINE_MESSAGE, "bob", "old");
}

/* A simple server may relay the field of a member that makes it up. */
Test(room_feed, after_a_new_message_a_time_means_nothing)
{
    connect_client();
    say("bob", "new", NULL);
    say("eve", "made up", YESTERDAY);
    receive();
    harness_expect_line(0, LINE_MESSAGE, "eve", "made up");
    harness_expect_line(1, LINE_MESSAGE, "bob", "new");
}

Test(room_feed, the_greeting_comes_at_once_without_a_history)
{
    connect_client();
    receive();
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_JOINED, "ada");
    cr_expect_eq(harness_deadline(), -1);
}

/* A read ends inside a packet: the greeting waits for the rest of the packet. */
Test(room_feed, a_history_that_comes_in_pieces_is_one)
{
    connect_client();
    for (int i = 0; i < 9; i++) say("bob", "old", TODAY);
    size_t half = burst_size / 2;
    harness_receive_bytes(burst, 70);
    harness_receive_bytes(burst + 70, half - 70);
    harness_wait(QUIET - 1);
    harness_receive_bytes(burst + half, burst_size - half);
    harness_wait(QUIET);
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_JOINED, "ada");
    expect_rule(1, MESSAGE_NOW, "Sunday, 09 September 2001");
    for (int i = 0; i < 9; i++) harness_expect_line(2 + i, LINE_MESSAGE, "bob", "old");
    expect_rule(11, MESSAGE_HISTORY, "Sunday, 09 September 2001");
}

Test(room_feed, the_history_ends_with_the_connection)
{
    connect_client();
    say("bob", "old", TODAY);
    receive();
    harness_disconnect(NULL);
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_CLOSED ".");
    harness_expect_line(1, LINE_STATUS, "", MESSAGE_JOINED, "ada");
    expect_rule(2, MESSAGE_NOW, "Sunday, 09 September 2001");
}

Test(room_feed, the_history_of_ignored_members_has_no_rules)
{
    connect_client();
    ignore_list_add(&harness.session.ignored, "bob");
    say("bob", "old", TODAY);
    receive();
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_JOINED, "ada");
}

/* A mention of yesterday rings no bell, and is highlighted. */
Test(room_feed, nothing_of_the_history_is_unread)
{
    connect_client();
    harness.screen.activity.focus = ACTIVITY_FOCUS_OUT;
    say("bob", "hello ada", TODAY);
    say("SERVER", "Back soon.", TODAY);
    receive();
    harness_wait(QUIET);
    harness_expect_line(3, LINE_MESSAGE, "bob", "hello ada");
    cr_expect_not(harness.screen.activity.notify_pending);
    cr_expect_eq(harness.screen.activity.unseen, 0);
    cr_expect_not(harness.screen.activity.marker_set);
}

/* A program of the same name said it in an earlier run. */
Test(room_feed, our_line_of_the_history_confirms_no_new_line)
{
    connect_client();
    harness_receive_bytes(burst, burst_size);
    burst_size = 0;
    harness_type("done\r");
    harness_expect_sent(PROTO_BROADCAST, "ada", "done");
    say("ada", "done", TODAY);
    receive();
    harness_expect_line(0, LINE_PENDING, "ada", "done");
    harness_expect_line(1, LINE_OWN, "ada", "done");
    cr_expect_eq(harness.session.unacked, 1);
    harness_receive(PROTO_BROADCAST, "ada", "done");
    cr_expect_eq(harness.session.unacked, 0);
}

/* The history has no joins and leaves, and the lines before the gap have; times do not count. */
Test(room_feed, after_a_reconnect_the_missed_lines_follow_with_their_times)
{
    connect_client();
    receive();
    harness_wait(1000);
    const char *const before[][2] = {
        {"bob", "a"}, {"SERVER", "eve joined the chat"}, {"bob", "b"}, {"SERVER", "Back soon."}};
    for (size_t i = 0; i < 4; i++) harness_receive(PROTO_BROADCAST, before[i][0], before[i][1]);
    harness_reconnect();
    add(PROTO_READY, "SERVER", "READY", NULL);
    say("bob", "a", TODAY);
    say("bob", "b", TODAY);
    say("SERVER", "Back soon.", TODAY);
    say("bob", "missed", TODAY);
    say("SERVER", "fay joined the chat", NULL);
    receive();
    harness_expect_line(0, LINE_SERVER, "", "«fay» joined the chat");
    harness_expect_line(1, LINE_STATUS, "", MESSAGE_BACK, "ada");
    harness_expect_line(2, LINE_MESSAGE, "bob", "missed");
    harness_expect_line(3, LINE_STATUS, "", MESSAGE_LOST, "Connection reset by peer");
    cr_expect_gt(harness.screen.activity.active_until, 0);
}

Test(room_feed, the_missed_lines_may_be_unread)
{
    connect_client();
    receive();
    harness_wait(1000);
    harness.screen.activity.focus = ACTIVITY_FOCUS_OUT;
    harness_reconnect();
    add(PROTO_READY, "SERVER", "READY", NULL);
    say("bob", "hello ada", TODAY);
    receive();
    harness_wait(1000);
    cr_expect(harness.screen.activity.notify_pending);
}

/* The client buffers fewer lines than a server may send. */
Test(room_feed, missed_lines_are_no_history_however_many_they_are)
{
    enum { LINES = BACKLOG_LINES + 10 };
    connect_client();
    say("bob", "seen", NULL);
    receive();
    harness_wait(1000);
    harness.screen.activity.focus = ACTIVITY_FOCUS_OUT;
    harness_reconnect();
    add(PROTO_READY, "SERVER", "READY", NULL);
    for (int i = 0; i < LINES; i++) {
        say("bob", i < LINES - 1 ? "missed" : "hello ada", TODAY);
        receive();
    }
    harness_expect_line(0, LINE_MESSAGE, "bob", "hello ada");
    harness_expect_line(LINES - BACKLOG_LINES, LINE_STATUS, "", MESSAGE_BACK, "ada");
    harness_expect_line(LINES - BACKLOG_LINES + 1, LINE_MESSAGE, "bob", "missed");
    cr_expect(harness.screen.activity.notify_pending);
    harness_wait(1000);
    harness_expect_line(0, LINE_MESSAGE, "bob", "hello ada");
}

Test(room_feed, a_history_after_the_lines_of_the_log_is_below_them)
{
    harness_recall(harness.session.local_time, "bob", "a");
    harness_recall(harness.session.local_time, "SERVER", "ada left the chat");
    harness_recall(harness.session.local_time, "bob", "b");
    harness_recall_end("FILE");
    connect_client();
    say("bob", "a", TODAY);
    say("bob", "b", TODAY);
    say("bob", "c", TODAY);
    receive();
    harness_wait(1000);
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_JOINED, "ada");
    expect_rule(1, MESSAGE_NOW, "Sunday, 09 September 2001");
    harness_expect_line(2, LINE_MESSAGE, "bob", "c");
    expect_rule(3, MESSAGE_HISTORY, "Sunday, 09 September 2001");
    harness_expect_line(4, LINE_GAP, "", MESSAGE_EARLIER, "FILE");
}

/* The log has the notice of the shutdown, and the history has not. */
Test(room_feed, a_history_does_not_repeat_the_log_of_before_a_restart)
{
    harness_recall(harness.session.local_time, "bob", "a");
    harness_recall(harness.session.local_time, "bob", "b");
    harness_recall(harness.session.local_time, "SERVER", "Server Shutting down in 1 seconds");
    harness_recall_end("FILE");
    connect_client();
    say("bob", "a", TODAY);
    say("bob", "b", TODAY);
    receive();
    harness_wait(1000);
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_JOINED, "ada");
    harness_expect_line(1, LINE_GAP, "", MESSAGE_EARLIER, "FILE");
}

/* -- line mode and JSON mode -- */

static void open_frontend(const struct frontend_kind *kind)
{
    harness_close();
    harness_open_frontend(kind, "ada");
    connect_client();
}

Test(room_feed, line_mode_prints_rules_and_times)
{
    open_frontend(&line_mode);
    say("bob", "one", YESTERDAY);
    say("bob", "two", TODAY);
    say("bob", "new", NULL);
    receive();
    harness_expect_output("- " LINE_OUTPUT_HISTORY "Saturday, 08 September 2001.\n"
                          "22:30 <bob> one\n"
                          "- " LINE_OUTPUT_DAY "Sunday, 09 September 2001.\n"
                          "01:30 <bob> two\n"
                          "- " LINE_OUTPUT_NOW "Sunday, 09 September 2001.\n"
                          "- " MESSAGE_JOINED "\n01:46 <bob> new\n",
                          "ada");
}

Test(room_feed, line_mode_prints_dashes_for_a_time_that_is_not_known)
{
    open_frontend(&line_mode);
    receive();
    harness.frontend.out.from = harness.frontend.out.to;
    harness_receive(PROTO_BROADCAST, "bob", "old");
    harness_receive(PROTO_BROADCAST, "SERVER", "Back soon.");
    harness_expect_output(LINE_OUTPUT_NO_TIME " <bob> old\n* " LINE_OUTPUT_NO_TIME " Back soon.\n");
}

Test(room_feed, json_mode_passes_the_time_on_and_marks_the_history)
{
    open_frontend(&json_mode);
    say("bob", "old", YESTERDAY);
    say("bob", "new", NULL);
    say("bob", "wrong", "yesterday");
    say("bob", "late", YESTERDAY);
    harness.frontend.out.from = harness.frontend.out.to;
    receive();
    harness_expect_output(
        "{\"time\":\"2001-09-09T01:46:40.123Z\",\"nick\":\"SERVER\",\"msg\":\"READY\","
        "\"proto\":\"ready\"}\n"
        "{\"time\":\"" YESTERDAY "\",\"nick\":\"bob\",\"msg\":\"old\",\"proto\":\"broadcast\","
        "\"history\":true}\n"
        "{\"time\":\"2001-09-09T01:46:40.123Z\",\"nick\":\"bob\",\"msg\":\"new\","
        "\"proto\":\"broadcast\"}\n"
        "{\"time\":\"2001-09-09T01:46:40.123Z\",\"nick\":\"bob\",\"msg\":\"wrong\","
        "\"proto\":\"broadcast\"}\n"
        "{\"time\":\"2001-09-09T01:46:40.123Z\",\"nick\":\"bob\",\"msg\":\"late\","
        "\"proto\":\"broadcast\"}\n");
}

/* -- servers that send no times -- */

/* Expects whether the time of the newest line is known. */
static void expect_known_time(bool known)
{
    static struct row rows[100];
    int n = scrollback_rows(harness.screen.scrollback, rows, 100);
    cr_assert_gt(n, 0);
    cr_expect_eq(rows[n - 1].line->at != 0, known, "%s", rows[n - 1].line->text);
}

Test(room_feed, a_line_before_our_own_arrival_has_no_time)
{
    connect_client();
    receive();
    harness_receive(PROTO_BROADCAST, "bob", "old");
    expect_known_time(false);
    harness_receive(PROTO_BROADCAST, "SERVER", "eve joined the chat");
    expect_known_time(false);
    harness_receive(PROTO_BROADCAST, "SERVER", "ada joined the chat");
    expect_known_time(true);
    harness_receive(PROTO_BROADCAST, "bob", "new");
    expect_known_time(true);
}

Test(room_feed, after_our_own_line_times_are_known)
{
    connect_client();
    receive();
    harness_type("hello\r");
    harness_receive(PROTO_BROADCAST, "bob", "old");
    harness_receive(PROTO_BROADCAST, "ada", "hello");
    expect_known_time(true);
}

Test(room_feed, a_server_that_announces_no_arrival_sends_its_history_at_once)
{
    connect_client();
    receive();
    harness_wait(999);
    harness_receive(PROTO_BROADCAST, "bob", "perhaps old");
    expect_known_time(false);
    harness_wait(1);
    harness_receive(PROTO_BROADCAST, "bob", "new");
    expect_known_time(true);
}

/* Such a server says times. */
Test(room_feed, on_a_server_with_a_secret_every_time_is_known)
{
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
    harness_receive_ready("secret");
    harness_receive(PROTO_BROADCAST, "bob", "new");
    expect_known_time(true);
}
