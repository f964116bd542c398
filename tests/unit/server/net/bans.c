#include "server/net/bans.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static struct bans all;

static bool is_banned(const char *address)
{
    struct ip from;
    cr_assert(ip_parse(&from, address), "%s", address);
    return bans_match(&all, &from);
}

static void ban(const char *text)
{
    struct cidr b;
    const char *why = bans_parse(&b, text);
    cr_assert_null(why, "%s: %s", text, why);
    cr_assert_null(bans_add(&all, &b), "%s", text);
}

static bool unban(const char *text)
{
    struct cidr b;
    cr_assert_null(bans_parse(&b, text), "%s", text);
    return bans_remove(&all, &b);
}

Test(bans, an_address_alone_and_its_neighbours_not)
{
    ban("192.0.2.7");
    cr_expect(is_banned("192.0.2.7"));
    cr_expect(is_banned("::ffff:192.0.2.7"), "the same, as a socket for both says it");
    cr_expect_not(is_banned("192.0.2.6"));
    cr_expect_not(is_banned("2001:db8::1"));
}

Test(bans, of_ipv6_a_network_of_64_bits)
{
    ban("2001:db8::7");
    cr_expect(is_banned("2001:db8::ffff:1"));
    cr_expect_not(is_banned("2001:db8:0:1::7"));
}

Test(bans, as_many_bits_as_are_given)
{
    ban("192.0.2.200/25");
    ban("2001:db8:ff00::/35");
    ban("198.51.100.8/32");
    ban("2001:db8:1::1/128");
    cr_expect(is_banned("192.0.2.128"));
    cr_expect_not(is_banned("192.0.2.127"));
    cr_expect(is_banned("2001:db8:e000::"));
    cr_expect_not(is_banned("2001:db8:d000::"));
    cr_expect(is_banned("198.51.100.8"));
    cr_expect_not(is_banned("198.51.100.9"));
    cr_expect(is_banned("2001:db8:1::1"));
    cr_expect_not(is_banned("2001:db8:1::2"));
}

Test(bans, everybody_but_this_machine)
{
    struct ip local = ip_from_sockaddr(&(struct sockaddr){.sa_family = AF_UNIX});
    ban("1.2.3.4/0");
    ban("2001:db8::/0");
    cr_expect(is_banned("203.0.113.9"));
    cr_expect(is_banned("2001:db8::9"));
    cr_expect_not(is_banned("127.0.0.1"));
    cr_expect_not(is_banned("127.9.9.9"));
    cr_expect_not(is_banned("::1"));
    cr_expect_not(bans_match(&all, &local));
}

Test(bans, this_machine_cannot_be_banned_and_nonsense_neither)
{
    static const char *const wrong[] = {
        "127.0.0.1",     "127.0.0.0/8",    "::1",          "::ffff:127.0.0.1", "",
        "bob",           "192.0.2.256",    "192.0.2.1/",   "192.0.2.1/33",     "192.0.2.1/-1",
        "192.0.2.1/1/2", "2001:db8::/129", "2001:db8::/x", "192.0.2",          " 192.0.2.1"};
    char longest[200] = "";
    struct cidr b;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_expect_not_null(bans_parse(&b, wrong[i]), "%s", wrong[i]);
    memset(longest, '1', sizeof longest - 1);
    cr_expect_not_null(bans_parse(&b, longest));
}

Test(bans, what_is_taken_out_is_banned_no_more)
{
    ban("192.0.2.7");
    ban("192.0.2.0/24");
    ban("2001:db8::1");
    cr_expect_not(unban("192.0.2.8"));
    cr_expect(unban("192.0.2.99/24"));
    cr_expect(is_banned("192.0.2.7"));
    cr_expect_not(is_banned("192.0.2.8"));
    cr_expect(unban("2001:db8::2"), "in the same network");
    cr_expect(unban("192.0.2.7"));
    cr_expect_eq(all.count, 0);
    cr_expect_not(unban("192.0.2.7"));
}

Test(bans, each_once_and_so_many_in_all)
{
    char text[32];
    struct cidr b;
    for (int i = 0; i < BANS_MAX; i++) {
        snprintf(text, sizeof text, "10.0.%d.%d", i / 256, i % 256);
        ban(text);
    }
    cr_assert_null(bans_parse(&b, "10.0.0.0"));
    cr_expect(strstr(bans_add(&all, &b), "already"));
    cr_assert_null(bans_parse(&b, "11.0.0.0"));
    cr_expect(strstr(bans_add(&all, &b), "too many"));
    cr_expect(unban("10.0.0.5"));
    cr_expect_null(bans_add(&all, &b));
}

Test(bans, they_are_written_as_they_are_read)
{
    static const char *const table[][2] = {
        {"192.0.2.7", "192.0.2.7"},       {"192.0.2.7/32", "192.0.2.7"},
        {"192.0.2.7/24", "192.0.2.0/24"}, {"0.0.0.0/0", "0.0.0.0/0"},
        {"2001:db8::7", "2001:db8::/64"}, {"2001:db8::7/128", "2001:db8::7/128"},
        {"::ffff:192.0.2.7", "192.0.2.7"}};
    char text[IP_CIDR_TEXT];
    struct cidr b;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        cr_assert_null(bans_parse(&b, table[i][0]));
        cidr_format(&b, text);
        cr_expect_str_eq(text, table[i][1]);
    }
}

Test(bans, where_a_socket_comes_from)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr("192.0.2.7")};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    char text[IP_TEXT];
    struct ip o = ip_from_sockaddr((struct sockaddr *)&v4);
    ip_format(&o, text);
    cr_expect_str_eq(text, "192.0.2.7");
    cr_expect_not(o.is_local);
    o = ip_from_sockaddr((struct sockaddr *)&v6);
    ip_format(&o, text);
    cr_expect_str_eq(text, "::1");
    cr_expect(o.is_local);
    o = ip_from_sockaddr(&(struct sockaddr){.sa_family = AF_UNIX});
    ip_format(&o, text);
    cr_expect_str_eq(text, "unix");
}
