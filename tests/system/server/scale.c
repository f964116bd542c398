/* Many clients at once, slow clients, and many joins and leaves. */
#include "server/room/outbound.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"
#include "tests/system/support/tls_client.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLIENTS = 300 };

static void format_name(char name[16], int i)
{
    snprintf(name, 16, "guest %d", i);
}

/* All send at once; the first member's order is compared with everybody's. */
Test(server_scale, all_members_receive_everything_in_the_same_order)
{
    struct klatchd *d = klatchd_start_with("--quiet", "--per-address", "0");
    struct peer *clients[CLIENTS];
    static char order[CLIENTS][16];
    char name[16], text[40];
    for (int i = 0; i < CLIENTS; i++) {
        format_name(name, i);
        clients[i] = peer_join(d, name);
    }
    for (int i = 0; i < CLIENTS; i++) peer_broadcast(clients[i], "hello");
    for (int i = 0; i < CLIENTS; i++) {
        for (int later = i + 1; later < CLIENTS; later++) {
            format_name(name, later);
            snprintf(text, sizeof text, "%s joined the chat", name);
            peer_expect_broadcast(clients[i], "SERVER", text);
        }
        for (int k = 0; k < CLIENTS; k++) {
            if (i == 0) strcpy(order[k], peer_next(clients[0])->nick);
            if (i > 0) peer_expect_broadcast(clients[i], order[k], "hello");
        }
    }
    peers_close_and_stop(d);
}

Test(server_scale, joins_and_leaves_leak_no_descriptors)
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

Test(server_scale, connections_without_a_nickname_leak_no_descriptors)
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

/* Messages that fill the socket of a client that does not read, and the ring twice. */
enum { LONG = 60000, FLOOD = 700 };

static const char *numbered(int i)
{
    static char text[LONG + 1];
    int n = snprintf(text, sizeof text, "%d ", i);
    memset(text + n, 'x', (size_t)(LONG - n));
    return text;
}

/* Sends the messages; the slow peer sends invalid packets meanwhile. */
static void flood(struct peer *sender, struct peer *reader, struct peer *slow, int invalid)
{
    for (int i = 0; i < FLOOD; i++) {
        if (i < invalid) peer_send(slow, "nonsense", NULL, "");
        peer_broadcast(sender, numbered(i));
        peer_expect_broadcast(sender, "ada", numbered(i));
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

/* Expects the flood with an announced gap of the right length, and an answer to every invalid
 * packet.
 */
static void expect_gap(struct peer *slow, int invalid)
{
    int next = 0, gaps = 0;
    while (next < FLOOD || invalid > 0) {
        const struct packet_seen *seen = peer_next(slow);
        int gap = missed(seen);
        if (gap >= 0) {
            next += gap;
            gaps++;
        } else if (strcmp(seen->nick, "SERVER") == 0) {
            cr_assert(strcmp(seen->msg, SESSION_UNEXPECTED) == 0, "%s", seen->msg);
            invalid--;
        } else {
            cr_assert_str_eq(seen->nick, "ada");
            cr_assert_str_eq(seen->msg, numbered(next));
            next++;
        }
    }
    cr_assert_eq(next, FLOOD);
    cr_assert_geq(gaps, 1, "nothing was missed: the flood is too small for this test");
}

Test(server_scale, a_client_that_stops_reading_delays_nobody_and_is_told_what_it_missed)
{
    enum { INVALID = 100 };
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *slow = peer_join(d, "slow"), *ada = peer_join(d, "ada"),
                *bob = peer_join(d, "bob");
    peer_expect_joined(slow, "ada");
    peer_expect_joined(slow, "bob");
    peer_expect_joined(ada, "bob");
    flood(ada, bob, slow, INVALID);
    expect_gap(slow, INVALID);
    peer_broadcast_to(slow, "reading again", slow, bob, ada);
    peers_close_and_stop(d);
}

/* It does not even read its own messages. */
Test(server_scale, a_client_that_only_sends_delays_nobody)
{
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join(d, "bob"),
                *unread = peer_join(d, "unread");
    peer_expect_joined(ada, "bob");
    peer_expect_joined(ada, "unread");
    peer_expect_joined(bob, "unread");
    for (int i = 0; i < 120; i++) {
        peer_broadcast(unread, numbered(i));
        peer_expect_broadcast(bob, "unread", numbered(i));
        peer_expect_broadcast(ada, "unread", numbered(i));
    }
    peer_broadcast_to(ada, "hello", bob, ada);
    peer_reset(unread);
    peer_expect_left(ada, "unread");
    peers_close_and_stop(d);
}

/* With few descriptors, so that the server is soon full. */
Test(server_scale, a_full_server_tells_new_clients_so)
{
    struct klatchd *d = klatchd_start_argv((const char *[]){
        "sh", "-c", "ulimit -n 20; exec " BUILD "/klatchd --per-address 0 127.0.0.1 0", NULL});
    struct peer *ada = peer_join(d, "ada"), *newcomer, *accepted[20];
    int count = 0;
    const struct packet_seen *seen;
    while (strcmp((seen = peer_next(newcomer = peer_connect(d)))->proto, "connect") == 0)
        accepted[count++] = newcomer;
    cr_assert_str_eq(seen->proto, "shutdown");
    cr_assert(strstr(seen->msg, "full"), "%s", seen->msg);
    peer_expect_eof(newcomer);
    for (int i = 0; i < 30; i++) peer_expect_refusal(peer_connect(d), "full");
    peer_expect_no_more(ada);

    peer_leave(accepted[0]);
    const char *greeting = "full";
    while (strstr(greeting, "full")) greeting = peer_next(peer_connect(d))->msg;
    cr_assert_str_eq(greeting, "HELLO");
    peers_close_and_stop(d);
}

#ifndef __SANITIZE_ADDRESS__ /* which delays freeing */

/* Each sends most of a long packet and closes; a later client stays. */
Test(server_scale, memory_is_released_when_clients_close)
{
    tls_client_turn_off();
    enum { UNFINISHED = 60000, KEPT_KIB = 6000, HELD_KIB = CLIENTS * (UNFINISHED / 1024) };
    struct klatchd *d = klatchd_start_with("--quiet", "--per-address", "0");
    struct peer *first = peer_connect_greeted(d), *clients[CLIENTS];
    static char bytes[UNFINISHED] = "\xFF\xFF{";
    char nick[16];
    long before = klatchd_memory(d, "RssAnon:");
    for (int i = 0; i < CLIENTS; i++) {
        snprintf(nick, sizeof nick, "ada %d", i);
        peer_send_bytes(clients[i] = peer_join(d, nick), bytes, UNFINISHED);
    }
    int64_t end = timeout_deadline();
    while (klatchd_memory(d, "RssAnon:") < before + HELD_KIB) cr_assert(timeout_retry(end));
    struct peer *last = peer_connect_greeted(d);
    for (int i = 0; i < CLIENTS; i++) peer_close(clients[i]);
    while (klatchd_memory(d, "RssAnon:") > before + KEPT_KIB)
        cr_assert(timeout_retry(end), "%ld KiB of %ld", klatchd_memory(d, "RssAnon:"), before);
    peer_expect_no_more_unnamed(first);
    peer_expect_no_more_unnamed(last);
    peers_close_and_stop(d);
}

#endif
