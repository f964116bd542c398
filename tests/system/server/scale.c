/* Many at once, slow ones, and comings and goings without end. */
#include "server/room/outbound.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CROWD = 300 };

static void name_of(char name[16], int i)
{
    snprintf(name, 16, "guest %d", i);
}

/* Everybody speaks at once; what the first to come hears is what all hear, in that order. */
Test(server_scale, a_crowd_hears_everything_in_one_order)
{
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *crowd[CROWD];
    static char order[CROWD][16];
    char name[16], text[40];
    for (int i = 0; i < CROWD; i++) {
        name_of(name, i);
        crowd[i] = peer_join(d, name);
    }
    for (int i = 0; i < CROWD; i++) peer_broadcast(crowd[i], "hello");
    for (int i = 0; i < CROWD; i++) {
        for (int later = i + 1; later < CROWD; later++) {
            name_of(name, later);
            snprintf(text, sizeof text, "%s joined the chat", name);
            peer_expect_broadcast(crowd[i], "SERVER", text);
        }
        for (int k = 0; k < CROWD; k++) {
            if (i == 0) strcpy(order[k], peer_next(crowd[0])->nick);
            if (i > 0) peer_expect_broadcast(crowd[i], order[k], "hello");
        }
    }
    peers_close_and_stop(d);
}

Test(server_scale, comings_and_goings_leave_nothing_behind)
{
    enum { TIMES = 1000 };
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *ada = peer_join(d, "ada");
    size_t before = klatchd_descriptors(d);
    for (int i = 0; i < TIMES; i++) {
        struct peer *bob = peer_join_seen_by(d, "bob", ada);
        if (i % 3 == 0) peer_reset(bob);
        if (i % 3 == 1) peer_close(bob);
        if (i % 3 == 2) peer_leave(bob);
        peer_expect_left(ada, "bob");
    }
    klatchd_expect_descriptors(d, before);
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

Test(server_scale, strangers_who_come_and_go_leave_nothing_behind)
{
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *first = peer_connect_greeted(d);
    size_t before = klatchd_descriptors(d);
    for (int i = 0; i < 1000; i++) {
        struct peer *p = peer_connect(d);
        if (i % 2) peer_send_bytes(p, "\xFF\xFF{", 3);
        if (i % 3)
            peer_close(p);
        else
            peer_reset(p);
    }
    klatchd_expect_descriptors(d, before);
    peer_expect_no_more_unnamed(first);
    peers_close_and_stop(d);
}

/* Messages so long, and so many, that they fill the sockets of who does not read, and the room's
 * memory twice over. */
enum { LONG = 60000, FLOOD = 700 };

static const char *numbered(int i)
{
    static char text[LONG + 1];
    int n = snprintf(text, sizeof text, "%d ", i);
    memset(text + n, 'x', (size_t)(LONG - n));
    return text;
}

/* Meanwhile somebody who does not read does a few things wrong. */
static void flood(struct peer *author, struct peer *reader, struct peer *slow, int wrongs)
{
    for (int i = 0; i < FLOOD; i++) {
        if (i < wrongs) peer_send(slow, "nonsense", NULL, "");
        peer_broadcast(author, numbered(i));
        peer_expect_broadcast(author, "ada", numbered(i));
        peer_expect_broadcast(reader, "ada", numbered(i));
    }
}

/* The number in the notice of missed messages; -1 for any other packet. */
static int missed(const struct packet_seen *seen)
{
    int n;
    if (strcmp(seen->nick, "SERVER") != 0) return -1;
    return sscanf(seen->msg, OUTBOUND_MISSED("%d"), &n) == 1 ? n : -1;
}

/* Hears the flood with a gap in it, which is told, and told right; and, whole between whole
 * packets, an answer to everything it did wrong. */
static void expect_gap(struct peer *slow, int wrongs)
{
    int next = 0, gaps = 0;
    while (next < FLOOD || wrongs > 0) {
        const struct packet_seen *seen = peer_next(slow);
        int gap = missed(seen);
        if (gap >= 0) {
            next += gap;
            gaps++;
        } else if (strcmp(seen->nick, "SERVER") == 0) {
            cr_assert(strcmp(seen->msg, SESSION_UNEXPECTED) == 0, "%s", seen->msg);
            wrongs--;
        } else {
            cr_assert_str_eq(seen->nick, "ada");
            cr_assert_str_eq(seen->msg, numbered(next));
            next++;
        }
    }
    cr_assert_eq(next, FLOOD);
    cr_assert_geq(gaps, 1, "nothing was missed: the flood is too small for this test");
}

Test(server_scale, who_stops_reading_harms_nobody_and_is_told_what_it_missed)
{
    enum { WRONGS = 100 };
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *slow = peer_join(d, "slow"), *ada = peer_join(d, "ada"),
                *bob = peer_join(d, "bob");
    peer_expect_joined(slow, "ada");
    peer_expect_joined(slow, "bob");
    peer_expect_joined(ada, "bob");
    flood(ada, bob, slow, WRONGS);
    expect_gap(slow, WRONGS);
    peer_broadcast_to(slow, "here I am again", slow, bob, ada);
    peers_close_and_stop(d);
}

/* One that sends, and reads not even its own echo. */
Test(server_scale, who_only_sends_harms_nobody)
{
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join(d, "bob"),
                *deaf = peer_join(d, "deaf");
    peer_expect_joined(ada, "bob");
    peer_expect_joined(ada, "deaf");
    peer_expect_joined(bob, "deaf");
    for (int i = 0; i < 120; i++) {
        peer_broadcast(deaf, numbered(i));
        peer_expect_broadcast(bob, "deaf", numbered(i));
        peer_expect_broadcast(ada, "deaf", numbered(i));
    }
    peer_broadcast_to(ada, "quite a talker", bob, ada);
    peer_reset(deaf);
    peer_expect_left(ada, "deaf");
    peers_close_and_stop(d);
}

/* Few descriptors, so that the server is full before long. */
Test(server_scale, who_finds_the_server_full_is_told_so)
{
    struct klatchd *d = klatchd_start_argv(
        (const char *[]){"sh", "-c", "ulimit -n 20; exec " BUILD "/klatchd 127.0.0.1 0", NULL});
    struct peer *ada = peer_join(d, "ada"), *newcomer, *guests[20];
    int count = 0;
    const struct packet_seen *seen;
    while (strcmp((seen = peer_next(newcomer = peer_connect(d)))->proto, "connect") == 0)
        guests[count++] = newcomer;
    cr_assert_str_eq(seen->proto, "shutdown");
    cr_assert(strstr(seen->msg, "full"), "%s", seen->msg);
    peer_expect_eof(newcomer);
    for (int i = 0; i < 30; i++) peer_expect_refusal(peer_connect(d), "full");
    peer_expect_no_more(ada);

    peer_leave(guests[0]);
    const char *greeting = "full";
    while (strstr(greeting, "full")) greeting = peer_next(peer_connect(d))->msg;
    cr_assert_str_eq(greeting, "HELLO");
    peers_close_and_stop(d);
}

#ifndef __SANITIZE_ADDRESS__ /* which keeps what is freed */

/* In KiB, of its own. */
static long memory_of(const struct klatchd *d)
{
    char path[32], line[128];
    long kib = -1;
    snprintf(path, sizeof path, "/proc/%d/status", d->pid);
    FILE *file = fopen(path, "r");
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "RssAnon: %ld", &kib) == 1) break;
    fclose(file);
    return kib;
}

/* Each sends most of a long packet; somebody who comes after them stays. */
Test(server_scale, the_memory_of_a_crowd_goes_with_it)
{
    enum { UNFINISHED = 60000, KEPT_KIB = 6000, HELD_KIB = CROWD * (UNFINISHED / 1024) };
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *first = peer_connect_greeted(d), *crowd[CROWD];
    static char bytes[UNFINISHED] = "\xFF\xFF{";
    long before = memory_of(d);
    for (int i = 0; i < CROWD; i++)
        peer_send_bytes(crowd[i] = peer_connect_greeted(d), bytes, UNFINISHED);
    int64_t end = timeout_deadline();
    while (memory_of(d) < before + HELD_KIB) cr_assert(timeout_retry(end));
    struct peer *last = peer_connect_greeted(d);
    for (int i = 0; i < CROWD; i++) peer_close(crowd[i]);
    while (memory_of(d) > before + KEPT_KIB)
        cr_assert(timeout_retry(end), "%ld KiB of %ld", memory_of(d), before);
    peer_expect_no_more_unnamed(first);
    peer_expect_no_more_unnamed(last);
    peers_close_and_stop(d);
}

#endif
