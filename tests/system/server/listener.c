/* Listening sockets without a server: descriptors, and machines without IPv6. */
#include "server/net/listener.h"

#include "tests/system/support/files.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static struct listener listener;

static bool open_at(struct listener *l, const char *host, const char *port)
{
    struct address a = {.path = address_path(host), .port = port};
    snprintf(a.host, sizeof a.host, "%s", host);
    return listener_open(l, LISTENER_ROOM, &a, 1);
}

static in_port_t port_of(size_t which)
{
    struct sockaddr_in6 sa = {0}; /* the port is at the same offset for IPv4 */
    socklen_t len = sizeof sa;
    cr_assert_eq(getsockname(listener.fds[which], (struct sockaddr *)&sa, &len), 0);
    return sa.sin6_port;
}

static int connect_once(void)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = port_of(0), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    cr_assert_eq(poll(&(struct pollfd){.fd = listener.fds[0], .events = POLLIN}, 1, 10000), 1);
    return fd;
}

static int accept_once(bool *ret_again)
{
    struct sockaddr_storage from;
    return listener_accept(&listener, 0, &from, ret_again);
}

/* Limits the descriptors to those that are open. */
static void use_up_descriptors(void)
{
    int next = dup(0);
    close(next);
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &(struct rlimit){(rlim_t)next, (rlim_t)next}), 0);
}

Test(server_listener, without_an_address_it_is_loopback_on_one_port)
{
    cr_assert(open_at(&listener, "", "0"));
    cr_expect(listener.count == 2 || (listener.count == 1 && access("/proc/net/if_inet6", F_OK)));
    for (size_t i = 1; i < listener.count; i++) cr_expect_eq(port_of(i), port_of(0));
    listener_close(&listener);
}

Test(server_listener, a_path_has_1_to_107_bytes)
{
    char path[128] = "unix:/tmp/";
    memset(path + strlen(path), 'x', 110);
    cr_assert(freopen("/dev/null", "w", stderr)); /* it logs errors */
    cr_expect_not(open_at(&listener, path, "0"));
    cr_expect_not(open_at(&listener, "unix:", "0"));
    cr_expect_eq(listener.reserved_fd, -1);
}

Test(server_listener, without_the_reserved_descriptor_it_has_to_wait)
{
    bool again;
    cr_assert(open_at(&listener, "127.0.0.1", "0"));
    int fd = connect_once(), next = connect_once();
    close(listener.reserved_fd);
    listener.reserved_fd = -1;
    int filler = dup(0);
    use_up_descriptors();
    cr_expect_eq(accept_once(&again), -1);
    cr_expect_not(again);
    cr_expect_eq(errno, EMFILE);
    close(filler);
    int accepted = accept_once(&again);
    cr_expect_geq(accepted, 0, "a descriptor is free again");
    cr_expect_lt(listener.reserved_fd, 0);
    close(accepted);
    close(fd);
    accepted = accept_once(&again);
    cr_expect_geq(accepted, 0);
    cr_expect_geq(listener.reserved_fd, 0, "it reserves a descriptor again");
    close(accepted);
    close(next);
    listener_close(&listener);
}

/* -- a machine without IPv6; seccomp(2) makes the calls fail -- */

/* Makes a call fail when this argument has this value. */
static void refuse(int call, uint16_t why, unsigned argument, uint64_t value)
{
    struct scmp_arg_cmp when = {.arg = argument, .op = SCMP_CMP_EQ, .datum_a = value};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    cr_assert_eq(seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(why), call, 1, &when), 0);
    cr_assert_eq(seccomp_load(filter), 0);
    seccomp_release(filter);
}

static void refuse_ipv6_sockets(void)
{
    refuse(SCMP_SYS(socket), EAFNOSUPPORT, 0, AF_INET6);
}

static void refuse_ipv6_addresses(void)
{
    refuse(SCMP_SYS(bind), EADDRNOTAVAIL, 2, sizeof(struct sockaddr_in6));
}

static void discard_log(void)
{
    cr_assert(freopen("/dev/null", "w", stderr));
}

static void expect_only_ipv4(void)
{
    bool again;
    cr_assert(open_at(&listener, "", "0"));
    cr_expect_eq(listener.count, 1);
    int fd = connect_once(), accepted = accept_once(&again);
    cr_expect_geq(accepted, 0);
    close(accepted);
    close(fd);
    listener_close(&listener);
}

Test(server_listener, without_ipv6_it_is_loopback_on_ipv4)
{
    refuse_ipv6_sockets();
    expect_only_ipv4();
}

Test(server_listener, without_an_ipv6_loopback_it_is_loopback_on_ipv4)
{
    refuse_ipv6_addresses();
    expect_only_ipv4();
}

Test(server_listener, an_address_of_a_missing_family_is_an_error, .init = discard_log)
{
    refuse_ipv6_sockets();
    cr_expect_not(open_at(&listener, "::1", "0"));
    cr_expect_eq(listener.count, 0);
}

Test(server_listener, without_an_ipv4_loopback_it_is_loopback_on_ipv6, .init = discard_log)
{
    refuse(SCMP_SYS(bind), EADDRNOTAVAIL, 2, sizeof(struct sockaddr_in));
    cr_assert(open_at(&listener, "", "0"));
    cr_expect_eq(listener.count, 1);
    listener_close(&listener);
}

Test(server_listener, one_address_of_two_is_enough, .init = discard_log)
{
    struct listener other = {0};
    char port[8];
    cr_assert(open_at(&listener, "127.0.0.1", "0"));
    snprintf(port, sizeof port, "%u", ntohs(port_of(0)));
    cr_expect(open_at(&other, "", port));
    cr_expect_eq(other.count, 1);
    listener_close(&listener);
    listener_close(&other);
}

/* Without a socket klatchd cannot try to connect to it. */
Test(server_listener, a_socket_file_that_cannot_be_tried_is_kept, .init = discard_log)
{
    char folder[FILES_PATH], address[FILES_PATH];
    files_create_folder(folder);
    files_address(address, folder, "room");
    const char *path = address + strlen("unix:");
    struct listener dead = {0};
    cr_assert(open_at(&dead, address, NULL));
    close(dead.fds[0]);
    refuse(SCMP_SYS(socket), EMFILE, 1, SOCK_STREAM | SOCK_CLOEXEC);
    cr_expect_not(open_at(&listener, address, NULL));
    cr_expect_eq(unlink(path), 0, "the file was removed");
    close(dead.reserved_fd);
    files_remove_empty(folder);
}
