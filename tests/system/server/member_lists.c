/* The member list: what it contains while members come and go, and what it costs the server and the
 * others when clients ask for it and do not read it, or ask too often. */
#include "server/room/session.h"
#include "tests/system/support/files.h"
#include "tests/system/support/network_namespace.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <linux/sockios.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { CROWD = 300, LONG = 64 /* bytes of the longest nicknames */ };

static void join_crowd(struct peer *crowd[], int n, const struct klatchd *d)
{
    for (int i = 0; i < n; i++) crowd[i] = peer_join(d, peer_long_nick(i));
}

/* -- reading a list -- */

struct names {
    size_t count;
    char text[1024][LONG + 1];
};

static void add_names(struct names *all, const char *msg)
{
    while (*msg) {
        size_t n = strcspn(msg, "\n");
        cr_assert(n <= LONG && all->count < sizeof all->text / sizeof *all->text);
        memcpy(all->text[all->count], msg, n);
        all->text[all->count++][n] = '\0';
        msg += n + (msg[n] == '\n');
    }
}

/* Reads the rest of a list, up to the end or the first packet that is not one of it. */
static void read_list_from(struct peer *p, const struct packet_seen *seen, struct names *all)
{
    all->count = 0;
    for (; seen && strcmp(seen->proto, "who") == 0; seen = peer_next_or_end(p))
        add_names(all, seen->msg);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void expect_same(struct names *seen, struct names *expected)
{
    qsort(seen->text, seen->count, sizeof *seen->text, by_text);
    qsort(expected->text, expected->count, sizeof *expected->text, by_text);
    for (size_t i = 0; i < seen->count && i < expected->count; i++)
        cr_assert_str_eq(seen->text[i], expected->text[i]);
    cr_assert_eq(seen->count, expected->count);
}

/* -- a list is correct -- */

/* The guests, whose nicknames are model[1] and so on; "" if one is not in the room. */
enum { GUESTS = 60, ROUNDS = 400 };
static struct peer *guests[GUESTS];
static struct names seen, expected;
static char model[GUESTS][LONG + 1];

static const struct packet_seen *skip_to(struct peer *p, const char *proto)
{
    const struct packet_seen *packet = peer_next(p);
    while (strcmp(packet->proto, proto) != 0) packet = peer_next(p);
    return packet;
}

static void leave(struct peer *p)
{
    peer_send(p, "goodbye", NULL, "BYE");
    while (peer_next_or_end(p)) continue;
    peer_close(p);
}

/* Lets a guest join, change its nickname or leave, and waits until it has. */
static void change_guest(const struct klatchd *d, int i, int round, bool leaves)
{
    const char *nick = peer_long_nick(round);
    if (guests[i] && leaves) {
        leave(guests[i]);
        guests[i] = NULL;
        nick = "";
    } else if (guests[i]) {
        peer_send(guests[i], "verify", NULL, nick);
        skip_to(guests[i], "ready");
    } else {
        guests[i] = peer_join(d, nick);
    }
    strcpy(model[i], nick);
}

static void expect_model(void)
{
    expected.count = 0;
    add_names(&expected, "ada");
    for (int i = 0; i < GUESTS; i++) add_names(&expected, model[i]);
    expect_same(&seen, &expected);
}

Test(server_member_lists, a_list_is_correct_while_members_join_rename_and_leave)
{
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *ada = peer_join(d, "ada");
    unsigned dice = 12345;
    for (int round = 0; round < ROUNDS; round++) {
        dice = dice * 1103515245 + 12345;
        change_guest(d, (int)(dice >> 16) % GUESTS, round, dice >> 8 & 1);
        peer_send(ada, "who", NULL, "");
        peer_broadcast(ada, "the end of the list");
        read_list_from(ada, skip_to(ada, "who"), &seen);
        expect_model();
    }
    peers_close_and_stop(d);
}

/* -- askers that do not read -- */

/* Waits until the server has read all that these clients sent over their unix sockets. */
static void wait_until_read(struct peer *crowd[], int n)
{
    int64_t end = timeout_deadline();
    for (int i = 0; i < n; i++) {
        int unread = 1;
        while (ioctl(peer_fd(crowd[i]), SIOCOUTQ, &unread) == 0 && unread > 0)
            cr_assert(timeout_retry(end), "klatchd does not read");
    }
}

static void expect_crowd(struct peer *p)
{
    read_list_from(p, skip_to(p, "who"), &seen);
    expected.count = 0;
    add_names(&expected, "ada\nbob");
    for (int i = 0; i < CROWD; i++) add_names(&expected, peer_long_nick(i));
    expect_same(&seen, &expected);
}

/* Their sockets are full, so the lists cannot be sent. */
Test(server_member_lists, the_lists_of_clients_that_do_not_read_need_little_memory)
{
    enum { GROWTH = 1024 /* KiB; a copy for each would need six times as much */ };
    static struct peer *crowd[CROWD];
    char folder[FILES_PATH], address[FILES_PATH];
    files_create_folder(folder);
    files_address(address, folder, "room");
    struct klatchd *d = klatchd_start_at("--quiet", "--per-address", "0", address);
    join_crowd(crowd, CROWD, d);
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    peer_flood(ada, 400, 1000);
    for (int i = 0; i < 400; i++) peer_next(bob);
    long before = klatchd_memory(d, "RssAnon:");
    for (int i = 0; i < CROWD; i++) peer_send(crowd[i], "who", NULL, "");
    wait_until_read(crowd, CROWD);
    peer_broadcast_to(ada, "after all have asked", ada, bob);
    long after = klatchd_memory(d, "RssAnon:");
    cr_expect_lt(after - before, GROWTH, "from %ld to %ld KiB", before, after);
    for (int i = 0; i < CROWD; i++) expect_crowd(crowd[i]);
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
    files_remove_empty(folder);
}

/* The server reads the question and the message together, so the message waits for the list.
 * Nothing comes after it. */
Test(server_member_lists, a_message_follows_a_long_list_at_once)
{
    static struct peer *crowd[CROWD];
    struct klatchd *d = klatchd_start_with("--quiet", "--per-address", "0");
    join_crowd(crowd, CROWD, d);
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    klatchd_signal(d, SIGSTOP);
    peer_send(ada, "who", NULL, "");
    peer_broadcast(bob, "hello");
    klatchd_signal(d, SIGCONT);
    expect_crowd(ada);
    peer_expect_broadcast(bob, "bob", "hello");
    peers_close_and_stop(d);
}

Test(server_member_lists, a_client_that_asks_and_says_goodbye_receives_the_whole_list)
{
    static struct peer *crowd[CROWD];
    struct klatchd *d = klatchd_start_with("--quiet", "--per-address", "0");
    join_crowd(crowd, CROWD, d);
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    peer_send(bob, "who", NULL, "");
    peer_send(bob, "goodbye", NULL, "BYE");
    expect_crowd(bob);
    peer_expect_left(ada, "bob");
    peers_close_and_stop(d);
}

/* -- limits -- */

/* Asks, and reads the whole list of this many members. Returns its size; 0: it was refused. */
static size_t ask(struct peer *p, size_t members)
{
    size_t count = 0, size = 0;
    peer_send(p, "who", NULL, "");
    while (count < members) {
        const struct packet_seen *packet = peer_next(p);
        bool is_list = strcmp(packet->proto, "who") == 0;
        if (!is_list && strcmp(packet->msg, SESSION_LIST_LIMIT) == 0) return 0;
        if (!is_list) continue;
        size += packet->msg_len;
        count++;
        for (const char *c = packet->msg; *c; c++) count += *c == '\n';
    }
    return size;
}

/* What an address may receive at once, what it may receive per second, and what a client may, in
 * KiB; see klatchd(8). */
enum { ADDRESS_BURST = 32 * 1024, ADDRESS_RATE = 1024, CLIENT_BURST = 256, CLIENT_RATE = 64 };

static double seconds_since(int64_t start)
{
    return (double)(timeout_deadline() - start) / 1000;
}

/* First each client reaches its own limit, then all together that of their address. */
Test(server_member_lists, an_address_whose_clients_ask_too_often_is_refused_and_others_are_not)
{
    enum { CLIENTS = 250 };
    static struct peer *crowd[CLIENTS];
    static const char other[] = "2001:db8::1";
    network_namespace_enter();
    network_namespace_add_ipv6(other);
    struct klatchd *d = klatchd_start_at("--quiet", "--connect-rate", "0", "*", "0");
    for (int i = 0; i < CLIENTS; i++) {
        crowd[i] = peer_connect_to(remote_address, d->port);
        peer_next(crowd[i]);
        peer_take_nick(crowd[i], peer_long_nick(i));
    }
    struct peer *eve = peer_connect_to(other, d->port);
    peer_next(eve);
    peer_take_nick(eve, "eve");
    int64_t start = timeout_deadline();
    double all = 0;
    int refused_at_once = 0;
    for (int i = 0; i < CLIENTS; i++) {
        size_t size, received = 0;
        while ((size = ask(crowd[i], CLIENTS + 1)) > 0) received += size;
        double most = CLIENT_BURST + CLIENT_RATE * seconds_since(start) + 20;
        cr_assert_leq((double)received / 1024, most, "client %d: %zu bytes", i, received);
        refused_at_once += received == 0;
        all += (double)received / 1024;
    }
    cr_expect_gt(refused_at_once, 0, "the limit of the address was not reached");
    cr_expect_geq(all, ADDRESS_BURST * 0.9);
    cr_expect_leq(all, ADDRESS_BURST + ADDRESS_RATE * seconds_since(start) + 20);
    cr_expect_gt(ask(eve, CLIENTS + 1), 0, "another address is refused");
    peer_broadcast(crowd[0], "still here");
    while (strcmp(peer_next(crowd[1])->msg, "still here") != 0) continue;
    peers_close_and_stop(d);
}
