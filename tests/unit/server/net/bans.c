#include "server/net/bans.h"

#include "tests/count.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct bans all;

static bool is_banned(const char *address)
{
    struct ip from;
    cr_assert_null(ip_parse(&from, address), "%s", address);
    return bans_match(&all, &from);
}

static void ban(const char *text)
{
    struct ban b;
    const char *why = bans_parse(&b, text);
    cr_assert_null(why, "%s: %s", text, why);
    cr_assert_null(bans_add(&all, &b), "%s", text);
}

static bool unban(const char *text)
{
    struct ban b;
    cr_assert_null(bans_parse(&b, text), "%s", text);
    return bans_remove(&all, &b);
}

#define expect_banned(...)                                                                         \
    for (const char *const *address = STRINGS(__VA_ARGS__); *address; address++)                   \
    cr_expect(is_banned(*address), "%s", *address)
#define expect_not_banned(...)                                                                     \
    for (const char *const *address = STRINGS(__VA_ARGS__); *address; address++)                   \
    cr_expect_not(is_banned(*address), "%s", *address)

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
    expect_banned("192.0.2.128", "2001:db8:e000::", "198.51.100.8", "2001:db8:1::1");
    expect_not_banned("192.0.2.127", "2001:db8:d000::", "198.51.100.9", "2001:db8:1::2");
}

Test(bans, everybody_but_this_machine)
{
    struct ip local = ip_from_sockaddr(&(struct sockaddr){.sa_family = AF_UNIX});
    ban("1.2.3.4/0");
    ban("2001:db8::/0");
    expect_banned("203.0.113.9", "2001:db8::9");
    expect_not_banned("127.0.0.1", "127.9.9.9", "::1");
    cr_expect_not(bans_match(&all, &local));
}

static bool is_user_banned(uint32_t user)
{
    return bans_match(&all, &(struct ip){.is_local = true, .is_unix = true, .user = user});
}

Test(bans, a_user_of_a_unix_socket)
{
    ban("uid:1000");
    cr_expect(is_user_banned(1000));
    cr_expect_not(is_user_banned(1001));
    cr_expect_not(is_user_banned(IP_NO_USER));
    expect_not_banned("127.0.0.1", "192.0.2.1");
    cr_expect(unban("uid:1000"));
    cr_expect_not(is_user_banned(1000));
}

Test(bans, what_cannot_be_banned_is_explained)
{
    static const char *const rows[][2] = {{"127.0.0.1", BANS_THIS_MACHINE},
                                          {"127.0.0.0/8", BANS_THIS_MACHINE},
                                          {"::1", BANS_THIS_MACHINE},
                                          {"::ffff:127.0.0.1", BANS_THIS_MACHINE},
                                          {"", IP_NOT_AN_ADDRESS},
                                          {"bob", IP_NOT_AN_ADDRESS},
                                          {"192.0.2.256", IP_NOT_AN_ADDRESS},
                                          {"192.0.2", IP_NOT_AN_ADDRESS},
                                          {" 192.0.2.1", IP_NOT_AN_ADDRESS},
                                          {"%2", IP_NOT_AN_ADDRESS},
                                          {"[fe80::1]", IP_NOT_AN_ADDRESS},
                                          {"192.0.2.1/", IP_NOT_BITS_V4},
                                          {"192.0.2.1/33", IP_NOT_BITS_V4},
                                          {"192.0.2.1/-1", IP_NOT_BITS_V4},
                                          {"192.0.2.1/1/2", IP_NOT_BITS_V4},
                                          {"::ffff:192.0.2.1/129", IP_NOT_BITS_V6},
                                          {"2001:db8::/129", IP_NOT_BITS_V6},
                                          {"2001:db8::/x", IP_NOT_BITS_V6},
                                          {"fe80::1%", IP_NOT_A_SCOPE},
                                          {"fe80::1%0", IP_NOT_A_SCOPE},
                                          {"fe80::1%eth0", IP_NOT_A_SCOPE},
                                          {"fe80::1%-2/64", IP_NOT_A_SCOPE},
                                          {"fe80::1%2147483648", IP_NOT_A_SCOPE},
                                          {"2001:db8::1%2", IP_NO_SCOPE},
                                          {"192.0.2.1%2/24", IP_NO_SCOPE},
                                          {"fec0::1%2", IP_NO_SCOPE},
                                          {"uid:", BANS_NOT_A_USER},
                                          {"uid:-1", BANS_NOT_A_USER},
                                          {"uid:ada", BANS_NOT_A_USER},
                                          {"uid:1/8", BANS_NOT_A_USER}};
    char longest[200] = "";
    struct ban b;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *why = bans_parse(&b, rows[i][0]);
        cr_expect(why && strcmp(why, rows[i][1]) == 0, "%s: %s", rows[i][0], why);
    }
    memset(longest, '1', sizeof longest - 1);
    cr_expect_str_eq(bans_parse(&b, longest), IP_NOT_AN_ADDRESS);
}

/* -- every pair of a ban and a peer, by a reference of its own -- */

/* Addresses as text: a network as its bits, one character each, after a letter for the family. */
struct reference {
    char bits[1 + 128 + 1];
    int scope;
};

static struct reference reference_read(const char *text)
{
    struct reference r = {.bits = "6"};
    unsigned char bytes[16];
    char address[64];
    int size = 16;
    snprintf(address, sizeof address, "%s", text);
    char *percent = strchr(address, '%');
    if (percent) {
        r.scope = atoi(percent + 1);
        *percent = '\0';
    }
    const char *v4 = strncmp(address, "::ffff:", 7) == 0 ? address + 7 : address;
    if (inet_pton(AF_INET, v4, bytes) == 1) {
        r.bits[0] = '4';
        size = 4;
    } else {
        cr_assert_eq(inet_pton(AF_INET6, address, bytes), 1, "%s", address);
    }
    for (int bit = 0; bit < 8 * size; bit++)
        r.bits[1 + bit] = bytes[bit / 8] >> (7 - bit % 8) & 1 ? '1' : '0';
    return r;
}

/* Whether a ban of this address, with so many bits of its own family, matches the peer. */
static bool reference_matches(const char *ban, int bits, const char *peer)
{
    const struct reference b = reference_read(ban), p = reference_read(peer);
    if (b.scope != 0 && b.scope != p.scope) return false;
    return strncmp(b.bits, p.bits, 1 + (size_t)bits) == 0;
}

static const char *const table_bans[] = {
    "0.0.0.0",   "192.0.2.7",    "255.255.255.255", "128.0.0.0",   "::ffff:192.0.2.7",  "::",
    "::2",       "::ffff:0:0:1", "::fffe:0:0",      "2001:db8::7", "fe80::7",           "fe80::7%2",
    "fe80::7%3", "febf::1%2",    "ffff::",          "::c000:207",  "64:ff9b::c000:207", "fec0::1",
};

static const char *const table_peers[] = {
    "0.0.0.0",          "192.0.2.7",   "192.0.2.6",       "192.0.3.7",  "255.255.255.255",
    "::ffff:192.0.2.7", "::2",         "::ffff:0:0:1",    "::fffe:0:0", "::3",
    "2001:db8::7",      "2001:db8::8", "2001:db8:0:1::7", "fe80::7",    "fe80::7%2",
    "fe80::7%3",        "fe80::8%2",   "febf::1%2",       "ffff::1",    "::c000:207",
};

/* Writes the ban with a prefix of so many bits of its own family, as text. */
static void write_ban(char text[96], const char *ban, int bits)
{
    bool is_mapped = strncmp(ban, "::ffff:192", 10) == 0;
    snprintf(text, 96, "%s/%d", ban, is_mapped ? 96 + bits : bits);
}

static void expect_ban(const char *ban, int bits)
{
    char text[96];
    struct bans one = {.count = 1};
    write_ban(text, ban, bits);
    const char *why = bans_parse(&one.all[0], text);
    cr_assert_null(why, "%s: %s", text, why);
    for (size_t i = 0; i < COUNT(table_peers); i++) {
        struct ip peer;
        cr_assert_null(ip_parse(&peer, table_peers[i]));
        cr_expect_eq(bans_match(&one, &peer), reference_matches(ban, bits, table_peers[i]),
                     "ban %s, peer %s", text, table_peers[i]);
    }
}

Test(bans, each_pair_of_a_ban_and_a_peer_in_every_length)
{
    for (size_t i = 0; i < COUNT(table_bans); i++) {
        int most = reference_read(table_bans[i]).bits[0] == '4' ? 32 : 128;
        for (int bits = 0; bits <= most; bits++) expect_ban(table_bans[i], bits);
    }
}

Test(bans, mapped_networks_of_fewer_than_96_bits_are_of_ipv6)
{
    for (int bits = 0; bits < 96; bits++) {
        char text[64];
        all.count = 0;
        snprintf(text, sizeof text, "::ffff:192.0.2.7/%d", bits);
        ban(text);
        cr_expect_not(is_banned("192.0.2.7"), "%s", text);
        cr_expect_eq(is_banned("::2"), bits <= 80, "%s", text);
    }
}

Test(bans, interfaces_of_a_ban_are_told_apart)
{
    ban("fe80::1%2");
    ban("fe80::1%3");
    cr_expect(is_banned("fe80::9%3"));
    cr_expect_not(is_banned("fe80::9%4"));
    cr_expect_not(unban("fe80::1"));
    cr_expect(unban("fe80::5%3"));
    cr_expect_not(is_banned("fe80::9%3"));
    cr_expect(is_banned("fe80::9%2"));
    ban("fe80::1");
    cr_expect(is_banned("fe80::9%4"));
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
    struct ban b;
    for (int i = 0; i < BANS_MAX; i++) {
        snprintf(text, sizeof text, "10.0.%d.%d", i / 256, i % 256);
        ban(text);
    }
    cr_assert_null(bans_parse(&b, "10.0.0.0"));
    cr_expect_str_eq(bans_add(&all, &b), BANS_ALREADY);
    cr_assert_null(bans_parse(&b, "11.0.0.0"));
    cr_expect_str_eq(bans_add(&all, &b), BANS_TOO_MANY);
    cr_expect(unban("10.0.0.5"));
    cr_expect_null(bans_add(&all, &b));
}

Test(bans, they_are_written_as_they_are_read)
{
    static const char *const table[][2] = {{"192.0.2.7", "192.0.2.7"},
                                           {"192.0.2.7/32", "192.0.2.7"},
                                           {"192.0.2.7/24", "192.0.2.0/24"},
                                           {"0.0.0.0/0", "0.0.0.0/0"},
                                           {"2001:db8::7", "2001:db8::/64"},
                                           {"2001:db8::7/128", "2001:db8::7/128"},
                                           {"::ffff:192.0.2.7", "192.0.2.7"},
                                           {"::ffff:192.0.2.7/120", "192.0.2.0/24"},
                                           {"::ffff:192.0.2.7/96", "0.0.0.0/0"},
                                           {"::ffff:192.0.2.7/95", "::fffe:0:0/95"},
                                           {"::2", "::/64"},
                                           {"::ffff:0:0:0/0", "::/0"},
                                           {"fe80::7%2", "fe80::%2/64"},
                                           {"fe80::7%2147483647/128", "fe80::7%2147483647/128"},
                                           {"febf::7%2/9", "fe80::%2/9"},
                                           {"fe80::7%2/0", "fe80::%2/0"},
                                           {"fe80::7/10", "fe80::/10"},
                                           {"uid:0", "uid:0"},
                                           {"uid:1000", "uid:1000"}};
    char text[IP_CIDR_TEXT];
    struct ban b;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        cr_assert_null(bans_parse(&b, table[i][0]));
        bans_format(&b, text);
        cr_expect_str_eq(text, table[i][1]);
    }
}

static void expect_formatted(const struct sockaddr_in6 *sa, const char *expected)
{
    char text[IP_SOCKADDR_TEXT];
    ip_format_sockaddr((const struct sockaddr *)sa, text);
    cr_expect_str_eq(text, expected);
}

Test(bans, where_a_socket_comes_from)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr("192.0.2.7")};
    struct sockaddr_in6 v6 = {
        .sin6_family = AF_INET6, .sin6_port = htons(80), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
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
    o.user = 1000;
    ip_format(&o, text);
    cr_expect_str_eq(text, "uid:1000");
    const struct in6_addr mapped = {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7}}};
    v6.sin6_addr = mapped;
    expect_formatted(&v6, "192.0.2.7 port 80");
    inet_pton(AF_INET6, "fe80::1", &v6.sin6_addr);
    v6.sin6_scope_id = 2;
    expect_formatted(&v6, "fe80::1%2 port 80");
    inet_pton(AF_INET6, "2001:db8::1", &v6.sin6_addr);
    expect_formatted(&v6, "2001:db8::1 port 80");
}
