/* What a newcomer gets of what was said before it came. */
#include "server/room/outbound.h"
#include "tests/system/support/protocol_peer.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static void say_numbers(struct peer *p, const char *nick, int from, int to)
{
    char text[16];
    for (int i = from; i < to; i++) {
        snprintf(text, sizeof text, "%d", i);
        peer_broadcast(p, text);
        peer_expect_broadcast(p, nick, text);
    }
}

static void hear_numbers(struct peer *p, const char *nick, int from, int to)
{
    char text[16];
    for (int i = from; i < to; i++) {
        snprintf(text, sizeof text, "%d", i);
        peer_expect_broadcast(p, nick, text);
    }
}

/* A plain client: peer_join() says verify and hears READY, before which nothing comes. */
Test(server_history, a_newcomer_hears_the_last_lines_after_ready)
{
    struct klatchd *d = klatchd_start_with("--history", "50");
    struct peer *ada = peer_join(d, "ada");
    say_numbers(ada, "ada", 0, 100);
    struct peer *bob = peer_join(d, "bob");
    hear_numbers(bob, "ada", 50, 100);
    peer_expect_no_more(bob);
    peer_expect_joined(ada, "bob");
    struct peer *eve = peer_join(d, "eve");
    hear_numbers(eve, "ada", 52, 100);
    peer_expect_joined(eve, "bob");
    peer_next(eve);
    peer_expect_no_more(eve);
    peers_close_and_stop(d);
}

Test(server_history, of_fewer_lines_there_are_fewer)
{
    struct klatchd *d = klatchd_start_with("--history", "50");
    struct peer *ada = peer_join(d, "ada");
    peer_expect_no_more(ada);
    struct peer *bob = peer_join(d, "bob");
    peer_expect_joined(bob, "ada");
    peer_next(bob);
    peer_expect_no_more(bob);
    peers_close_and_stop(d);
}

Test(server_history, without_being_asked_for_there_is_none)
{
    struct klatchd *d = klatchd_start();
    say_numbers(peer_join(d, "ada"), "ada", 0, 10);
    peer_expect_no_more(peer_join(d, "bob"));
    peers_close_and_stop(d);
}

Test(server_history, who_is_renamed_or_refused_gets_none_again)
{
    struct klatchd *d = klatchd_start_with("--history", "5");
    struct peer *ada = peer_join(d, "ada");
    say_numbers(ada, "ada", 0, 10);
    struct peer *bob = peer_connect_greeted(d);
    peer_expect_nick_refused(bob, "ada");
    peer_expect_no_more_unnamed(bob);
    peer_take_nick(ada, "eve");
    peer_expect_renamed(ada, "ada", "eve");
    peer_send(ada, "broadcast", NULL, "again");
    peer_expect_broadcast(ada, "eve", "again");
    peers_close_and_stop(d);
}

/* More than a socket holds: it comes in parts, and what is said meanwhile comes behind it. */
Test(server_history, a_long_past_comes_whole_and_in_order)
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
    say_numbers(ada, "ada", 0, 10);
    peer_expect_joined(bob, "ada");
    for (int i = 0; i < LINES; i++) {
        text[0] = (char)('a' + i % 26);
        peer_expect_broadcast(bob, "ada", text);
    }
    hear_numbers(bob, "ada", 0, 10);
    peer_expect_no_more(bob);
    peers_close_and_stop(d);
}

/* In a ring that has less than was asked for, what is there comes, from a whole frame on. */
Test(server_history, there_is_no_more_than_the_ring_has)
{
    enum { LINES = 20000 };
    struct klatchd *d = klatchd_start_with("--quiet", "--history", "100000", "--ring", "256K");
    struct peer *ada = peer_join(d, "ada");
    say_numbers(ada, "ada", 0, LINES);
    struct peer *bob = peer_join(d, "bob");
    int first = 0;
    cr_assert(sscanf(peer_next(bob)->msg, "%d", &first) == 1 && first > 0);
    hear_numbers(bob, "ada", first + 1, LINES);
    peer_expect_no_more(bob);
    peers_close_and_stop(d);
}

/* The next packet that is no second of the countdown, which it does not hear again either. */
static const struct packet_seen *next_but_seconds(struct peer *p)
{
    const struct packet_seen *seen;
    while (strcmp((seen = peer_next(p))->proto, "shutdown") == 0)
        cr_assert_str_neq(seen->msg, "Server Shutting down in 600 seconds");
    return seen;
}

/* A countdown is nothing that was said: it neither hides the past nor is it a part of it. */
Test(server_history, a_newcomer_during_the_countdown_has_a_past_without_the_seconds)
{
    static const char *const said[] = {"0", "1", "2", "3", "4", "too late?", NULL};
    struct klatchd *d = klatchd_start_with("--history", "5", "--shutdown-delay", "600");
    struct peer *ada = peer_join(d, "ada"), *late = peer_connect_greeted(d);
    say_numbers(ada, "ada", 0, 5);
    klatchd_signal(d, SIGTERM);
    peer_expect_countdown(late, 600);
    peer_expect_countdown(ada, 600);
    peer_send(late, "verify", NULL, "late");
    cr_assert_str_eq(next_but_seconds(late)->proto, "ready");
    peer_broadcast(late, "too late?");
    for (int i = 0; said[i]; i++) {
        const struct packet_seen *seen = next_but_seconds(late);
        cr_assert_str_eq(seen->msg, said[i]);
        cr_assert_str_eq(seen->proto, "broadcast");
    }
    peer_close(ada);
    peer_close(late);
    klatchd_signal(d, SIGTERM);
    cr_assert_eq(klatchd_wait_exit(d), 0);
}

/* The ring goes on, over the past that a newcomer has not taken yet and over its own arrival. */
Test(server_history, who_misses_some_of_a_long_past_is_told_how_much)
{
    enum { LONG = 60000, BEFORE = 200, AFTER = 400 };
    static char text[LONG + 1];
    struct klatchd *d = klatchd_start_with("--quiet", "--history", "1000");
    struct peer *ada = peer_join(d, "ada");
    memset(text, 'x', LONG);
    for (int i = 0; i < BEFORE; i++) {
        peer_broadcast_to(ada, text, ada);
    }
    struct peer *bob = peer_join_seen_by(d, "bob", ada);
    for (int i = 0; i < AFTER; i++) {
        peer_broadcast_to(ada, text, ada);
    }
    peer_expect_joined(bob, "ada");
    int heard = 0, missed = 0;
    while (heard + missed < BEFORE + AFTER) {
        const struct packet_seen *seen = peer_next(bob);
        int gap = 0;
        if (sscanf(seen->msg, OUTBOUND_MISSED("%d"), &gap) == 1)
            missed += gap;
        else
            heard++;
    }
    cr_expect_gt(missed, AFTER / 2, "it took all: the past is too short for this test");
    peer_expect_no_more(bob);
    peers_close_and_stop(d);
}
