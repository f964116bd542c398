#include "tui/core/session_who.h"

#include "common/packet.h"
#include "tests/unit/support/client_harness.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void open_asking(void)
{
    harness_open("ada");
    harness.session.config.asks_who = true;
}

TestSuite(session_who, .init = open_asking, .fini = harness_close);

/* Joins the room of a server that sends this secret; NULL: none. */
static void join(const char *secret)
{
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
    if (secret != NULL)
        harness_receive_ready(secret);
    else
        harness_receive(PROTO_READY, "SERVER", "READY");
    harness_wait(0);
}

/* Joins, and receives these members. */
static void join_with(const char *members)
{
    join("secret");
    harness_expect_sent(PROTO_WHO, "ada", "");
    harness_receive(PROTO_WHO, "SERVER", members);
}

static void expect_here(size_t count)
{
    cr_expect(harness.session.members.is_complete);
    cr_expect_eq(members_here(&harness.session.members), count);
}

static void notice(const char *text)
{
    harness_receive(PROTO_BROADCAST, "SERVER", text);
}

Test(session_who, a_server_without_a_secret_is_never_asked)
{
    join(NULL);
    notice("a, b, c, d, e, f, g and 12 others joined the chat");
    notice("bob joined the chat");
    harness_wait(600000);
    harness_expect_nothing_sent();
    cr_expect_not(harness.session.members.is_complete);
}

Test(session_who, a_server_with_a_secret_is_asked_after_joining)
{
    join_with("cyd\nada\nBob");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_HERE, (size_t)3, "«ada», «Bob», «cyd»");
    expect_here(3);
    harness_wait(600000);
    harness_expect_nothing_sent();
}

Test(session_who, a_room_without_others_is_said_to_be_empty)
{
    join_with("ada");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_HERE_ALONE);
    expect_here(1);
}

/* Receives READY and a line of the history in one read. */
static void receive_history(void)
{
    static char bytes[2 * PACKET_ROOM];
    size_t n = packet_encode_ready(bytes, "secret");
    size_t size = packet_encode(bytes + n, PROTO_BROADCAST, "gone", "said earlier");
    n += packet_add_time(bytes + n, size, "2001-09-09T01:46:00.000Z");
    harness_receive_bytes(bytes, n);
}

Test(session_who, the_members_are_shown_below_the_history_and_the_greeting)
{
    harness_connect();
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_sent(PROTO_VERIFY, NULL, "ada");
    receive_history();
    harness_wait(0);
    harness_expect_sent(PROTO_WHO, "ada", "");
    harness_expect_line(0, LINE_MESSAGE, "gone", "said earlier");
    harness_receive(PROTO_WHO, "SERVER", "ada\nbob");
    harness_expect_line(1, LINE_STATUS, "", MESSAGE_JOINED, "ada");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_HERE, (size_t)2, "«ada», «bob»");
    cr_expect_not(members_has(&harness.session.members, "gone"));
}

Test(session_who, no_server_is_asked_for_a_program)
{
    harness.session.config.asks_who = false;
    join("secret");
    harness_expect_nothing_sent();
}

Test(session_who, a_nickname_with_commas_is_one)
{
    join_with("ada, bob\nada");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_HERE, (size_t)2, "«ada», «ada, bob»");
    expect_here(2);
}

Test(session_who, notices_with_names_keep_the_members_up_to_date)
{
    join_with("ada\nbob");
    notice("cyd joined the chat");
    notice("dan joined the chat");
    notice("bob left the chat");
    notice("cyd is now known as eve");
    expect_here(3);
    cr_expect(members_has(&harness.session.members, "eve"));
    notice("eve is now known as fay\nfay is now known as gus");
    expect_here(3);
    cr_expect(members_has(&harness.session.members, "gus"));
    harness_wait(600000);
    harness_expect_nothing_sent();
}

/* Sends many notices for an hour, and returns how many times klatch asks. */
static int count_requests(const char *members)
{
    int requests = 0;
    for (int i = 0; i < 3600; i++) {
        notice("a, b, c, d, e, f, g and 12 others joined the chat");
        harness_wait(1000);
        if (harness.session.out.to == harness.session.out.from) continue;
        harness_expect_sent(PROTO_WHO, "ada", "");
        harness_receive(PROTO_WHO, "SERVER", members);
        requests++;
    }
    return requests;
}

Test(session_who, notices_that_only_count_cause_a_request_at_a_bounded_rate)
{
    join_with("ada\nbob");
    notice("a, b, c, d, e, f, g and 12 others joined the chat");
    harness_wait(2 * WHO_EVERY_MS + 2 * WHO_EVERY_MEMBER_MS * 2);
    harness_expect_sent(PROTO_WHO, "ada", "");
    harness_receive(PROTO_WHO, "SERVER", "ada\nbob\ncyd");
    expect_here(3);
    notice("a, b, c, d, e, f, g and 12 others left the chat");
    int requests = count_requests("ada\nbob\ncyd");
    cr_expect(requests > 600 && requests < 1800, "%d", requests);
}

Test(session_who, a_notice_that_may_name_several_members_causes_a_request)
{
    static const char *const notices[] = {"bob and cyd left the chat",
                                          "dan and eve joined the chat",
                                          "dan, eve and fay joined the chat"};
    join_with("ada\nbob\ncyd\nrock and roll");
    for (size_t i = 0; i < sizeof notices / sizeof *notices; i++) {
        notice(notices[i]);
        expect_here(4);
        harness_wait(2 * WHO_EVERY_MS + 2 * WHO_EVERY_MEMBER_MS * 4);
        harness_expect_sent(PROTO_WHO, "ada", "");
        harness_receive(PROTO_WHO, "SERVER", "ada\nbob\ncyd\nrock and roll");
    }
    notice("rock and roll left the chat");
    expect_here(3);
}

Test(session_who, a_large_room_is_asked_less_often)
{
    static char many[32000];
    char *end = many;
    for (int i = 0; i < 3000; i++) end += sprintf(end, "%suser%d", i > 0 ? "\n" : "", i);
    join_with(many);
    harness_wait(WHO_PART_MS);
    expect_here(3000);
    int requests = count_requests(many);
    cr_expect(requests > 10 && requests < 45, "%d", requests);
}

Test(session_who, the_answer_after_joining_names_only_some_of_many)
{
    char many[512], *end = many;
    for (int i = 10; i < 40; i++) end += sprintf(end, "%su%d", i > 10 ? "\n" : "", i);
    join_with(many);
    harness_expect_line(
        0, LINE_STATUS, "", MESSAGE_HERE_SOME, (size_t)30,
        "«u10», «u11», «u12», «u13», «u14», «u15», «u16», «u17», «u18», «u19», «u20», "
        "«u21», «u22», «u23», «u24», «u25», «u26», «u27», «u28», «u29»",
        (size_t)10);
}

/* Fills a text of this many bytes with nicknames. */
static void fill(char *text, size_t n, char prefix)
{
    size_t at = 0;
    for (int i = 0; at + 16 < n; i++)
        at += (size_t)sprintf(text + at, "%s%c%07d", i > 0 ? "\n" : "", prefix, i);
    memset(text + at, 'x', n - at);
    text[n] = '\0';
}

Test(session_who, an_answer_in_several_packets_is_one)
{
    static char text[WHO_PART_MIN + 1];
    join("secret");
    harness_expect_sent(PROTO_WHO, "ada", "");
    fill(text, WHO_PART_MIN, 'a');
    harness_receive(PROTO_WHO, "SERVER", text);
    cr_expect_not(harness.session.members.is_complete);
    harness_receive(PROTO_WHO, "SERVER", "ada\nbob");
    size_t lines = 2;
    for (const char *at = text; at != NULL; at = strchr(at + 1, '\n')) lines++;
    expect_here(lines);
}

Test(session_who, an_answer_whose_last_packet_is_full_ends_after_a_second)
{
    static char text[WHO_PART_MIN + 1];
    join("secret");
    fill(text, WHO_PART_MIN, 'a');
    harness_receive(PROTO_WHO, "SERVER", text);
    harness_wait(WHO_PART_MS - 1);
    cr_expect_not(harness.session.members.is_complete);
    harness_wait(1);
    cr_expect(harness.session.members.is_complete);
}

Test(session_who, who_from_the_user_sorts_and_counts_all)
{
    join_with("ada");
    cr_expect(harness_command("/who"));
    harness_expect_sent(PROTO_WHO, "ada", "");
    cr_expect_eq(harness.session.unacked, 1);
    harness_receive(PROTO_WHO, "SERVER", "eve\nada\ncyd\nDan\nbob");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_HERE, (size_t)5,
                        "«ada», «bob», «cyd», «Dan», «eve»");
    cr_expect_eq(harness.session.unacked, 0);
}

Test(session_who, an_answer_on_its_way_serves_the_user_too)
{
    join("secret");
    harness_expect_sent(PROTO_WHO, "ada", "");
    cr_expect(harness_command("/who"));
    harness_expect_nothing_sent();
    harness_receive(PROTO_WHO, "SERVER", "ada\nbob");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_HERE, (size_t)2, "«ada», «bob»");
    cr_expect_eq(harness.session.unacked, 0);
}

Test(session_who, a_server_that_answers_the_user_is_asked_later)
{
    join(NULL);
    cr_expect(harness_command("/who"));
    harness_expect_sent(PROTO_WHO, "ada", "");
    harness_receive(PROTO_WHO, "SERVER", "ada\nbob");
    expect_here(2);
    notice("a, b, c, d, e, f, g and 12 others joined the chat");
    harness_wait(60000);
    harness_expect_sent(PROTO_WHO, "ada", "");
}

Test(session_who, a_list_that_nobody_asked_for_is_shown_and_does_not_count_the_members)
{
    join(NULL);
    harness_receive(PROTO_WHO, "SERVER", "eve\nada");
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_HERE, (size_t)2, "«ada», «eve»");
    cr_expect_not(harness.session.members.is_complete);
    notice("a, b, c, d, e, f, g and 12 others joined the chat");
    harness_wait(600000);
    harness_expect_nothing_sent();
}

Test(session_who, an_unasked_request_without_an_answer_is_the_last_and_is_not_reported)
{
    join("secret");
    harness_expect_sent(PROTO_WHO, "ada", "");
    harness_wait(WHO_ANSWER_MS);
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_JOINED, "ada");
    notice("a, b, c, d, e, f, g and 12 others joined the chat");
    harness_wait(600000);
    harness_expect_nothing_sent();
    cr_expect(harness_command("/who"));
    harness_wait(WHO_ANSWER_MS);
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_NO_WHO);
    harness_expect_nothing_sent();
    cr_expect(harness_command("/who"));
    harness_expect_sent(PROTO_WHO, "ada", "");
}

Test(session_who, after_a_reconnect_the_server_is_asked_again_and_nothing_is_shown)
{
    join_with("ada\nbob");
    session_disconnected(&harness.session, "Connection reset by peer");
    cr_expect_not(harness.session.members.is_complete);
    harness_wait(0);
    session_connected(&harness.session);
    harness_receive(PROTO_CONNECT, "SERVER", "HELLO");
    harness_expect_verify("ada", "secret");
    harness_receive_ready("another secret");
    harness_wait(1000);
    harness_wait(WHO_EVERY_MS + 2 * WHO_EVERY_MEMBER_MS);
    harness_expect_sent(PROTO_WHO, "ada", "");
    harness_receive(PROTO_WHO, "SERVER", "ada\nbob\ncyd");
    expect_here(3);
    harness_expect_line(0, LINE_STATUS, "", MESSAGE_BACK, "ada");
}

Test(session_who, a_new_own_nickname_counts_once)
{
    join_with("ada\nbob");
    cr_expect(harness_request_nick("eve"));
    harness_expect_sent(PROTO_VERIFY, NULL, "eve");
    harness_receive_ready("another secret");
    notice("ada is now known as eve");
    expect_here(2);
    cr_expect_not(members_has(&harness.session.members, "ada"));
}
