#include "tui/net/connection.h"

#include "tests/unit/support/tls_server.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static struct tls_server server;
static struct connection c;
static struct byte_queue out;

/* Connects by TLS, as a connector does that has made the socket. */
static void start(void)
{
    signal(SIGPIPE, SIG_IGN);
    server = tls_server_start(NULL);
    cr_assert_null(connection_init(&c, "127.0.0.1", "1"));
    c.out = &out;
    c.tls.expected = server.fingerprint;
    cr_assert(tls_channel_open(&c.tls, "127.0.0.1", NULL, false));
    c.state = CONNECTION_CONNECTING;
    c.fd = server.peer;
    c.handshake_until = CONNECTION_HANDSHAKE_MS;
    cr_assert(tls_channel_start(&c.tls, c.fd));
}

static void stop(void)
{
    connection_free(&c);
    byte_queue_free(&out);
    tls_server_stop(&server);
}

TestSuite(connection_tls, .init = start, .fini = stop);

static void shake_hands(void)
{
    for (int i = 0; i < 20 && c.state == CONNECTION_CONNECTING; i++) {
        connection_process(&c, POLLIN, 0);
        tls_server_continue(&server);
    }
    cr_assert_eq(c.state, CONNECTION_UP);
    cr_assert(server.is_up);
}

Test(connection_tls, it_is_up_after_the_handshake_only)
{
    cr_expect_eq(connection_process(&c, 0, 0).n, 0);
    cr_expect_eq(c.state, CONNECTION_CONNECTING);
    cr_expect_eq(connection_pollfd(&c).fd, c.fd);
    cr_expect_eq(connection_deadline(&c), CONNECTION_HANDSHAKE_MS);
    shake_hands();
    cr_expect_eq(connection_deadline(&c), -1);
}

Test(connection_tls, a_handshake_that_takes_too_long_fails)
{
    connection_process(&c, 0, CONNECTION_HANDSHAKE_MS - 1);
    cr_expect_eq(c.state, CONNECTION_CONNECTING);
    connection_process(&c, 0, CONNECTION_HANDSHAKE_MS);
    cr_expect_eq(c.state, CONNECTION_DOWN);
    cr_expect_str_eq(c.error, CONNECTION_NO_HANDSHAKE);
}

Test(connection_tls, the_end_that_was_read_with_the_last_bytes_is_due_at_once)
{
    shake_hands();
    tls_server_send(&server, "bye", 3);
    tls_server_say_end(&server);
    struct span received = connection_process(&c, POLLIN, 0);
    cr_expect_eq(received.n, 3);
    cr_expect_eq(c.state, CONNECTION_UP);
    cr_expect_eq(connection_deadline(&c), 0);
    cr_expect_eq(connection_process(&c, 0, 0).n, 0);
    cr_expect_eq(c.state, CONNECTION_DOWN);
    cr_expect_null(c.error);
}

Test(connection_tls, a_cut_is_an_error)
{
    shake_hands();
    tls_server_cut(&server);
    connection_process(&c, POLLIN, 0);
    cr_expect_eq(c.state, CONNECTION_DOWN);
    cr_expect_str_eq(c.error, TLS_CUT);
}

Test(connection_tls, finishing_sends_the_queue_and_the_end)
{
    char bytes[16];
    shake_hands();
    cr_assert(byte_queue_append(&out, "goodbye", 7));
    connection_finish(&c);
    cr_expect_eq(tls_server_receive(&server, bytes, sizeof bytes), 7);
    cr_expect(tls_server_has_end(&server));
    cr_expect_eq(connection_pollfd(&c).events, POLLIN);
}

Test(connection_tls, many_records_leave_none_behind)
{
    enum { RECORD = 1000, RECORDS = 3 };
    char bytes[RECORD];
    memset(bytes, 'x', sizeof bytes);
    shake_hands();
    for (int i = 0; i < RECORDS; i++) tls_server_send(&server, bytes, sizeof bytes);
    cr_expect_eq(connection_process(&c, POLLIN, 0).n, RECORDS * RECORD);
}
