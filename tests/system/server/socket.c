/* Two connections with real sockets, without a server: liveness, closing, and full sockets. */
#include "server/net/connection_input.h"
#include "server/system/ring_map.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RING = 1 << 18, LONG = 60000 };

static const struct limits limits;
static const struct admission_grant grant = {.limits = &limits};
static struct counters counters;
static struct room room;
static char *memory, scratch[CONN_READ], text[LONG + 1];

/* Two connections, and the clients' ends of their sockets. */
static struct conn *ada, *bob;
static int to_ada, to_bob;

static struct conn *connect_to(int *ret_fd)
{
    int fd[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fd), 0);
    *ret_fd = fd[1];
    struct conn *c = conn_new(fd[0], &room, &grant, 0);
    cr_assert_not_null(c);
    return c;
}

static void handle(struct conn *c, int fd, enum proto proto, const char *msg)
{
    char frame[PACKET_ROOM];
    struct read_budget budget = {CONN_READ, 0, INT64_MAX, NULL, NULL};
    size_t n = packet_encode(frame, proto, NULL, msg);
    cr_assert_eq(send(fd, frame, n, 0), (ssize_t)n);
    c->in.readable = true;
    while (conn_wants_read(c)) conn_read(c, scratch, &budget);
}

static void open_both(void)
{
    memory = ring_map_new(RING);
    cr_assert_not_null(memory);
    room_init(&room, &counters, memory, RING);
    memset(text, 'x', LONG);
    ada = connect_to(&to_ada);
    bob = connect_to(&to_bob);
    handle(ada, to_ada, PROTO_VERIFY, "ada");
    handle(bob, to_bob, PROTO_VERIFY, "bob");
}

static void close_both(void)
{
    conn_free(ada);
    conn_free(bob);
    conn_free(NULL);
    close(to_ada);
    close(to_bob);
    room_deinit(&room);
    ring_map_free(memory, RING);
}

TestSuite(server_socket, .init = open_both, .fini = close_both);

/* Sends messages of bob until ada's socket is full. */
static void fill_socket(void)
{
    for (int i = 0; i < 1000 && !ada->out.blocked; i++) {
        cr_assert(room_broadcast(&room, &bob->session.member, text));
        conn_flush(ada);
    }
    cr_assert(ada->out.blocked);
}

/* Reads what has arrived; returns whether it contains the text. */
static bool receive(int fd, const char *part)
{
    static char received[1 << 20];
    size_t n = 0;
    ssize_t now;
    while (n < sizeof received && (now = recv(fd, received + n, sizeof received - n, 0)) > 0)
        n += (size_t)now;
    return memmem(received, n, part, strlen(part)) != NULL;
}

Test(server_socket, a_client_that_reads_nothing_is_disconnected_after_the_timeout)
{
    fill_socket();
    conn_check_liveness(ada, 1000, 5000);
    conn_check_liveness(ada, 5999, 5000);
    cr_expect_eq(ada->state, CONN_OPEN);
    conn_check_liveness(ada, 6000, 0);
    cr_expect_eq(ada->state, CONN_OPEN, "without a timeout");
    conn_check_liveness(ada, 6000, 5000);
    cr_expect_eq(ada->state, CONN_CLOSED);
    conn_free(ada);
    ada = NULL;
    cr_expect_null(room_find_member(&room, "ada"), "its nickname is not free");
}

Test(server_socket, reading_restarts_the_timeout)
{
    fill_socket();
    conn_check_liveness(ada, 1000, 5000);
    receive(to_ada, "");
    ada->out.blocked = false;
    fill_socket();
    conn_check_liveness(ada, 6000, 5000);
    conn_check_liveness(ada, 10999, 5000);
    cr_expect_eq(ada->state, CONN_OPEN);
    conn_check_liveness(ada, 11000, 5000);
    cr_expect_eq(ada->state, CONN_CLOSED);
}

Test(server_socket, the_first_reason_to_close_is_kept)
{
    conn_close(ada, CONN_GOODBYE);
    conn_handshake_timeout(ada);
    conn_close(ada, CONN_CLOSED_BY_PEER);
    cr_expect_str_eq(ada->closing.reason, CONN_GOODBYE);
    conn_close_step(ada);
    cr_expect_not(receive(to_ada, CONN_NO_NICK));
    conn_abort(ada, "broken pipe");
    cr_expect_str_eq(ada->closing.reason, CONN_GOODBYE);
}

Test(server_socket, the_reason_is_sent_last)
{
    cr_assert(room_broadcast(&room, &bob->session.member, "before"));
    conn_disconnect(ada, REJECT_NICK_TIMEOUT, "That is all.");
    cr_expect_not(conn_is_delivered(ada));
    conn_close_step(ada);
    cr_expect_eq(ada->state, CONN_LINGERING);
    cr_expect_not(conn_is_delivered(ada), "it is in the client's socket, but not read");
    cr_expect(receive(to_ada, "That is all."));
    cr_expect(conn_is_delivered(ada));
    close(to_ada);
    conn_close_step(ada);
    cr_expect_eq(ada->state, CONN_CLOSED);
}

Test(server_socket, a_client_that_reads_nothing_is_read_until_it_is_half_a_ring_behind)
{
    fill_socket();
    ada->in.readable = true;
    while (ring_lag(&room.ring, &ada->session.member.cursor) <= RING / 2) {
        cr_assert(conn_wants_read(ada));
        cr_assert(room_broadcast(&room, &bob->session.member, text));
    }
    cr_expect_not(conn_wants_read(ada));
    cr_expect(conn_has_input(ada));
    ada->out.blocked = false;
    cr_expect(conn_wants_read(ada));
}

Test(server_socket, the_client_of_a_unix_socket_needs_no_probe)
{
    conn_keepalive_start(ada, bob);
    struct deadlines deadlines;
    deadlines_init(&deadlines, 0, 0);
    conn_update_timers(ada, &deadlines, 0);
    cr_expect_neq(ada->timer.kind, TIMER_KEEPALIVE);
    conn_keepalive_finish(ada);
    cr_expect_eq(ada->state, CONN_OPEN);
}
