/* The liveness of clients, with real sockets. */
#include "server/net/liveness.h"

#include "server/net/ip.h"
#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 8192 };

/* A connected pair of sockets. */
struct pair {
    int fd[2];
};

static struct pair unix_pair(void)
{
    struct pair p;
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, p.fd), 0);
    return p;
}

static struct pair tcp_pair(int family)
{
    struct pair p;
    struct sockaddr_storage at = {.ss_family = (sa_family_t)family};
    socklen_t size = sizeof at;
    if (family == AF_INET) ((struct sockaddr_in *)&at)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (family == AF_INET6) ((struct sockaddr_in6 *)&at)->sin6_addr = in6addr_loopback;
    int listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &(int){BUFFER}, sizeof(int));
    if (bind(listener, (struct sockaddr *)&at, size) < 0)
        cr_skip_test("this machine has no such address");
    cr_assert_eq(listen(listener, 1), 0);
    cr_assert_eq(getsockname(listener, (struct sockaddr *)&at, &size), 0);
    p.fd[0] = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(p.fd[0], SOL_SOCKET, SO_SNDBUF, &(int){BUFFER}, sizeof(int));
    cr_assert_eq(connect(p.fd[0], (struct sockaddr *)&at, size), 0);
    p.fd[1] = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    cr_assert_geq(p.fd[1], 0);
    close(listener);
    return p;
}

static void close_pair(const struct pair *p)
{
    close(p->fd[0]);
    close(p->fd[1]);
}

/* Sends until the socket is full. */
static void fill_socket(int fd)
{
    static const char block[BUFFER];
    while (send(fd, block, sizeof block, MSG_NOSIGNAL | MSG_DONTWAIT) > 0) continue;
}

static void read_all(int fd)
{
    static char block[BUFFER];
    while (recv(fd, block, sizeof block, MSG_DONTWAIT) > 0) continue;
}

Test(server_liveness, without_output_nothing_is_unacknowledged)
{
    struct pair tcp = tcp_pair(AF_INET), local = unix_pair();
    cr_expect_not(liveness_query(tcp.fd[0]).unacked);
    cr_expect_not(liveness_query(local.fd[0]).unacked);
    cr_expect_not(liveness_query(local.fd[0]).expects_answer);
    close_pair(&tcp);
    close_pair(&local);
}

Test(server_liveness, what_the_client_of_a_unix_socket_reads_counts_as_acknowledged)
{
    struct pair p = unix_pair();
    fill_socket(p.fd[0]);
    struct liveness full = liveness_query(p.fd[0]);
    cr_expect(full.unacked);
    cr_expect_not(full.expects_answer, "a unix socket needs no answer");
    cr_expect_eq(full.silent_ms, 0);
    read_all(p.fd[1]);
    struct liveness taken = liveness_query(p.fd[0]);
    cr_expect_neq(taken.acked, full.acked);
    cr_expect_not(taken.unacked);
    close_pair(&p);
}

/* Its kernel answers window probes. */
Test(server_liveness, a_closed_window_expects_no_answer)
{
    struct pair p = tcp_pair(AF_INET);
    struct liveness state;
    int64_t end = timeout_deadline();
    fill_socket(p.fd[0]);
    while (state = liveness_query(p.fd[0]), state.expects_answer) {
        cr_assert(timeout_retry(end), "its window never closes");
        fill_socket(p.fd[0]);
    }
    cr_expect(state.unacked);
    uint64_t before = state.acked;
    read_all(p.fd[1]);
    while (liveness_query(p.fd[0]).acked == before) {
        cr_assert(timeout_retry(end), "nothing is taken");
        read_all(p.fd[1]);
    }
    close_pair(&p);
}

Test(server_liveness, the_keepalive_interval_is_short_only_when_urgent)
{
    struct pair p = tcp_pair(AF_INET);
    int idle = 0;
    socklen_t size = sizeof idle;
    liveness_set_interval(p.fd[0], true);
    cr_assert_eq(getsockopt(p.fd[0], IPPROTO_TCP, TCP_KEEPIDLE, &idle, &size), 0);
    cr_expect_eq(idle, 1);
    liveness_set_interval(p.fd[0], false);
    cr_assert_eq(getsockopt(p.fd[0], IPPROTO_TCP, TCP_KEEPIDLE, &idle, &size), 0);
    cr_expect_eq(idle, 30);
    close_pair(&p);
}

static bool have_same_host(int fd, int other)
{
    struct ip a, b;
    return ip_of_peer(fd, &a) && ip_of_peer(other, &b) && ip_is_same_host(&a, &b);
}

Test(server_liveness, equal_addresses_are_the_same_host)
{
    struct pair a = tcp_pair(AF_INET), b = tcp_pair(AF_INET), local = unix_pair();
    int alone = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_expect(have_same_host(a.fd[0], b.fd[0]));
    cr_expect(have_same_host(a.fd[0], b.fd[1]));
    cr_expect_not(have_same_host(a.fd[0], local.fd[0]));
    cr_expect_not(have_same_host(local.fd[0], local.fd[1]), "a unix socket has no address");
    cr_expect_not(have_same_host(a.fd[0], alone), "an unconnected socket has no address");
    cr_expect_not(have_same_host(alone, a.fd[0]));
    close(alone);
    close_pair(&a);
    close_pair(&b);
    close_pair(&local);
}

Test(server_liveness, equal_ipv6_addresses_are_the_same_host)
{
    struct pair a = tcp_pair(AF_INET6), b = tcp_pair(AF_INET6), v4 = tcp_pair(AF_INET);
    cr_expect(have_same_host(a.fd[0], b.fd[0]));
    cr_expect_not(have_same_host(a.fd[0], v4.fd[0]));
    close_pair(&a);
    close_pair(&b);
    close_pair(&v4);
}
