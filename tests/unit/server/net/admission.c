#include "server/net/admission.h"

#include "server/net/socket.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct admission a;

static void init(void)
{
    admission_init(&a, 1000000);
    a.limits[LIMITS_REMOTE] =
        (struct limits){.per_address = 3, .charge[CHARGE_CONNECTS] = token_rate(10, 5)};
}

static void fini(void)
{
    admission_deinit(&a);
}

TestSuite(admission, .init = init, .fini = fini);

static struct ip at(const char *text)
{
    static union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } sa;
    char address[64];
    snprintf(address, sizeof address, "%s", text);
    char *scope = strchr(address, '%');
    if (scope) *scope++ = '\0';
    memset(&sa, 0, sizeof sa);
    sa.any.sa_family = AF_UNIX;
    if (inet_pton(AF_INET, address, &sa.v4.sin_addr) == 1)
        sa.any.sa_family = AF_INET;
    else if (inet_pton(AF_INET6, address, &sa.v6.sin6_addr) == 1)
        sa.any.sa_family = AF_INET6;
    if (scope) sa.v6.sin6_scope_id = (uint32_t)strtoul(scope, NULL, 10);
    return ip_from_sockaddr(&sa.any);
}

static struct admission_grant last;

/* What a connection from there hears; "" when it is let in. */
static const char *hears(const char *address, int64_t now)
{
    const struct ip from = at(address);
    enum reject_reason why = admission_admit(&a, &from, now, &last);
    return why ? admission_message(why) : "";
}

static void let_in(const char *address, int n, int64_t now)
{
    for (int i = 0; i < n; i++) cr_expect_str_empty(hears(address, now), "%s, %d", address, i);
}

#define REFUSED(address, now, part)                                                                \
    cr_expect(strstr(hears(address, now), part), "%s: \"%s\"", address, hears(address, now))

Test(admission, so_many_in_all_and_no_more)
{
    a.max = 2;
    let_in("unix", 2, 0);
    cr_expect(admission_is_full(&a));
    REFUSED("unix", 0, ADMISSION_FULL);
    admission_release(&a, &last, 0);
    let_in("192.0.2.1", 1, 0);
    REFUSED("192.0.2.1", 0, ADMISSION_FULL);
}

Test(admission, so_many_from_one_address)
{
    let_in("192.0.2.1", 3, 0);
    REFUSED("192.0.2.1", 0, ADMISSION_TOO_MANY);
    let_in("192.0.2.2", 3, 0);
    admission_release(&a, &last, 0);
    let_in("192.0.2.2", 1, 0);
    REFUSED("192.0.2.1", 100000, ADMISSION_TOO_MANY);
    cr_expect_eq(a.connections, 6);
}

Test(admission, so_many_new_ones_in_a_second)
{
    for (int i = 0; i < 5; i++) {
        let_in("192.0.2.1", 1, 1000);
        admission_release(&a, &last, 1000);
    }
    REFUSED("192.0.2.1", 1000, ADMISSION_TOO_FAST);
    let_in("192.0.2.2", 1, 1000);
    let_in("192.0.2.1", 1, 1100);
    admission_release(&a, &last, 1100);
    REFUSED("192.0.2.1", 1100, ADMISSION_TOO_FAST);
    cr_expect_eq(a.connections, 1);
}

Test(admission, a_network_of_64_bits_may_have_four_times_as_many_as_an_address)
{
    let_in("2001:db8::1", 3, 0);
    REFUSED("2001:db8::1", 0, ADMISSION_TOO_MANY);
    let_in("2001:db8::2", 3, 0);
    let_in("2001:db8::ffff:1:2:3", 3, 0);
    let_in("2001:db8::4", 3, 0);
    REFUSED("2001:db8::5", 0, ADMISSION_TOO_MANY);
    let_in("2001:db8:0:1::1", 3, 0);
}

Test(admission, an_ipv4_address_within_ipv6_is_that_address)
{
    let_in("::ffff:192.0.2.1", 3, 0);
    REFUSED("192.0.2.1", 0, ADMISSION_TOO_MANY);
    let_in("::ffff:192.0.2.2", 3, 0);
}

Test(admission, the_networks_of_two_interfaces_are_two)
{
    let_in("fe80::1%2", 3, 0);
    REFUSED("fe80::1%2", 0, ADMISSION_TOO_MANY);
    let_in("fe80::2%2", 3, 0);
    let_in("fe80::1%3", 3, 0);
    let_in("2001:db8::1%2", 2, 0);
    let_in("2001:db8::1%3", 1, 0);
    REFUSED("2001:db8::1%4", 0, ADMISSION_TOO_MANY);
}

Test(admission, all_loopback_addresses_are_one_address)
{
    a.limits[LIMITS_LOOPBACK].per_address = 3;
    let_in("127.0.0.1", 1, 0);
    let_in("127.9.9.9", 1, 0);
    let_in("::1", 1, 0);
    REFUSED("::1", 0, ADMISSION_TOO_MANY);
    REFUSED("::ffff:127.0.0.1", 0, ADMISSION_TOO_MANY);
    let_in("::2", 3, 0);
    let_in("unix", 100, 0);
}

static enum reject_reason admit_user(uint32_t user)
{
    const struct ip from = {.is_local = true, .is_unix = true, .user = user};
    return admission_admit(&a, &from, 0, &last);
}

Test(admission, each_user_of_a_unix_socket_is_limited_alone)
{
    static const uint32_t users[] = {0, 1000, IP_NO_USER};
    a.limits[LIMITS_USER].per_address = 2;
    for (size_t i = 0; i < sizeof users / sizeof *users; i++) {
        cr_expect_eq(admit_user(users[i]), REJECT_NONE);
        cr_expect_eq(admit_user(users[i]), REJECT_NONE);
        cr_expect_eq(last.limits, &a.limits[LIMITS_USER]);
        cr_expect_eq(admit_user(users[i]), REJECT_PER_ADDRESS);
    }
    cr_assert_null(bans_add(&a.bans, &(struct ban){.is_of_user = true, .user = 0}));
    cr_expect_eq(admit_user(0), REJECT_BANNED);
    let_in("::", 3, 0);
    let_in("127.0.0.1", 3, 0);
}

Test(admission, a_limit_of_0_is_none)
{
    static const char *const local[] = {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1",
                                        "unix"};
    a.max = 500;
    for (size_t i = 0; i < sizeof local / sizeof *local; i++) let_in(local[i], 100, 0);
    REFUSED("::1", 0, ADMISSION_FULL);
}

Test(admission, what_only_looks_like_this_machine_is_another)
{
    static const char *const others[] = {"::",
                                         "::2",
                                         "::1:1",
                                         "::1:0:1",
                                         "0:0:1::1",
                                         "0:0:0:1::1",
                                         "1::1",
                                         "1::ffff:127.0.0.1",
                                         "0:0:1::ffff:127.0.0.1",
                                         "0:0:0:1:0:ffff:7f00:1",
                                         "::fffe:127.0.0.1",
                                         "::127.0.0.1",
                                         "128.0.0.1",
                                         "126.255.255.255"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        int64_t now = (int64_t)i * 1000; /* some share a network */
        let_in(others[i], 1, now);
        cr_expect_eq(last.limits, &a.limits[LIMITS_REMOTE], "%s", others[i]);
        admission_release(&a, &last, now);
    }
}

/* The networks around the address of a remote client, and the address itself. */
enum { V4_NETWORKS = 2 };

Test(admission, who_comes_back_is_known_again)
{
    static const char *const both[] = {"192.0.2.1", "192.0.2.2"};
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 2; i++) {
            let_in(both[i], 1, 0);
            struct admission_grant first = last;
            let_in(both[1 - i], 1, 0);
            admission_release(&a, &last, 0);
            admission_release(&a, &first, 0);
        }
    cr_expect_eq(a.networks.count, 3);
    let_in(both[0], 1, 0);
    REFUSED(both[0], 0, ADMISSION_TOO_FAST);
    cr_expect_eq(a.connections, 1);
}

Test(admission, who_is_gone_is_forgotten_when_its_burst_is_whole_again)
{
    const struct token_rate *rate = &a.limits[LIMITS_REMOTE].charge[CHARGE_CONNECTS];
    let_in("192.0.2.1", 1, 1000);
    admission_release(&a, &last, 2000);
    cr_expect_eq(a.networks.count, V4_NETWORKS);
    let_in("198.51.100.2", 1, 2001);
    cr_expect_eq(a.networks.count, 2 * V4_NETWORKS);
    let_in("198.51.100.2", 1, 2000 + token_bucket_refill_ms(rate));
    cr_expect_eq(a.networks.count, V4_NETWORKS);
}

/* Each in a /24 of its own. */
static const char *numbered(int i)
{
    static char text[32];
    snprintf(text, sizeof text, "%d.%d.%d.1", 1 + (i >> 16 & 63), i >> 8 & 255, i & 255);
    return text;
}

Test(admission, it_never_knows_more_than_so_many)
{
    enum { ALL = NETWORKS_MAX / V4_NETWORKS, MORE = ALL + 100 };
    for (int i = 0; i < MORE; i++) {
        let_in(numbered(i), 1, 0);
        admission_release(&a, &last, 0);
    }
    cr_expect_eq(a.networks.count, NETWORKS_MAX);
    for (int i = 0; i < ALL; i++) let_in(numbered(i), 1, 100000);
    REFUSED("192.0.2.1", 100000, ADMISSION_FULL);
    let_in(numbered(0), 1, 100000);
}

Test(admission, new_limits_hold_for_those_who_are_known_too)
{
    const struct limits few[LIMITS_KINDS] = {
        [LIMITS_REMOTE] = {.per_address = 2, .charge[CHARGE_CONNECTS] = token_rate(1, 2)}};
    let_in("192.0.2.1", 3, 0);
    struct admission_grant early = last;
    admission_configure(&a, 4, few);
    REFUSED("192.0.2.1", 0, ADMISSION_TOO_MANY);
    let_in("198.51.100.2", 1, 0);
    cr_expect(admission_is_full(&a));
    cr_expect_eq(early.limits->per_address, 2);
    struct admission_grant again = early;
    admission_release(&a, &early, 0);
    admission_release(&a, &early, 0);
    admission_release(&a, &again, 0);
    let_in("192.0.2.1", 1, 0);
}

/* A burst that was spent under another rate would have to be waited for. */
Test(admission, new_rates_begin_with_the_whole_burst)
{
    const struct limits none[LIMITS_KINDS] = {0},
                        slow[LIMITS_KINDS] = {
                            [LIMITS_REMOTE] = {.charge[CHARGE_CONNECTS] = token_rate(1, 3)}};
    for (int i = 0; i < 5; i++) {
        let_in("192.0.2.1", 1, 0);
        admission_release(&a, &last, 0);
    }
    REFUSED("192.0.2.1", 0, ADMISSION_TOO_FAST);
    admission_configure(&a, 100, slow);
    let_in("192.0.2.1", 3, 0);
    REFUSED("192.0.2.1", 0, ADMISSION_TOO_FAST);
    admission_configure(&a, 100, none);
    let_in("192.0.2.1", 50, 0);
}

/* -- socket buffers -- */

/* Lets in n connections from each of so many addresses, and returns the memory of their sends. */
static size_t let_in_memory(int addresses, int n)
{
    size_t all = 0;
    for (int i = 0; i < addresses; i++)
        for (int k = 0; k < n; k++) {
            let_in(numbered(i), 1, 0);
            all += socket_send_memory(admission_socket_share(&a, &last));
        }
    return all;
}

Test(admission, what_all_clients_have_not_read_stays_within_its_memory)
{
    a.socket_memory = 64 << 20;
    a.limits[LIMITS_REMOTE] = (struct limits){0};
    let_in("192.0.2.1", 1, 0);
    cr_expect_eq(admission_socket_share(&a, &last), 0, "the first has the largest buffer");
    cr_expect_leq(let_in_memory(3000, 1), a.socket_memory);
    cr_expect_eq(admission_socket_share(&a, &last), SOCKET_SHARES - 1);
}

Test(admission, what_an_address_has_not_read_stays_within_its_part)
{
    a.socket_memory = 64 << 20;
    a.limits[LIMITS_REMOTE] = (struct limits){0};
    cr_expect_leq(let_in_memory(1, 256), a.socket_memory / 8);
    let_in("192.0.2.1", 1, 0);
    cr_expect_lt(admission_socket_share(&a, &last), SOCKET_SHARES - 1, "a neighbour has more");
}

Test(admission, loopback_addresses_are_many_peoples)
{
    a.socket_memory = 64 << 20;
    let_in("127.0.0.1", 80, 0);
    cr_expect_eq(admission_socket_share(&a, &last), 0);
}
