/* The client's connection without a screen, so that the test chooses the order of events. */
#include "tui/net/connection.h"

#include "tests/system/support/fake_server.h"
#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static struct connection l;

/* Also when the server accepts and closes at once. */
Test(client_connection, up_comes_before_down)
{
    struct fake_server f = fake_server_listen();
    cr_assert_null(connection_resolve(&l, "127.0.0.1", f.port));
    connection_start(&l, 0);
    peer_close(fake_server_accept(&f));
    cr_assert(timeout_poll(l.fd, POLLIN, timeout_deadline()));
    cr_expect_eq(connection_process(&l, POLLIN | POLLOUT, 0).n, 0);
    cr_expect_eq(l.state, CONNECTION_UP);
    connection_process(&l, POLLIN, 0);
    cr_expect_eq(l.state, CONNECTION_DOWN);
    cr_expect_eq(l.error, 0);
    connection_free(&l);
    fake_server_close(&f);
}

Test(client_connection, connecting_times_out)
{
    static struct connection first;
    struct fake_server f = fake_server_listen();
    cr_assert_eq(listen(f.fd, 0), 0);
    cr_assert_null(connection_resolve(&first, "127.0.0.1", f.port));
    connection_start(&first, 0);
    cr_assert(timeout_poll(first.fd, POLLOUT, timeout_deadline()));
    cr_assert_null(connection_resolve(&l, "127.0.0.1", f.port));
    connection_start(&l, 0);
    connection_process(&l, 0, CONNECTION_TIMEOUT_MS - 1);
    cr_expect_eq(l.state, CONNECTION_CONNECTING);
    connection_process(&l, 0, CONNECTION_TIMEOUT_MS);
    cr_expect_eq(l.state, CONNECTION_DOWN);
    cr_expect_eq(l.error, ETIMEDOUT);
    connection_free(&first);
    connection_free(&l);
    fake_server_close(&f);
}

Test(client_connection, a_new_connection_starts_with_an_empty_queue)
{
    struct fake_server f = fake_server_listen();
    cr_assert_null(connection_resolve(&l, "127.0.0.1", f.port));
    for (int i = 0; i < 3; i++) {
        connection_start(&l, 0);
        struct peer *server = fake_server_accept(&f);
        cr_assert(timeout_poll(l.fd, POLLOUT, timeout_deadline()));
        connection_process(&l, POLLOUT, 0);
        cr_assert_eq(l.state, CONNECTION_UP);
        peer_close(server);
        cr_assert(timeout_poll(l.fd, POLLIN, timeout_deadline()));
        connection_send(&l, "late", 4);
        connection_process(&l, POLLIN, 0);
        cr_assert_eq(l.state, CONNECTION_DOWN);
    }
    connection_start(&l, 0);
    cr_expect_eq(l.from, l.to);
    connection_free(&l);
    fake_server_close(&f);
}
