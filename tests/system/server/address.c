/* The addresses klatchd listens on, and its command line. */
#include "common/address.h"

#include "tests/count.h"
#include "tests/system/support/child.h"
#include "tests/system/support/files.h"
#include "tests/system/support/protocol_peer.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SIZE = 8192 };
static char out[SIZE], err[SIZE];

static size_t count_lines(const char *text)
{
    size_t n = 0;
    for (; *text; text++) n += *text == '\n';
    return n;
}

#define klatchd(...)                                                                               \
    child_run((const char *[]){BUILD "/klatchd", __VA_ARGS__, NULL}, out, err, SIZE)

static void check_room(struct klatchd *d)
{
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    peer_broadcast_to(bob, "hello", ada);
}

static bool has_ipv6(void)
{
    struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool has = fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0;
    close(fd);
    return has;
}

Test(server_address, ipv4)
{
    struct klatchd *d = klatchd_start_at("127.0.0.1", "0");
    cr_assert_str_eq(d->address, "127.0.0.1");
    check_room(d);
    peers_close_and_stop(d);
}

Test(server_address, ipv6)
{
    if (!has_ipv6()) cr_skip_test("this machine has no IPv6");
    struct klatchd *d = klatchd_start_at("::1", "0");
    cr_assert_str_eq(d->address, "::1");
    check_room(d);
    peers_close_and_stop(d);
}

Test(server_address, an_address_may_end_with_the_port)
{
    struct klatchd *d = klatchd_start_at("127.0.0.1:0");
    cr_assert_str_eq(d->address, "127.0.0.1");
    cr_assert_str_neq(d->port, ADDRESS_PORT);
    check_room(d);
    peers_close_and_stop(d);
    if (!has_ipv6()) return;
    d = klatchd_start_at("[::1]:0");
    cr_assert_str_eq(d->address, "::1");
    check_room(d);
    peers_close_and_stop(d);
}

Test(server_address, a_name)
{
    struct klatchd *d = klatchd_start_at("localhost", "0");
    check_room(d);
    peers_close_and_stop(d);
}

/* A new folder, and the address of a socket in it. */
static char folder[FILES_PATH], address[FILES_PATH];

static void make_folder(void)
{
    files_create_folder(folder);
    files_address(address, folder, "room");
}

Test(server_address, a_unix_socket, .init = make_folder)
{
    struct klatchd *d = klatchd_start_at(address);
    cr_assert_str_eq(d->address, address);
    check_room(d);
    peers_close_and_stop(d);
    files_remove_empty(folder);
}

Test(server_address, the_socket_file_of_a_killed_server_is_replaced, .init = make_folder)
{
    struct klatchd *dead = klatchd_start_at(address);
    klatchd_signal(dead, SIGKILL);
    cr_assert_eq(klatchd_wait_exit(dead), -SIGKILL);
    struct klatchd *d = klatchd_start_at(address);
    check_room(d);
    peers_close_and_stop(d);
    files_remove_empty(folder);
}

Test(server_address, the_socket_file_of_a_running_server_is_not_replaced, .init = make_folder)
{
    struct klatchd *d = klatchd_start_at(address);
    cr_assert_eq(klatchd(address), 1);
    cr_assert_eq(count_lines(err), 1, "%s", err);
    cr_assert(strstr(err, "in use"), "%s", err);
    check_room(d);
    peers_close_and_stop(d);
    files_remove_empty(folder);
}

Test(server_address, the_socket_file_of_a_successor_is_not_removed, .init = make_folder)
{
    struct klatchd *displaced = klatchd_start_at(address);
    cr_assert_eq(unlink(address + strlen("unix:")), 0);
    struct klatchd *d = klatchd_start_at(address);
    klatchd_signal(displaced, SIGTERM);
    cr_assert_eq(klatchd_wait_exit(displaced), 0);
    check_room(d);
    peers_close_and_stop(d);
    files_remove_empty(folder);
}

Test(server_address, a_file_that_is_no_socket_is_not_removed, .init = make_folder)
{
    const char *path = address + strlen("unix:");
    close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    cr_assert_eq(klatchd(address), 1);
    cr_assert_eq(count_lines(err), 1, "%s", err);
    cr_assert_eq(unlink(path), 0, "the file was removed");
    files_remove_empty(folder);
}

Test(server_address, a_port_in_use_is_an_error)
{
    struct klatchd *d = klatchd_start();
    cr_assert_eq(klatchd("127.0.0.1", d->port), 1);
    cr_assert_eq(count_lines(err), 1, "%s", err);
    cr_assert(strstr(err, d->port) && strstr(err, "in use"), "%s", err);
    check_room(d);
    peers_close_and_stop(d);
}

Test(server_address, the_port_of_a_killed_server_is_free_at_once)
{
    struct klatchd *d = klatchd_start();
    char port[8];
    strcpy(port, d->port);
    peer_join(d, "ada");
    klatchd_signal(d, SIGKILL);
    klatchd_wait_exit(d);
    d = klatchd_start_at("127.0.0.1", port);
    check_room(d);
    peers_close_and_stop(d);
}

Test(server_address, an_address_that_cannot_be_used_is_an_error)
{
    static const struct {
        const char *address, *port, *message;
    } rows[] = {
        {"192.0.2.1", "0", "192.0.2.1"},
        {"no.such.name.invalid", "0", "no.such.name.invalid"},
        {"unix:/no/such/folder/room", NULL, "/no/such/folder/room"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool is_path = strncmp(rows[i].address, "unix:", 5) == 0;
        cr_expect_eq(klatchd(rows[i].address, is_path ? NULL : "0"), 1, "%s", rows[i].address);
        cr_expect_eq(count_lines(err), 1, "%s", err);
        cr_expect(strstr(err, rows[i].message), "%s", err);
    }
}

Test(server_address, invalid_options_are_named)
{
    static const char *const rows[][4] = {{"--nonsense"},
                                          {"-x"},
                                          {"127.0.0.1", "65536"},
                                          {"127.0.0.1", "-1"},
                                          {"127.0.0.1", "http"},
                                          {"127.0.0.1", ""},
                                          {"127.0.0.1", "0", "more"},
                                          {"unix:/tmp/room", "0"},
                                          {"unix:"},
                                          {"127.0.0.1:0", "0"},
                                          {"127.0.0.1:"},
                                          {"[127.0.0.1]"},
                                          {"--shutdown-delay"},
                                          {"--shutdown-delay", "soon"},
                                          {"--shutdown-delay", "-1"},
                                          {"--shutdown-delay", "1.5"},
                                          {"--shutdown-delay", "99999999999999999999"},
                                          {"--quiet=yes"},
                                          {"--max-connections", "many"},
                                          {"--per-address", "-1"},
                                          {"--connect-rate", "1000001"},
                                          {"--rate"},
                                          {"--rate", ""},
                                          {"--rate", "20/"},
                                          {"--rate", "/60"},
                                          {"--rate", "20/60/3"},
                                          {"--rate", "00000000000000000020"},
                                          {"--journal"},
                                          {"--journal-sync", "sometimes"},
                                          {"--journal-sync", ""},
                                          {"--history", "100001"},
                                          {"--history", "all"},
                                          {"--stall-timeout", "-1"},
                                          {"--ring", "16"},
                                          {"--ring", "128K"},
                                          {"--ring", "3M"},
                                          {"--ring", "2G"},
                                          {"--ring", "1MB"},
                                          {"--ring", "M"},
                                          {"--ring", "-1M"},
                                          {"--ring", "99999999999999999999"},
                                          {"--ring", "18014398509481985K"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        int status = klatchd(rows[i][0], rows[i][1], rows[i][2], rows[i][3]);
        cr_expect_eq(status, 2, "%s: %d", rows[i][0], status);
        cr_expect_eq(count_lines(err), 2, "%s: %s", rows[i][0], err);
        cr_expect(strstr(err, "Try 'klatchd --help'"), "%s", err);
        cr_expect_str_empty(out);
    }
}

Test(server_address, help)
{
    static const char *const spellings[] = {"--help", "-h"};
    for (size_t i = 0; i < COUNT(spellings); i++) {
        cr_assert_eq(klatchd(spellings[i]), 0);
        cr_assert_lt(count_lines(out), 40);
        cr_assert(strstr(out, "--shutdown-delay") && strstr(out, "--quiet"), "%s", out);
        cr_assert_str_empty(err);
    }
}

Test(server_address, version)
{
    cr_assert_eq(klatchd("--version"), 0);
    cr_assert_eq(count_lines(out), 1);
    cr_assert_eq(strncmp(out, "klatchd ", 8), 0);
    cr_assert_eq(klatchd("-V"), 0);
}
