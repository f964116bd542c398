/* The listening sockets by themselves, where descriptors can run out. */
#include "server/listener.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SENT = 64 * 1024 };

static struct listener listener;

static in_port_t port_of(size_t which)
{
    struct sockaddr_in6 sa = {0}; /* the port is at the same place for IPv4 */
    socklen_t len = sizeof sa;
    cr_assert_eq(getsockname(listener.fds[which], (struct sockaddr *)&sa, &len), 0);
    return sa.sin6_port;
}

static int dial(void)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = port_of(0), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    cr_assert_eq(poll(&(struct pollfd){.fd = listener.fds[0], .events = POLLIN}, 1, 10000), 1);
    return fd;
}

static int take(bool *ret_again)
{
    struct newcomer who;
    return listener_accept(&listener, 0, &who, ret_again);
}

/* Nothing more can be opened than is. */
static void use_up_descriptors(void)
{
    int next = dup(0);
    close(next);
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &(struct rlimit){(rlim_t)next, (rlim_t)next}), 0);
}

Test(server_listener, without_an_address_it_is_this_machine_on_one_port)
{
    cr_assert(listener_open(&listener, NULL, "0"));
    cr_expect(listener.count == 2 || (listener.count == 1 && access("/proc/net/if_inet6", F_OK)));
    for (size_t i = 1; i < listener.count; i++) cr_expect_eq(port_of(i), port_of(0));
    listener_close(&listener);
}

Test(server_listener, a_path_has_1_to_107_bytes)
{
    char path[128] = "unix:/tmp/";
    memset(path + strlen(path), 'x', 110);
    cr_assert(freopen("/dev/null", "w", stderr)); /* it says so */
    cr_expect_not(listener_open(&listener, path, "0"));
    cr_expect_not(listener_open(&listener, "unix:", "0"));
    cr_expect_eq(listener.spare, -1);
}

/* It may go on sending, or be gone already. */
Test(server_listener, who_is_turned_away_does_not_hold_it_up)
{
    char *rubbish = calloc(1, SENT), heard[256] = {0};
    bool again;
    cr_assert(listener_open(&listener, "127.0.0.1", "0"));
    int eager = dial(), gone = dial();
    cr_assert_eq(send(eager, rubbish, SENT, 0), SENT);
    setsockopt(gone, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
    close(gone);
    cr_expect_geq(listener.spare, 0);
    use_up_descriptors();
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(take(&again), -1);
        cr_expect(again);
    }
    cr_expect_gt(recv(eager, heard, sizeof heard - 1, 0), 0);
    cr_expect(strstr(heard + 2, "full"));
    free(rubbish);
    close(eager);
    listener_close(&listener);
}

Test(server_listener, without_the_spare_descriptor_it_has_to_wait)
{
    bool again;
    cr_assert(listener_open(&listener, "127.0.0.1", "0"));
    int fd = dial();
    close(listener.spare);
    listener.spare = -1;
    int filler = dup(0);
    use_up_descriptors();
    cr_expect_eq(take(&again), -1);
    cr_expect_not(again);
    cr_expect_eq(errno, EMFILE);
    close(filler);
    close(fd);
    listener_close(&listener);
}
