/* The client's connection without a screen, so that the test chooses the order of events. */
#include "tui/net/connection.h"

#include "tests/system/support/fake_name_server.h"
#include "tests/system/support/fake_server.h"
#include "tests/system/support/network_namespace.h"
#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct connection l;
static struct byte_queue out;

static void speak_plain(void)
{
    unsetenv("KLATCH_TLS");
}

TestSuite(client_connection, .init = speak_plain);

/* Also when the server accepts and closes at once. */
Test(client_connection, up_comes_before_down)
{
    struct fake_server f = fake_server_listen();
    cr_assert_null(connection_init(&l, "127.0.0.1", f.port));
    l.out = &out;
    connection_start(&l, 0);
    peer_close(fake_server_accept(&f));
    cr_assert(timeout_poll(connection_pollfd(&l).fd, POLLIN, timeout_deadline()));
    cr_expect_eq(connection_process(&l, POLLIN | POLLOUT, 0).n, 0);
    cr_expect_eq(l.state, CONNECTION_UP);
    connection_process(&l, POLLIN, 0);
    cr_expect_eq(l.state, CONNECTION_DOWN);
    cr_expect_null(l.error);
    connection_free(&l);
    fake_server_close(&f);
}

Test(client_connection, connecting_times_out)
{
    static struct connection first;
    struct fake_server f = fake_server_listen();
    cr_assert_eq(listen(f.fd, 0), 0);
    cr_assert_null(connection_init(&first, "127.0.0.1", f.port));
    first.out = &out;
    connection_start(&first, 0);
    cr_assert(timeout_poll(connection_pollfd(&first).fd, POLLIN, timeout_deadline()));
    cr_assert_null(connection_init(&l, "127.0.0.1", f.port));
    l.out = &out;
    connection_start(&l, 0);
    connection_process(&l, 0, CONNECTOR_TIMEOUT_MS - 1);
    cr_expect_eq(l.state, CONNECTION_CONNECTING);
    connection_process(&l, 0, CONNECTOR_TIMEOUT_MS);
    cr_expect_eq(l.state, CONNECTION_DOWN);
    cr_expect_str_eq(l.error, strerror(ETIMEDOUT));
    connection_free(&first);
    connection_free(&l);
    fake_server_close(&f);
}

Test(client_connection, a_new_connection_starts_with_an_empty_queue)
{
    struct fake_server f = fake_server_listen();
    cr_assert_null(connection_init(&l, "127.0.0.1", f.port));
    l.out = &out;
    for (int i = 0; i < 3; i++) {
        connection_start(&l, 0);
        struct peer *server = fake_server_accept(&f);
        cr_assert(timeout_poll(connection_pollfd(&l).fd, POLLIN, timeout_deadline()));
        connection_process(&l, POLLOUT, 0);
        cr_assert_eq(l.state, CONNECTION_UP);
        peer_close(server);
        cr_assert(timeout_poll(connection_pollfd(&l).fd, POLLIN, timeout_deadline()));
        cr_assert(byte_queue_append(&out, "late", 4));
        connection_process(&l, POLLIN, 0);
        cr_assert_eq(l.state, CONNECTION_DOWN);
    }
    connection_start(&l, 0);
    cr_expect_eq(out.from, out.to);
    byte_queue_free(&out);
    connection_free(&l);
    fake_server_close(&f);
}

/* -- a host with several addresses (RFC 8305) -- */

static struct fake_server dead, live; /* on one port, of IPv6 and of 127.0.0.1 */
static int queued;                    /* what fills the backlog of the dead one */

/* The host "room" has these addresses, of which IPv6 ones do not answer; 127.0.0.1 does. */
static void make_room(const char *hosts)
{
    network_namespace_enter();
    network_namespace_set_names(hosts);
    network_namespace_add_ipv6("fd00::1");
    network_namespace_add_ipv6("fd00::2");
    network_namespace_add_ipv6("fd00::3");
    live = fake_server_listen();
    dead = fake_server_listen_at("::", live.port);
    queued = fake_server_fill_backlog(&dead);
}

/* Starts to connect at time 0. Returns when its addresses are known and the first is tried. */
static void start_to_room(void)
{
    cr_assert_null(connection_init(&l, "room", live.port));
    l.out = &out;
    connection_start(&l, 0);
    int64_t deadline = timeout_deadline();
    while (!connection_is_resolved(&l)) {
        cr_assert(timeout_poll(connection_pollfd(&l).fd, POLLIN, deadline));
        connection_process(&l, 0, 0);
    }
}

static bool is_called(const struct fake_server *f)
{
    struct pollfd caller = {.fd = f->fd, .events = POLLIN};
    return poll(&caller, 1, 0) > 0;
}

/* Waits for the connection, while the clock stands at this time. */
static void wait_up(int64_t now)
{
    int64_t deadline = timeout_deadline();
    while (l.state == CONNECTION_CONNECTING) {
        cr_assert(timeout_poll(connection_pollfd(&l).fd, POLLIN, deadline));
        connection_process(&l, 0, now);
    }
    cr_assert_eq(l.state, CONNECTION_UP, "%s", l.error);
}

static size_t count_entries(const char *path)
{
    size_t n = 0;
    DIR *dir = opendir(path);
    cr_assert(dir != NULL, "%s", path);
    while (readdir(dir) != NULL) n++;
    closedir(dir);
    return n;
}

Test(client_connection, a_dead_first_address_costs_a_quarter_of_a_second)
{
    make_room("::1 room\n127.0.0.1 room\n");
    size_t before = count_entries("/proc/self/fd");
    start_to_room();
    cr_expect_eq(connection_deadline(&l), CONNECTOR_DELAY_MS);
    connection_process(&l, 0, CONNECTOR_DELAY_MS - 1);
    cr_expect_not(is_called(&live));
    connection_process(&l, 0, CONNECTOR_DELAY_MS);
    cr_expect(is_called(&live));
    wait_up(CONNECTOR_DELAY_MS);
    int64_t deadline = timeout_deadline(); /* the lookup's thread closes its descriptor last */
    while (count_entries("/proc/self/fd") != before + 1)
        cr_assert(timeout_retry(deadline), "the other attempts are not closed");
    connection_free(&l);
    close(queued);
}

Test(client_connection, the_families_take_turns)
{
    make_room("fd00::1 room\nfd00::2 room\nfd00::3 room\n127.0.0.1 room\n");
    start_to_room();
    connection_process(&l, 0, CONNECTOR_DELAY_MS);
    cr_expect(is_called(&live));
    wait_up(CONNECTOR_DELAY_MS);
    connection_free(&l);
    close(queued);
}

Test(client_connection, an_address_that_refuses_costs_nothing)
{
    make_room("::1 room\n127.0.0.1 room\n");
    close(queued);
    fake_server_close(&dead);
    start_to_room();
    wait_up(0);
    connection_free(&l);
}

Test(client_connection, the_first_to_connect_wins)
{
    make_room("::1 room\n127.0.0.1 room\n");
    cr_assert_eq(listen(live.fd, 0), 0);
    int also_queued = fake_server_fill_backlog(&live);
    start_to_room();
    connection_process(&l, 0, CONNECTOR_DELAY_MS);
    cr_expect_eq(connection_deadline(&l), CONNECTOR_TIMEOUT_MS);
    peer_close(fake_server_accept(&dead));
    wait_up(CONNECTOR_DELAY_MS); /* until the kernel tries the dead address again */
    peer_close(fake_server_accept(&dead));
    connection_free(&l);
    close(also_queued);
    close(queued);
}

Test(client_connection, the_last_address_has_its_time_too)
{
    make_room("::1 room\nfd00::1 room\n");
    start_to_room();
    connection_process(&l, 0, CONNECTOR_DELAY_MS);
    connection_process(&l, 0, CONNECTOR_TIMEOUT_MS);
    cr_expect_eq(l.state, CONNECTION_CONNECTING);
    connection_process(&l, 0, CONNECTOR_DELAY_MS + CONNECTOR_TIMEOUT_MS);
    cr_expect_eq(l.state, CONNECTION_DOWN);
    cr_expect_str_eq(l.error, strerror(ETIMEDOUT));
    connection_free(&l);
    close(queued);
}

/* An address without a route is sorted last, and fails last. */
Test(client_connection, the_reason_is_of_an_address_that_answered)
{
    make_room("2001:db8::1 room\n127.0.0.1 room\n");
    fake_server_close(&live);
    start_to_room();
    connection_process(&l, 0, 0);
    cr_expect_eq(l.state, CONNECTION_DOWN);
    cr_expect_str_eq(l.error, strerror(ECONNREFUSED));
    connection_free(&l);
    close(queued);
}

/* -- a name server that does not answer -- */

Test(client_connection, a_lookup_that_runs_is_not_started_again)
{
    network_namespace_enter();
    network_namespace_set_names("");
    struct fake_name_server silent = fake_name_server_listen();
    size_t before = count_entries("/proc/self/task");
    cr_assert_null(connection_init(&l, "room", "1"));
    l.out = &out;
    for (int i = 0; i < 3; i++) {
        connection_start(&l, 0);
        cr_expect_not(connection_is_resolved(&l));
        cr_expect_eq(connection_deadline(&l), -1);
    }
    cr_assert(timeout_poll(silent.fd, POLLIN, timeout_deadline()));
    cr_expect_eq(count_entries("/proc/self/task"), before + 1);
    connection_free(&l);
    close(silent.fd);
}
