/* Thousands of clients of one network that do not complete their packets: the server's memory is
 * bounded, and people from elsewhere chat. */
#include "server/net/connection.h"
#include "tests/system/support/network_namespace.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
enum { INFLATED = 10 }; /* it pads each block and delays freeing */
#else
enum { INFLATED = 1 };
#endif

enum { ATTACKERS = 10000, UNFINISHED = 64 * 1024 - 2, GROWTH_MAX = INFLATED * 64 * 1000 /* KiB */ };

static const char server_ip[] = "2001:db8:ffff::1", attackers_network[] = "2001:db8:1::/48";
static int attackers[ATTACKERS];
static char bytes[UNFINISHED];

static struct klatchd *start_server(const char *packet_memory)
{
    const struct rlimit limit = {ATTACKERS + 200, ATTACKERS + 200};
    network_namespace_enter();
    network_namespace_add_ipv6(server_ip);
    network_namespace_add_network(attackers_network);
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0) cr_skip_test("this machine allows too few files");
    return klatchd_start_at("--quiet", "--per-address", "0", "--packet-memory", packet_memory,
                            server_ip, "0");
}

/* Connects from the n-th address; two are in each network of 64 bits. */
static int connect_attacker(const struct klatchd *d, int n)
{
    struct sockaddr_in6 from = {.sin6_family = AF_INET6}, to = from;
    char text[64];
    snprintf(text, sizeof text, "2001:db8:1:%x::%d", n / 2, 1 + n % 2);
    inet_pton(AF_INET6, text, &from.sin6_addr);
    inet_pton(AF_INET6, server_ip, &to.sin6_addr);
    to.sin6_port = htons((uint16_t)strtol(d->port, NULL, 10));
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &(int){1}, sizeof(int));
    cr_assert_eq(bind(fd, (struct sockaddr *)&from, sizeof from), 0, "%s: %s", text,
                 strerror(errno));
    cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0, "%s", strerror(errno));
    return fd;
}

/* Lets all attackers send the start of a packet, some of which may stay in the socket; after asking
 * for a nickname if they join. */
static void attack(const struct klatchd *d, size_t n, bool join)
{
    char frame[128], nick[16];
    for (int i = 0; i < ATTACKERS; i++) {
        attackers[i] = connect_attacker(d, i);
        snprintf(nick, sizeof nick, "eve %d", i);
        size_t size = wire_frame(frame, "verify", NULL, nick);
        if (join) send(attackers[i], frame, size, MSG_NOSIGNAL);
        send(attackers[i], bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
}

/* A person chats, which also shows that the server has read what was sent before. */
static void expect_chat(const struct klatchd *d)
{
    static int people;
    char nick[16];
    snprintf(nick, sizeof nick, "ada %d", people++);
    struct peer *ada = peer_join(d, nick);
    peer_broadcast(ada, "hello");
    while (strcmp(peer_next(ada)->nick, nick) != 0) continue;
    peer_close(ada);
}

static void expect_bounded(const char *packet_memory, size_t n, bool join)
{
    struct klatchd *d = start_server(packet_memory);
    expect_chat(d);
    long before = klatchd_memory(d, "VmRSS:"), max = before;
    attack(d, n, join);
    int64_t end = timeout_deadline();
    for (int i = 0; i < 200 && timeout_retry(end); i++) {
        long now = klatchd_memory(d, "VmRSS:");
        if (now > max) max = now;
        if (i % 20 == 0) expect_chat(d);
    }
    cr_expect_lt(max - before, GROWTH_MAX, "%ld KiB", max - before);
    for (int i = 0; i < ATTACKERS; i++) close(attackers[i]);
    peers_close_and_stop(d);
}

Test(server_incomplete_packets, long_ones_of_strangers_take_no_memory)
{
    memcpy(bytes, "\xFF\xFF{", 3);
    expect_bounded("64M", UNFINISHED, false);
}

Test(server_incomplete_packets, short_ones_of_strangers_take_bounded_memory)
{
    memcpy(bytes, "\x0F\xFF{", 3);
    expect_bounded("64M", 0x0FFF, false);
}

/* Their notices also fill the buffer of the room's messages, 16 MB. */
Test(server_incomplete_packets, those_of_members_take_bounded_memory)
{
    memcpy(bytes, "\xFF\xFF{", 3);
    expect_bounded("16M", UNFINISHED, true);
}
