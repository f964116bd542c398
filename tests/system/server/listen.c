/* Several places to listen at, all addresses of a machine, and addresses that cannot be used. */
#include "common/address.h"
#include "common/option.h"
#include "server/admin/control.h"
#include "server/config.h"
#include "server/net/listener.h"
#include "tests/count.h"
#include "tests/system/support/child.h"
#include "tests/system/support/files.h"
#include "tests/system/support/network_namespace.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/tls_client.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SIZE = 8192 };
static char out[SIZE], err[SIZE], folder[FILES_PATH], path[FILES_PATH], config[FILES_PATH];

/* Ports and names are the test's own. */
static void init(void)
{
    network_namespace_enter();
    network_namespace_add_ipv6("2001:db8::1");
    files_create_folder(folder);
    files_address(path, folder, "room");
    files_path(config, folder, "klatchd.conf");
}

static void fini(void)
{
    files_remove_all(folder);
}

TestSuite(server_listen, .init = init, .fini = fini);

#define klatchd(...)                                                                               \
    child_run((const char *[]){BUILD "/klatchd", __VA_ARGS__, NULL}, out, err, SIZE)

static struct peer *join_at(const char *address, const char *port, const char *nick)
{
    struct peer *p = peer_connect_to(address, port);
    peer_expect(p, "connect", "SERVER", "HELLO");
    peer_take_nick(p, nick);
    return p;
}

/* Expects one room at both places. */
static void expect_room(const char *a, const char *a_port, const char *b, const char *b_port)
{
    struct peer *ada = join_at(a, a_port, "ada"), *bob = join_at(b, b_port, "bob");
    peer_expect_joined(ada, "bob");
    peer_broadcast_to(bob, "hello", ada, bob);
    peer_leave(bob);
    peer_expect_left(ada, "bob");
    peer_leave(ada);
}

/* -- all addresses -- */

static void expect_everywhere(const char *port)
{
    expect_room("127.0.0.1", port, "::1", port);
    expect_room(remote_address, port, "2001:db8::1", port);
}

Test(server_listen, a_star_is_all_addresses_of_both_families)
{
    struct klatchd *d = klatchd_start_at("*", "0");
    expect_everywhere(d->port);
    peers_close_and_stop(d);
}

Test(server_listen, a_star_alone_has_the_usual_port)
{
    struct klatchd *d = klatchd_start_at("*");
    expect_everywhere(ADDRESS_PORT);
    peers_close_and_stop(d);
}

Test(server_listen, a_star_includes_the_addresses_given_beside_it)
{
    struct klatchd *d = klatchd_start_at("--listen", "127.0.0.1:7001", "--listen", "[::1]:7001",
                                         "--listen", "*:7001", "::1", "7001");
    expect_everywhere("7001");
    peers_close_and_stop(d);
}

/* -- several places -- */

Test(server_listen, each_place_leads_to_the_same_room)
{
    tls_client_turn_off();
    struct klatchd *d = klatchd_start_at("--listen", "127.0.0.1:7001", "--listen", "[::1]:7002",
                                         "--listen", path, "--listen", "localhost:7003");
    expect_room("127.0.0.1", "7001", "::1", "7002");
    expect_room(path, "", "127.0.0.1", "7003");
    cr_expect_not(peer_can_connect("127.0.0.1", ADDRESS_PORT));
    peers_close_and_stop(d);
    cr_expect_neq(access(path + strlen("unix:"), F_OK), 0, "the socket's file is left");
}

Test(server_listen, an_address_may_be_given_beside_them)
{
    struct klatchd *d = klatchd_start_at("--listen", path, "127.0.0.1", "7001");
    expect_room(path, "", "127.0.0.1", "7001");
    peers_close_and_stop(d);
}

Test(server_listen, a_place_that_is_given_twice_is_one)
{
    tls_client_turn_off();
    struct klatchd *d = klatchd_start_at("--listen", path, "--listen", path, "--listen",
                                         "127.0.0.1:7001", "--listen", "127.0.0.1:7001");
    struct peer *ada = join_at(path, "", "ada");
    size_t descriptors = klatchd_descriptors(d);
    peer_leave(ada);
    expect_room(path, "", "127.0.0.1", "7001");
    peers_close_and_stop(d);
    d = klatchd_start_at("--listen", path, "--listen", "127.0.0.1:7001");
    ada = join_at(path, "", "ada");
    klatchd_expect_descriptors(d, descriptors);
    peers_close_and_stop(d);
}

Test(server_listen, each_mistake_is_named_with_its_place)
{
    static const char *const rows[][2] = {
        {"localhost", ADDRESS_NO_PORT},    {"*", ADDRESS_NO_PORT},
        {"5528", ADDRESS_NO_PORT},         {"localhost:http", ADDRESS_BAD_PORT},
        {"*:65536", ADDRESS_BAD_PORT},     {":5528", ADDRESS_NO_HOST},
        {"::1:5528", ADDRESS_NO_BRACKETS}, {"[localhost]:5528", ADDRESS_BRACKETS},
        {"unix:", ADDRESS_NO_PATH},        {"", OPTION_NEEDS_VALUE},
    };
    char expected[256];
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(klatchd("--listen", "127.0.0.1:7001", "--listen", rows[i][0]), 2);
        snprintf(expected, sizeof expected, "--listen %s: %s\n", rows[i][0], rows[i][1]);
        cr_expect(strstr(err, expected), "%s", err);
    }
    for (size_t i = 0; i < COUNT(rows) - 1; i++) {
        cr_expect_eq(klatchd("--stats", rows[i][0]), 2);
        cr_expect(strstr(err, rows[i][1]), "%s", err);
    }
}

/* -- settings -- */

Test(server_listen, a_settings_file_may_list_several_places)
{
    tls_client_turn_off();
    files_print(config, "address 127.0.0.1\nport 7001\nlisten [::1]:7002\nlisten %s\n", path);
    struct klatchd *d = klatchd_start_at("--config", config);
    expect_room("127.0.0.1", "7001", "::1", "7002");
    expect_room("127.0.0.1", "7001", path, "");
    files_write(config, "listen *:7003\n");
    klatchd_signal(d, SIGHUP);
    klatchd_wait_log(d, CONFIG_RESTART("listen"));
    peers_close_and_stop(d);
}

Test(server_listen, a_place_on_the_command_line_replaces_those_of_the_file)
{
    static const char in_file[] = "listen *:7001\nlisten *:7002\n";
    files_write(config, in_file);
    cr_expect_eq(klatchd("--check", "-c", config), 0);
    cr_expect(strstr(out, in_file) && !strstr(out, "#listen"), "%s", out);
    cr_expect_eq(klatchd("--check", "-c", config, "--listen", "*:7003"), 0);
    cr_expect(strstr(out, "\nlisten *:7003\n") && !strstr(out, "*:7001"), "%s", out);
    cr_expect_eq(klatchd("--check", "-c", config, "::1"), 0);
    cr_expect(strstr(out, "address ::1\n") && strstr(out, "\n#listen\n"), "%s", out);
}

Test(server_listen, a_mistake_in_the_file_is_named_with_its_line)
{
    files_write(config, "listen *:7001\nlisten *\n");
    cr_expect_eq(klatchd("--config", config), 2);
    cr_expect(strstr(err, "line 2: listen: " ADDRESS_NO_PORT), "%s", err);
}

/* -- addresses that cannot be used -- */

Test(server_listen, one_place_of_several_is_enough)
{
    network_namespace_set_names("");
    struct klatchd *other = klatchd_start_at("127.0.0.1", "7001");
    struct klatchd *d = klatchd_start_at(
        "--listen", "127.0.0.1:7001", "--listen", "no.such.name.invalid:7001", "--listen",
        "198.51.100.9:7001", "--listen", "unix:/no/such/folder/room", "--listen", "127.0.0.1:7002");
    cr_expect_str_eq(d->port, "7002");
    expect_room("127.0.0.1", "7002", "127.0.0.1", "7002");
    peers_close_and_stop(d);
    klatchd_stop(other);
}

Test(server_listen, a_mapped_address_is_of_ipv4)
{
    struct klatchd *d = klatchd_start_at("--listen", "[::ffff:127.0.0.1]:7001");
    cr_expect_str_eq(d->address, "127.0.0.1");
    expect_room("127.0.0.1", "7001", "::ffff:127.0.0.1", "7001");
    peers_close_and_stop(d);
}

Test(server_listen, more_places_than_sockets_are_named)
{
    const char *argv[2 * OPTION_LIST_MAX + 4] = {BUILD "/klatchd"};
    size_t n = 1;
    for (int i = 0; i < OPTION_LIST_MAX; i++) {
        argv[n++] = "--listen";
        argv[n++] = "127.0.0.1:0";
    }
    argv[n] = "::1";
    argv[n + 1] = "7001";
    struct klatchd *d = klatchd_start_argv(argv);
    expect_room("::1", "7001", "::1", "7001");
    peers_close_and_stop(d);
}

Test(server_listen, each_place_that_cannot_be_used_is_named)
{
    static const char *const where[] = {"no.such.name.invalid", "198.51.100.9 port 7001",
                                        "2001:db8::9 port 7001", "unix:/no/such/folder/room"};
    char expected[128];
    network_namespace_set_names("");
    cr_expect_eq(klatchd("--listen", "no.such.name.invalid:7001", "--listen", "198.51.100.9:7001",
                         "--listen", "[2001:db8::9]:7001", "--listen", "unix:/no/such/folder/room"),
                 1);
    for (size_t i = 0; i < COUNT(where); i++) {
        snprintf(expected, sizeof expected, LISTENER_FAILED("%s", "%s"), where[i], "");
        cr_expect(strstr(err, expected), "%s: %s", where[i], err);
    }
}

Test(server_listen, a_name_that_is_listed_twice_is_served_once)
{
    network_namespace_set_names("127.0.0.1 room\n127.0.0.1 room\n::1 room\n::1 room room\n");
    struct klatchd *d = klatchd_start_at("room", "7001");
    expect_room("127.0.0.1", "7001", "::1", "7001");
    peers_close_and_stop(d);
    d = klatchd_start_at("room", "0");
    expect_room("127.0.0.1", d->port, "::1", d->port);
    peers_close_and_stop(d);
}

Test(server_listen, a_name_with_an_address_of_another_machine_is_served_on_its_own)
{
    network_namespace_set_names("198.51.100.9 room\n127.0.0.1 room\n2001:db8::9 room\n");
    struct klatchd *d = klatchd_start_at("room", "7001");
    cr_expect_str_eq(d->address, "127.0.0.1");
    expect_room("127.0.0.1", "7001", "127.0.0.1", "7001");
    peers_close_and_stop(d);
}

Test(server_listen, without_ipv4_on_the_loopback_it_is_served_over_ipv6)
{
    network_namespace_remove_ipv4();
    struct klatchd *d = klatchd_start_at("--quiet");
    cr_expect_str_eq(d->address, "::1");
    expect_room("::1", ADDRESS_PORT, "::1", ADDRESS_PORT);
    peers_close_and_stop(d);
    network_namespace_set_names("127.0.0.1 localhost\n::1 localhost\n");
    d = klatchd_start_at("localhost", "7001");
    expect_room("::1", "7001", "::1", "7001");
    peers_close_and_stop(d);
}

/* -- interfaces -- */

Test(server_listen, a_link_local_address_is_logged_with_its_interface)
{
    char control[FILES_PATH];
    files_path(control, folder, "control");
    network_namespace_add_ipv6("fe80::7");
    struct klatchd *d =
        klatchd_start_at("--control-socket", control, "--listen", "[fe80::7%lo]:7001");
    cr_expect_str_eq(d->address, "fe80::7%1");
    struct peer *ada = join_at("fe80::7%lo", "7001", "ada");
    klatchd_wait_log(d, "from fe80::7%1 port ");
    cr_expect_eq(klatchd("--control", control, "ban", "fe80::7%2"), 0);
    klatchd_wait_log(d, CONTROL_SWEPT("0"));
    cr_expect_eq(klatchd("--control", control, "ban", "::/0"), 0);
    klatchd_wait_log(d, CONTROL_SWEPT("1"));
    peer_expect_refusal(ada, BANS_MESSAGE);
    peers_close_and_stop(d);
}
