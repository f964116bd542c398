/* The limits of networks, and which client makes place in a full server. */
#include "server/net/admission.h"
#include "server/net/connection.h"
#include "tests/system/support/network_namespace.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/tls_client.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const char server_address[] = "2001:db8:ffff::1";

/* Connects from any address of the networks below. */
static struct peer *connect_from(const struct klatchd *d, const char *address)
{
    struct sockaddr_in6 from = {.sin6_family = AF_INET6}, to = from;
    cr_assert_eq(inet_pton(AF_INET6, address, &from.sin6_addr), 1, "%s", address);
    inet_pton(AF_INET6, server_address, &to.sin6_addr);
    to.sin6_port = htons((uint16_t)strtol(d->port, NULL, 10));
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &(int){1}, sizeof(int));
    cr_assert_eq(bind(fd, (struct sockaddr *)&from, sizeof from), 0, "%s: %s", address,
                 strerror(errno));
    cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0, "%s", strerror(errno));
    return peer_new(fd, address);
}

static struct peer *join_from(const struct klatchd *d, const char *address, const char *nick)
{
    struct peer *p = connect_from(d, address);
    peer_expect(p, "connect", "SERVER", "HELLO");
    peer_take_nick(p, nick);
    return p;
}

static struct klatchd *start(const char *max_connections)
{
    network_namespace_enter();
    network_namespace_add_ipv6(server_address);
    network_namespace_add_network("2001:db8::/32");
    return klatchd_start_at("--quiet", "--max-connections", max_connections, "--connect-rate", "0",
                            server_address, "0");
}

/* Connects from the i-th /64 of a /48 until a connection is refused. Returns how many were not. */
static int fill(const struct klatchd *d, const char *network, int most)
{
    char address[64];
    for (int i = 0; i < most; i++) {
        snprintf(address, sizeof address, "%s:%x::1", network, i);
        if (strcmp(peer_next(connect_from(d, address))->proto, "connect") != 0) return i;
    }
    return most;
}

/* -- two machines of one /64 -- */

Test(server_network_limits, the_neighbour_of_a_machine_that_connects_too_fast_joins)
{
    tls_client_turn_off();
    network_namespace_enter();
    int attacker = network_namespace_add_machine("2001:db8::a/64");
    int neighbour = network_namespace_add_machine("2001:db8::b/64");
    struct klatchd *d = klatchd_start_at("--quiet", lan_address, "0");
    network_namespace_go(attacker);
    while (strcmp(peer_next(peer_connect(d))->proto, "connect") == 0) continue;
    peer_expect_refusal(peer_connect(d), ADMISSION_TOO_FAST);
    network_namespace_go(neighbour);
    peer_join(d, "ada");
    peers_close_and_stop(d);
}

Test(server_network_limits, the_neighbour_of_a_machine_with_all_its_connections_joins)
{
    tls_client_turn_off();
    int connections = 0;
    network_namespace_enter();
    int attacker = network_namespace_add_machine("2001:db8::a/64");
    int neighbour = network_namespace_add_machine("2001:db8::b/64");
    struct klatchd *d = klatchd_start_at("--quiet", "--connect-rate", "0", lan_address, "0");
    network_namespace_go(attacker);
    while (strcmp(peer_next(peer_connect(d))->proto, "connect") == 0) connections++;
    cr_expect_eq(connections, 256);
    peer_expect_refusal(peer_connect(d), ADMISSION_TOO_MANY);
    network_namespace_go(neighbour);
    peer_join(d, "ada");
    peers_close_and_stop(d);
}

/* -- a /48 of attackers -- */

Test(server_network_limits, a_network_of_48_bits_leaves_places_for_everybody_else)
{
    tls_client_turn_off();
    enum { PLACES = 100, OTHERS = 25 };
    struct klatchd *d = start("100");
    char address[64], nick[16];
    cr_expect_eq(fill(d, "2001:db8:1", PLACES), PLACES - OTHERS);
    for (int i = 0; i < OTHERS; i++) {
        snprintf(address, sizeof address, "2001:db8:%x::1", 0x100 + i);
        snprintf(nick, sizeof nick, "guest %d", i);
        join_from(d, address, nick);
    }
    peers_close_and_stop(d);
}

Test(server_network_limits, attackers_without_nicknames_make_place_in_a_full_server)
{
    tls_client_turn_off();
    enum { PLACES = 40 };
    struct klatchd *d = start("40");
    struct peer *ada = join_from(d, "2001:db8:1:ffff::1", "ada");
    struct peer *first = connect_from(d, "2001:db8:1:f0::1");
    peer_expect(first, "connect", "SERVER", "HELLO");
    cr_expect_eq(fill(d, "2001:db8:1", PLACES), PLACES * 3 / 4 - 2);
    cr_expect_eq(fill(d, "2001:db8:2", PLACES / 4), PLACES / 4);
    struct peer *bob = join_from(d, "2001:db8:3::1", "bob");
    peer_expect_joined(ada, "bob");
    peer_expect_refusal(first, CONN_DISPLACED);
    peer_broadcast_to(ada, "hello", ada, bob);
    peers_close_and_stop(d);
}

/* Members that were not idle for a minute keep their places. */
Test(server_network_limits, members_who_talk_make_place_for_nobody)
{
    tls_client_turn_off();
    enum { PLACES = 4 };
    static const char *const addresses[PLACES] = {"2001:db8:1::1", "2001:db8:1:1::1",
                                                  "2001:db8:1:2::1", "2001:db8:2::1"};
    static const char *const nicks[PLACES] = {"ada", "bob", "eve", "joe"};
    struct klatchd *d = start("4");
    for (int i = 0; i < PLACES; i++) join_from(d, addresses[i], nicks[i]);
    peer_expect_refusal(connect_from(d, "2001:db8:3::1"), ADMISSION_FULL);
    peers_close_and_stop(d);
}
