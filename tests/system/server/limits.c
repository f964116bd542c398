/* Limits for connections and messages, and what a client beyond them is told. */
#include "server/net/acceptor.h"
#include "server/net/admission.h"
#include "tests/system/support/network_namespace.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"
#include "tests/system/support/tls_client.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

Test(server_limits, connections_are_limited)
{
    struct klatchd *d = klatchd_start_with("--max-connections", "2", "--per-address", "0");
    struct peer *ada = peer_join(d, "ada"), *bob = peer_connect_greeted(d);
    for (int i = 0; i < 5; i++) peer_expect_refusal(peer_connect(d), ADMISSION_FULL);
    klatchd_wait_log(d, ACCEPTOR_REJECTED("127.0.0.1 port"));
    peer_leave(bob);
    const char *greeting = ADMISSION_FULL;
    while (strstr(greeting, ADMISSION_FULL)) greeting = peer_next(peer_connect(d))->msg;
    cr_assert_str_eq(greeting, "HELLO");
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

Test(server_limits, connections_of_an_address_are_limited)
{
    struct klatchd *d = klatchd_start_with("--per-address", "2");
    struct peer *ada = peer_join(d, "ada"), *bob = peer_connect_greeted(d);
    for (int i = 0; i < 5; i++) peer_expect_refusal(peer_connect(d), ADMISSION_TOO_MANY);
    size_t full = klatchd_descriptors(d);
    peer_leave(bob);
    klatchd_expect_descriptors(d, full - 1);
    peer_close(peer_connect_greeted(d));
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

Test(server_limits, new_connections_of_an_address_are_limited)
{
    struct klatchd *d = klatchd_start_with("--connect-rate", "1");
    struct peer *ada = peer_join(d, "ada");
    const struct packet_seen *seen;
    int greeted = 1;
    while (strcmp((seen = peer_next(peer_connect(d)))->proto, "connect") == 0) greeted++;
    cr_assert_geq(greeted, 5);
    cr_assert_str_eq(seen->proto, "shutdown");
    cr_assert(strstr(seen->msg, ADMISSION_TOO_FAST), "%s", seen->msg);
    int64_t end = timeout_deadline();
    while (strcmp(peer_next(peer_connect(d))->proto, "connect") != 0) cr_assert(timeout_retry(end));
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

/* A burst is spread over time: nothing is lost, and another member's message comes in between. */
Test(server_limits, messages_above_the_rate_are_delivered_later)
{
    enum { BURST = 5, MESSAGES = 40 };
    struct klatchd *d = klatchd_start_with("--rate", "20/5");
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join(d, "bob");
    char text[16];
    peer_expect_joined(ada, "bob");
    for (int i = 0; i < MESSAGES; i++) {
        snprintf(text, sizeof text, "%d", i);
        peer_broadcast(bob, text);
    }
    peer_half_close(bob);
    peer_broadcast(ada, "in between");
    int received = 0, before = -1;
    while (received < MESSAGES) {
        const struct packet_seen *seen = peer_next(ada);
        snprintf(text, sizeof text, "%d", received);
        if (strcmp(seen->nick, "ada") == 0) {
            before = received;
        } else {
            cr_assert_str_eq(seen->nick, "bob");
            cr_assert_str_eq(seen->msg, text);
            received++;
        }
    }
    cr_assert(before >= 0 && before < MESSAGES, "ada waited for %d of bob's messages", before);
    peer_expect_left(ada, "bob");
    peers_close_and_stop(d);
}

/* Sends this many messages of `size` bytes, each with its number, and closes. */
static void send_numbered(struct peer *p, int messages, size_t size)
{
    static char text[1 << 16];
    memset(text, 'x', size);
    for (int i = 0; i < messages; i++) {
        text[snprintf(text, sizeof text, "%d", i)] = ' ';
        text[size] = '\0';
        peer_broadcast(p, text);
    }
    peer_half_close(p);
}

/* Receives these messages in their order. Returns how many came before "in between". */
static int receive_numbered(struct peer *p, const char *nick, int messages, size_t size)
{
    int before = -1;
    for (int received = 0; received < messages;) {
        const struct packet_seen *seen = peer_next(p);
        if (strcmp(seen->msg, "in between") == 0) before = received;
        if (strcmp(seen->nick, nick) != 0) continue;
        cr_assert_eq(atoi(seen->msg), received);
        cr_assert_eq(seen->msg_len, size);
        received++;
    }
    return before;
}

/* The first messages fit into the burst. */
Test(server_limits, bytes_above_the_rate_are_delivered_later)
{
    enum { MESSAGES = 20, SIZE = 60000 };
    struct klatchd *d = klatchd_start_with("--byte-rate", "512K/128K", "--quiet");
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    send_numbered(bob, MESSAGES, SIZE);
    peer_broadcast(ada, "in between");
    int before = receive_numbered(ada, "bob", MESSAGES, SIZE);
    cr_assert(before >= 0 && before < MESSAGES, "ada waited for %d of bob's messages", before);
    peer_expect_left(ada, "bob");
    peers_close_and_stop(d);
}

Test(server_limits, a_client_may_paste_100_kb_at_once_by_default)
{
    enum { SIZE = 51200 };
    network_namespace_enter();
    struct klatchd *d = klatchd_start_at("--quiet", remote_address, "0");
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    send_numbered(bob, 2, SIZE);
    cr_expect_eq(receive_numbered(ada, "bob", 2, SIZE), -1);
    peer_expect_left(ada, "bob");
    peers_close_and_stop(d);
}

Test(server_limits, the_rate_also_limits_clients_without_a_nickname)
{
    struct klatchd *d = klatchd_start_with("--rate", "50/3");
    struct peer *p = peer_connect_greeted(d);
    for (int i = 0; i < 20; i++) peer_send(p, "verify", NULL, "");
    for (int i = 0; i < 20; i++) peer_expect(p, "retry", "SERVER", "RETRY");
    peer_take_nick(p, "ada");
    peers_close_and_stop(d);
}

/* The limit is lowered after klatchd has started. */
Test(server_limits, without_descriptors_new_clients_are_refused_and_others_stay)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_connect_greeted(d);
    struct rlimit limit = {20, 20};
    cr_assert(prlimit(d->pid, RLIMIT_NOFILE, &limit, NULL) == 0, "prlimit");
    while (strcmp(peer_next(peer_connect(d))->proto, "connect") == 0) continue;
    for (int i = 0; i < 100; i++) peer_expect_refusal(peer_connect(d), ADMISSION_FULL);
    size_t inside = klatchd_descriptors(d);
    peer_expect_no_more(ada);
    peer_leave(bob);
    klatchd_expect_descriptors(d, inside - 1);
    int64_t end = timeout_deadline();
    while (strcmp(peer_next(peer_connect(d))->proto, "connect") != 0) cr_assert(timeout_retry(end));
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

/* Sends messages until the socket is full. */
static void flood(struct peer *p)
{
    static const char frame[] = "\0\050{\"nick\":\"\",\"msg\":\"\",\"proto\":\"broadcast\"}";
    static size_t at;
    ssize_t n;
    while ((n = send(peer_fd(p), frame + at, sizeof frame - 1 - at, MSG_DONTWAIT | MSG_NOSIGNAL)) >
           0)
        at = (at + (size_t)n) % (sizeof frame - 1);
}

static void expect_during_flood(struct peer *p, const char *text)
{
    const struct packet_seen *seen = peer_next(p);
    while (strcmp(seen->nick, "eve") == 0) seen = peer_next(p);
    cr_assert_str_eq(seen->nick, "ada");
    cr_assert_str_eq(seen->msg, text);
}

Test(server_limits, a_flooding_client_delays_nobody)
{
    tls_client_turn_off();
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join(d, "bob"), *eve = peer_join(d, "eve");
    char text[16];
    peer_expect_joined(ada, "bob");
    peer_expect_joined(ada, "eve");
    peer_expect_joined(bob, "eve");
    for (int i = 0; i < 200; i++) {
        flood(eve);
        snprintf(text, sizeof text, "%d", i);
        peer_broadcast(ada, text);
        expect_during_flood(ada, text);
        expect_during_flood(bob, text);
    }
    peer_reset(eve);
    peers_close_and_stop(d);
}

Test(server_limits, remote_addresses_are_limited_by_default)
{
    enum { DEFAULT = 100 };
    network_namespace_enter();
    struct klatchd *d = klatchd_start_at(remote_address, "0");
    struct peer *ada = peer_join(d, "ada");
    for (int i = 1; i < DEFAULT; i++) peer_close(peer_connect_greeted(d));
    int64_t end = timeout_deadline();
    while (strcmp(peer_next(peer_connect(d))->proto, "connect") == 0) cr_assert(timeout_retry(end));
    peer_expect_no_more(ada);
    peers_close_and_stop(d);

    d = klatchd_start_at("--connect-rate", "0", "--per-address", "0", remote_address, "0");
    for (int i = 0; i < 3 * DEFAULT; i++) peer_connect_greeted(d);
    peers_close_and_stop(d);
}

Test(server_limits, another_protocol_is_named_to_the_client_and_in_the_log)
{
    struct klatchd *d = klatchd_start();
    struct peer *p = peer_connect_greeted(d);
    peer_send_bytewise(p, "GET / HTTP/1.1\r\n", 16);
    peer_expect_refusal(p, "HTTP");
    klatchd_wait_log(d, "HTTP");
    p = peer_connect_greeted(d);
    peer_send_bytes(p, "\x16\x03\x01\x02\x05\x01\x00\x02\x01\x03\x03", 11);
    peer_expect_refusal(p, "looks like TLS");
    klatchd_wait_log(d, "looks like TLS");
    peers_close_and_stop(d);
}
