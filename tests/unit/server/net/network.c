#include "server/net/network.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { MANY = 1000000, PER_ADDRESS = 10 };

static struct networks all;
static struct limits limits = {.per_address = PER_ADDRESS,
                               .charge[CHARGE_CONNECTS] = {.step = 100000, .slack = 400000}};

static void init(void)
{
    networks_init(&all);
}

static void fini(void)
{
    networks_deinit(&all);
}

TestSuite(server_networks, .init = init, .fini = fini);

static struct network *find(const char *address)
{
    struct ip ip;
    cr_assert_null(ip_parse(&ip, address), "%s", address);
    struct network *n = networks_find(&all, &ip, &limits, 0);
    cr_assert(n, "%s", address);
    return n;
}

/* Connects until a network is full, or n times. Returns how many were let in. */
static int join(const char *address, int n, int max)
{
    struct network *from = find(address);
    int added = 0;
    for (; added < n && !network_find_full(from, max); added++) network_add_connection(&all, from);
    return added;
}

/* Connects from addresses with a number between two texts, until they are refused. */
static int join_all(const char *before, const char *after, int max)
{
    char address[IP_TEXT];
    int added = 0;
    for (int i = 0; i < 100; i++) {
        snprintf(address, sizeof address, "%s%d%s", before, i, after);
        added += join(address, PER_ADDRESS, max);
    }
    return added;
}

Test(server_networks, an_ipv4_network_of_24_bits_has_eight_addresses_worth)
{
    cr_expect_eq(join("192.0.2.1", MANY, MANY), PER_ADDRESS);
    cr_expect_eq(join_all("192.0.2.", "", MANY), 7 * PER_ADDRESS);
    cr_expect_eq(join("192.0.3.1", MANY, MANY), PER_ADDRESS);
}

Test(server_networks, an_ipv6_network_has_more_the_larger_it_is)
{
    cr_expect_eq(join("2001:db8::1", MANY, MANY), PER_ADDRESS);
    cr_expect_eq(join_all("2001:db8::2:", "", MANY), 3 * PER_ADDRESS, "/64");
    cr_expect_eq(join_all("2001:db8:0:", "::1", MANY), 4 * PER_ADDRESS, "/56");
    cr_expect_eq(join_all("2001:db8:0:", "00::1", MANY), 8 * PER_ADDRESS, "/48");
    cr_expect_eq(join("2001:db8:1::1", MANY, MANY), PER_ADDRESS, "another /48");
}

Test(server_networks, the_neighbour_of_an_address_with_all_its_connections_has_its_own)
{
    cr_expect_eq(join("2001:db8::1", MANY, MANY), PER_ADDRESS);
    cr_expect_eq(join("2001:db8::2", MANY, MANY), PER_ADDRESS);
}

Test(server_networks, no_network_has_all_places_and_no_address_has_more_than_half)
{
    enum { PLACES = 16 };
    cr_expect_eq(join("192.0.2.1", MANY, PLACES), PLACES / 2);
    cr_expect_eq(join_all("192.0.2.", "", PLACES), PLACES / 4);
    cr_expect_eq(join_all("2001:db8::", "", PLACES), PLACES * 3 / 4);
    cr_expect_eq(join_all("2001:db8:1:", "::1", PLACES), PLACES * 3 / 4);
}

Test(server_networks, the_only_place_is_for_anybody)
{
    cr_expect_eq(join("192.0.2.1", MANY, 1), 1);
}

Test(server_networks, a_link_local_network_is_that_of_its_interface)
{
    cr_expect_eq(join_all("fe80::", "%2", MANY), 4 * PER_ADDRESS);
    cr_expect_eq(join("fe80::1%3", MANY, MANY), PER_ADDRESS);
}

Test(server_networks, a_connection_that_ends_makes_place_in_each_network)
{
    struct network *n = find("2001:db8::1");
    join_all("2001:db8::", "", MANY);
    cr_expect_eq(join("2001:db8::ffff", MANY, MANY), 0);
    network_remove_connection(&all, n, 0);
    cr_expect_eq(join("2001:db8::ffff", MANY, MANY), 1);
}

Test(server_networks, a_network_is_charged_for_each_address_in_it)
{
    struct network *n = find("2001:db8::1"), *neighbour = find("2001:db8::2");
    struct network *other = find("2001:db8:0:1::1");
    network_charge(n, CHARGE_CONNECTS, 5, 1000);
    cr_expect_not(network_allows(n, CHARGE_CONNECTS, 1000));
    cr_expect_not(network_allows(n, CHARGE_CONNECTS, 1099));
    cr_expect(network_allows(n, CHARGE_CONNECTS, 1100));
    cr_expect(network_allows(neighbour, CHARGE_CONNECTS, 1000));
    network_charge(neighbour, CHARGE_CONNECTS, 15, 1000);
    cr_expect_not(network_allows(find("2001:db8::3"), CHARGE_CONNECTS, 1000), "the /64 is charged");
    cr_expect(network_allows(other, CHARGE_CONNECTS, 1000), "and the /56 has more");
}

/* A neighbour is in the same network, which has one turn at a time. */
Test(server_networks, connections_that_wait_for_a_charge_continue_in_turns)
{
    struct network *n = find("192.0.2.1"), *neighbour = find("192.0.2.2");
    cr_expect(network_take_turn(n, CHARGE_CONNECTS, 1000));
    cr_expect_not(network_take_turn(n, CHARGE_CONNECTS, 1000));
    cr_expect_not(network_take_turn(neighbour, CHARGE_CONNECTS, 1000));
    cr_expect(network_take_turn(find("192.0.3.1"), CHARGE_CONNECTS, 1000));
    cr_expect(network_take_turn(neighbour, CHARGE_CONNECTS, 1001));
    network_charge(n, CHARGE_CONNECTS, 100, 1001);
    cr_expect_not(network_take_turn(n, CHARGE_CONNECTS, 1002));
    cr_expect(network_take_turn(find("192.0.3.1"), CHARGE_CONNECTS, 1002));
}

Test(server_networks, without_a_rate_no_connection_waits_for_its_turn)
{
    struct network *n = find("192.0.2.1");
    cr_expect(network_take_turn(n, CHARGE_INPUT, 1000));
    cr_expect(network_take_turn(n, CHARGE_INPUT, 1000));
    cr_expect(network_take_turn(NULL, CHARGE_CONNECTS, 1000));
}

Test(server_networks, new_limits_fill_the_buckets)
{
    struct network *n = find("192.0.2.1");
    network_charge(n, CHARGE_CONNECTS, 100, 1000);
    networks_reset_charges(&all);
    cr_expect(network_allows(n, CHARGE_CONNECTS, 1000));
}

Test(server_networks, what_is_idle_is_forgotten_from_the_address_to_the_largest_network)
{
    const struct ip here = {.is_local = true};
    struct network *n = find("2001:db8::1");
    network_add_connection(&all, n);
    cr_expect_eq(all.count, 4);
    networks_find(&all, &here, &limits, 1000000);
    cr_expect_eq(all.count, 5, "a network with a connection stays");
    network_remove_connection(&all, n, 1000000);
    networks_find(&all, &here, &limits, 2000000);
    networks_find(&all, &here, &limits, 2000000);
    cr_expect_eq(all.count, 1);
}

/* -- which network makes place -- */

static const struct network *largest_for(const char *address)
{
    return networks_find_largest(&all, NULL, find(address));
}

Test(server_networks, the_address_with_the_most_connections_makes_place)
{
    join("192.0.2.1", 9, MANY);
    join("192.0.2.2", 3, MANY);
    join("198.51.100.1", 5, MANY);
    join("2001:db8::1", 4, MANY);
    cr_expect_eq(largest_for("203.0.113.1"), find("192.0.2.1"));
    cr_expect_eq(largest_for("198.51.100.1"), find("192.0.2.1"));
    cr_expect_eq(largest_for("192.0.2.3"), find("192.0.2.1"), "in its own network");
    cr_expect_null(largest_for("192.0.2.1"), "not its own address");
}

Test(server_networks, a_network_with_half_as_many_makes_place_for_nobody)
{
    join("192.0.2.1", 5, MANY);
    join("198.51.100.1", 2, MANY);
    cr_expect_null(largest_for("198.51.100.1"));
    join("192.0.2.1", 1, MANY);
    cr_expect_eq(largest_for("198.51.100.1"), find("192.0.2.1"));
}

Test(server_networks, many_addresses_of_one_network_make_place_together)
{
    for (int i = 0; i < 3; i++) join_all("2001:db8::", "", MANY);
    const struct network *largest = largest_for("192.0.2.1");
    cr_expect(network_contains(largest, find("2001:db8::1")));
    cr_expect(network_contains(largest, find("2001:db8::2")));
    cr_expect_not(network_contains(largest, find("2001:db8:0:1::1")));
    cr_expect_not(network_contains(largest, find("192.0.2.1")));
}

Test(server_networks, the_largest_is_known_after_others_leave)
{
    struct network *n = find("192.0.2.1");
    join("192.0.2.1", 9, MANY);
    join("198.51.100.1", 4, MANY);
    for (int i = 0; i < 9; i++) network_remove_connection(&all, n, 0);
    cr_expect_eq(largest_for("203.0.113.1"), find("198.51.100.1"));
}
