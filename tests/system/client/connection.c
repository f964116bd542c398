/* The client's connection by itself, without a screen, where the order of things can be chosen. */
#include "tui/net/connection.h"

#include "tests/system/support/fake_server.h"
#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static struct link l;

/* Even where the end comes with the beginning, the app hears of both, one after the other. */
Test(client_connection, up_comes_before_down)
{
    struct fake_server f = fake_server_listen();
    cr_assert_null(link_find(&l, "127.0.0.1", f.port));
    link_start(&l, 0);
    peer_close(fake_server_accept(&f));
    cr_assert(timeout_poll(l.fd, POLLIN, timeout_deadline()));
    cr_expect_eq(link_turn(&l, POLLIN | POLLOUT, 0).n, 0);
    cr_expect_eq(l.state, LINK_UP);
    link_turn(&l, POLLIN, 0);
    cr_expect_eq(l.state, LINK_DOWN);
    cr_expect_eq(l.error, 0);
    link_free(&l);
    fake_server_close(&f);
}

Test(client_connection, nobody_waits_for_an_answer_for_ever)
{
    static struct link first;
    struct fake_server f = fake_server_listen();
    cr_assert_eq(listen(f.fd, 0), 0);
    cr_assert_null(link_find(&first, "127.0.0.1", f.port));
    link_start(&first, 0);
    cr_assert(timeout_poll(first.fd, POLLOUT, timeout_deadline()));
    cr_assert_null(link_find(&l, "127.0.0.1", f.port));
    link_start(&l, 0);
    link_turn(&l, 0, LINK_PATIENCE - 1);
    cr_expect_eq(l.state, LINK_CONNECTING);
    link_turn(&l, 0, LINK_PATIENCE);
    cr_expect_eq(l.state, LINK_DOWN);
    cr_expect_eq(l.error, ETIMEDOUT);
    link_free(&first);
    link_free(&l);
    fake_server_close(&f);
}

Test(client_connection, once_more_and_without_what_was_queued)
{
    struct fake_server f = fake_server_listen();
    cr_assert_null(link_find(&l, "127.0.0.1", f.port));
    for (int i = 0; i < 3; i++) {
        link_start(&l, 0);
        struct peer *server = fake_server_accept(&f);
        cr_assert(timeout_poll(l.fd, POLLOUT, timeout_deadline()));
        link_turn(&l, POLLOUT, 0);
        cr_assert_eq(l.state, LINK_UP);
        peer_close(server);
        cr_assert(timeout_poll(l.fd, POLLIN, timeout_deadline()));
        link_send(&l, "late", 4);
        link_turn(&l, POLLIN, 0);
        cr_assert_eq(l.state, LINK_DOWN);
    }
    link_start(&l, 0);
    cr_expect_eq(l.from, l.to);
    link_free(&l);
    fake_server_close(&f);
}
