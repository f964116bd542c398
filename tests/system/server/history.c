/* The history that a newcomer receives. */
#include "server/room/outbound.h"
#include "server/room/session.h"
#include "server/shutdown.h"
#include "tests/system/support/network_namespace.h"
#include "tests/system/support/protocol_peer.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void send_numbers(struct peer *p, int from, int to)
{
    char text[16];
    for (int i = from; i < to; i++) {
        snprintf(text, sizeof text, "%d", i);
        peer_broadcast_to(p, text, p);
    }
}

static void expect_numbers(struct peer *p, const char *nick, int from, int to)
{
    char text[16];
    for (int i = from; i < to; i++) {
        snprintf(text, sizeof text, "%d", i);
        peer_expect_broadcast(p, nick, text);
    }
}

/* peer_join expects READY to come first. */
Test(server_history, a_newcomer_receives_the_last_messages_after_ready)
{
    struct klatchd *d = klatchd_start_with("--history", "50");
    struct peer *ada = peer_join(d, "ada");
    send_numbers(ada, 0, 100);
    struct peer *bob = peer_join(d, "bob");
    expect_numbers(bob, "ada", 50, 100);
    peer_expect_no_more(bob);
    peers_close_and_stop(d);
}

Test(server_history, a_short_history_is_sent_whole)
{
    struct klatchd *d = klatchd_start_with("--history", "50");
    struct peer *ada = peer_join(d, "ada");
    peer_expect_no_more(ada);
    peer_broadcast_to(ada, "hello", ada);
    struct peer *bob = peer_join(d, "bob");
    peer_next(bob);
    peer_expect_broadcast(bob, "ada", "hello");
    peer_expect_no_more(bob);
    peers_close_and_stop(d);
}

/* Thirty people who come and go leave a newcomer with what was said before. */
Test(server_history, joins_leaves_and_new_nicknames_do_not_count)
{
    enum { PEOPLE = 30 };
    char nick[16];
    struct klatchd *d = klatchd_start_with("--history", "5");
    struct peer *ada = peer_join(d, "ada");
    send_numbers(ada, 0, 5);
    for (int i = 0; i < PEOPLE; i++) {
        snprintf(nick, sizeof nick, "guest %d", i);
        struct peer *guest = peer_join_seen_by(d, nick, ada);
        expect_numbers(guest, "ada", 0, 5);
        peer_leave(guest);
        peer_expect_left(ada, nick);
    }
    peer_take_nick(ada, "grace");
    peer_expect_renamed(ada, "ada", "grace");
    struct peer *bob = peer_join(d, "bob");
    expect_numbers(bob, "ada", 0, 5);
    peer_expect_no_more(bob);
    peers_close_and_stop(d);
}

/* -- times -- */

/* Expects the message with a time between the two, in the form of klatch-protocol(5). */
static void expect_said_between(struct peer *p, const char *msg, time_t from, time_t to)
{
    struct tm utc = {0};
    const struct packet_seen *seen = peer_next(p);
    cr_assert_str_eq(seen->msg, msg);
    cr_assert_not_null(seen->time, "%s has no time", msg);
    cr_assert_eq(strlen(seen->time), strlen("2026-11-23T09:30:00.250Z"), "%s", seen->time);
    const char *rest = strptime(seen->time, "%Y-%m-%dT%H:%M:%S", &utc);
    cr_assert(rest && rest[0] == '.' && rest[4] == 'Z', "%s", seen->time);
    time_t at = timegm(&utc);
    cr_expect(from <= at && at <= to, "%s", seen->time);
}

/* Expects a new message, which has no time. */
static void expect_new(struct peer *p, const char *msg)
{
    const struct packet_seen *seen = peer_next(p);
    cr_assert_str_eq(seen->msg, msg);
    cr_expect_null(seen->time, "%s has the time %s", msg, seen->time);
}

Test(server_history, each_message_of_it_has_its_time_and_a_new_one_has_none)
{
    time_t from = time(NULL);
    struct klatchd *d = klatchd_start_with("--history", "50");
    struct peer *ada = peer_join(d, "ada");
    peer_broadcast(ada, "one");
    expect_new(ada, "one");
    time_t to = time(NULL);
    struct peer *bob = peer_join_seen_by(d, "bob", ada);
    peer_broadcast(ada, "two");
    expect_said_between(bob, "one", from, to);
    expect_new(bob, "two");
    struct peer *eve = peer_join(d, "eve");
    expect_said_between(eve, "one", from, to);
    expect_said_between(eve, "two", from, time(NULL));
    peer_expect_no_more(eve);
    peers_close_and_stop(d);
}

/* A message of the full size has no place for the time: without it, clients would take this and all
 * that follows for new. */
Test(server_history, a_message_that_fills_its_packet_is_left_out)
{
    static char text[WIRE_PAYLOAD_MAX];
    const size_t around = strlen("{\"nick\":\"ada\",\"msg\":\"\",\"proto\":\"broadcast\"}");
    struct klatchd *d = klatchd_start_with("--quiet", "--history", "50");
    struct peer *ada = peer_join(d, "ada");
    time_t from = time(NULL);
    memset(text, 'x', WIRE_PAYLOAD_MAX - around);
    peer_broadcast_to(ada, text, ada);
    peer_broadcast_to(ada, "next", ada);
    struct peer *bob = peer_join(d, "bob");
    expect_said_between(bob, "next", from, time(NULL));
    peer_expect_no_more(bob);
    peers_close_and_stop(d);
}

Test(server_history, there_is_no_history_by_default)
{
    struct klatchd *d = klatchd_start();
    send_numbers(peer_join(d, "ada"), 0, 10);
    peer_expect_no_more(peer_join(d, "bob"));
    peers_close_and_stop(d);
}

Test(server_history, a_renamed_or_refused_client_receives_no_history)
{
    struct klatchd *d = klatchd_start_with("--history", "5");
    struct peer *ada = peer_join(d, "ada");
    send_numbers(ada, 0, 10);
    struct peer *bob = peer_connect_greeted(d);
    peer_expect_nick_refused(bob, "ada");
    peer_expect_no_more_unnamed(bob);
    peer_take_nick(ada, "eve");
    peer_expect_renamed(ada, "ada", "eve");
    peer_send(ada, "broadcast", NULL, "again");
    peer_expect_broadcast(ada, "eve", "again");
    peers_close_and_stop(d);
}

/* More than a socket holds, with new messages meanwhile. */
Test(server_history, a_long_history_is_complete_and_in_order)
{
    enum { LONG = 60000, LINES = 200 };
    static char text[LONG + 1];
    struct klatchd *d = klatchd_start_with("--quiet", "--history", "1000");
    struct peer *ada = peer_join(d, "ada");
    memset(text, 'x', LONG);
    for (int i = 0; i < LINES; i++) {
        text[0] = (char)('a' + i % 26);
        peer_broadcast_to(ada, text, ada);
    }
    struct peer *bob = peer_join_seen_by(d, "bob", ada);
    send_numbers(ada, 0, 10);
    for (int i = 0; i < LINES; i++) {
        text[0] = (char)('a' + i % 26);
        peer_expect_broadcast(bob, "ada", text);
    }
    expect_numbers(bob, "ada", 0, 10);
    peer_expect_no_more(bob);
    peers_close_and_stop(d);
}

/* The ring is smaller than the history option asks for. */
Test(server_history, the_history_is_limited_by_the_ring)
{
    enum { LINES = 20000 };
    struct klatchd *d = klatchd_start_with("--quiet", "--history", "100000", "--ring", "256K");
    struct peer *ada = peer_join(d, "ada");
    send_numbers(ada, 0, LINES);
    struct peer *bob = peer_join(d, "bob");
    int first = 0;
    cr_assert(sscanf(peer_next(bob)->msg, "%d", &first) == 1 && first > 0);
    expect_numbers(bob, "ada", first + 1, LINES);
    peer_expect_no_more(bob);
    peers_close_and_stop(d);
}

/* Returns the next packet that is not a later second of the countdown. */
static const struct packet_seen *next_without_countdown(struct peer *p)
{
    const struct packet_seen *seen;
    while (strcmp((seen = peer_next(p))->proto, "shutdown") == 0)
        cr_assert_str_neq(seen->msg, SHUTDOWN_NOTICE("600"));
    return seen;
}

Test(server_history, the_history_contains_no_countdown)
{
    static const char *const messages[] = {"0", "1", "2", "3", "4", "too late?", NULL};
    struct klatchd *d = klatchd_start_with("--history", "5", "--shutdown-delay", "600");
    struct peer *ada = peer_join(d, "ada"), *late = peer_connect_greeted(d);
    send_numbers(ada, 0, 5);
    klatchd_signal(d, SIGTERM);
    peer_expect_countdown(late, 600);
    peer_expect_countdown(ada, 600);
    peer_send(late, "verify", NULL, "late");
    cr_assert_str_eq(next_without_countdown(late)->proto, "ready");
    peer_broadcast(late, "too late?");
    for (int i = 0; messages[i]; i++) {
        const struct packet_seen *seen = next_without_countdown(late);
        cr_assert_str_eq(seen->msg, messages[i]);
        cr_assert_str_eq(seen->proto, "broadcast");
    }
    peer_close(ada);
    peer_close(late);
    klatchd_signal(d, SIGTERM);
    cr_assert_eq(klatchd_wait_exit(d), 0);
}

/* New messages take the place of history that a slow newcomer has not received yet. */
Test(server_history, a_newcomer_that_misses_history_is_told_how_much)
{
    enum { LONG = 60000, BEFORE = 200, AFTER = 400 };
    struct klatchd *d = klatchd_start_with("--quiet", "--history", "1000");
    struct peer *ada = peer_join(d, "ada");
    peer_flood(ada, BEFORE, LONG);
    struct peer *bob = peer_join_seen_by(d, "bob", ada);
    peer_flood(ada, AFTER, LONG);
    int received = 0, missed = 0;
    while (received + missed < BEFORE + AFTER) {
        const struct packet_seen *seen = peer_next(bob);
        int gap = 0;
        if (sscanf(seen->msg, OUTBOUND_MISSED("%d"), &gap) == 1)
            missed += gap;
        else
            received++;
    }
    cr_expect_gt(missed, AFTER / 2, "nothing was missed: the history is too short for this test");
    peer_expect_no_more(bob);
    peers_close_and_stop(d);
}

/* -- the limit of an address -- */

/* Connects to an address, and so from it, and joins. */
static struct peer *join_from(const struct klatchd *d, const char *address, const char *nick)
{
    struct peer *p = peer_connect_to(address, d->port);
    peer_expect(p, "connect", "SERVER", "HELLO");
    peer_take_nick(p, nick);
    return p;
}

enum { LARGE = 60000 /* bytes of a message */, HISTORY = 200 /* messages; 12 MB */ };

/* Returns whether a client that has joined receives the history; if not, it receives the notice. */
static bool has_history(struct peer *p)
{
    int received = 0;
    while (received < HISTORY && peer_next(p)->msg_len == LARGE) received++;
    cr_assert(received == 0 || received == HISTORY);
    return received > 0;
}

/* An address may receive 32 MB at once, then 1 MB per second. */
Test(server_history, an_address_that_joins_again_and_again_receives_no_more_history)
{
    enum { JOINS = 8, AT_ONCE = 3 };
    static const char other[] = "2001:db8::1";
    char nick[16];
    network_namespace_enter();
    network_namespace_add_ipv6(other);
    struct klatchd *d = klatchd_start_at("--quiet", "--history", "200", "*", "0");
    struct peer *ada = peer_join(d, "ada");
    int refused = 0;
    for (int i = 0; i < JOINS; i++) {
        peer_flood(ada, HISTORY, LARGE);
        snprintf(nick, sizeof nick, "eve %d", i);
        struct peer *eve = join_from(d, remote_address, nick);
        if (!has_history(eve)) {
            refused++;
            peer_send(eve, "broadcast", NULL, "hello");
            peer_expect_broadcast(eve, nick, "hello");
            peer_expect_joined(ada, nick);
            peer_expect_broadcast(ada, nick, "hello");
        } else {
            peer_expect_joined(ada, nick);
        }
        cr_expect(i >= AT_ONCE || refused == 0, "join %d", i);
        peer_leave(eve);
        peer_expect_left(ada, nick);
    }
    cr_expect_geq(refused, JOINS - AT_ONCE - 1);
    peer_flood(ada, HISTORY, LARGE);
    cr_expect(has_history(join_from(d, other, "bob")), "another address receives none");
    peers_close_and_stop(d);
}

/* A hundred people behind one address, as in a company. */
Test(server_history, all_clients_of_an_address_receive_the_history)
{
    enum { CLIENTS = 100, MESSAGES = 200 };
    char nick[16];
    network_namespace_enter();
    struct klatchd *d = klatchd_start_at("--quiet", "--history", "1000", "*", "0");
    struct peer *ada = peer_join(d, "ada");
    peer_flood(ada, MESSAGES, 1000);
    for (int i = 0; i < CLIENTS; i++) {
        snprintf(nick, sizeof nick, "guest %d", i);
        struct peer *guest = join_from(d, remote_address, nick);
        for (int k = 0; k < MESSAGES; k++) cr_assert_eq(peer_next(guest)->msg_len, 1000);
        peer_expect_joined(ada, nick);
    }
    peers_close_and_stop(d);
}
