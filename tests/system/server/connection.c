/* A connection by itself, without a loop, where the ring can be small. */
#include "server/net/connection.h"

#include "server/system/ring_map.h"

#include <criterion/criterion.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RING = 1 << 18 };

static struct room room;
static char scratch[CONN_READ], *memory;

/* A member, and the peer's end of its socket. */
static const struct limits any;
static const struct admission_grant grant = {.limits = &any};
static struct read_budget budget = {CONN_READ, 0, INT64_MAX, NULL};

static struct conn *seat(int *ret_peer)
{
    int ends[2];
    char frame[PACKET_ROOM];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    struct conn *c = conn_new(ends[0], 1, &room, &grant);
    size_t n = packet_encode(frame, PROTO_VERIFY, NULL, "ada");
    cr_assert_eq(write(ends[1], frame, n), (ssize_t)n);
    conn_read(c, scratch, &budget);
    cr_assert(session_is_member(&c->session));
    *ret_peer = ends[1];
    return c;
}

static void open_room(void)
{
    memory = ring_map_new(RING);
    room_init(&room, memory, RING);
}

static void close_room(void)
{
    room_deinit(&room);
    ring_map_free(memory, RING);
}

TestSuite(server_connection, .init = open_room, .fini = close_room);

static void say_from(int peer, const char *text, int times)
{
    char frame[PACKET_ROOM];
    size_t n = packet_encode(frame, PROTO_BROADCAST, "ada", text);
    while (times-- > 0) cr_assert_eq(write(peer, frame, n), (ssize_t)n);
}

/* Its leave is told in a frame that takes the place of the one it was owed next. */
Test(server_connection, one_that_fails_at_the_tail_of_the_ring_goes_alone)
{
    int peer;
    struct conn *c = seat(&peer);
    const struct cursor *at = &c->session.member.cursor;
    conn_flush(c);
    do {
        room_notice(&room, "");
    } while (ring_lag(&room.ring, at) + frame_size(ring_at(&room.ring, at->pos)) <= RING);
    close(peer);
    conn_flush(c);
    cr_expect_not(conn_has_output(c));
    cr_expect(conn_wants_read(c));
    conn_read(c, scratch, &budget);
    cr_expect_neq(c->state, CONN_OPEN);
    cr_expect_eq(room.count, 0);
    conn_close_step(c);
    cr_expect_eq(c->state, CONN_CLOSED);
    conn_free(c);
}

Test(server_connection, one_that_takes_nothing_any_more_is_heard_to_the_end)
{
    enum { SAID = 100 };
    int peer;
    struct conn *c = seat(&peer);
    struct read_budget little = {10, 0, INT64_MAX, NULL};
    say_from(peer, "still to be heard", SAID);
    close(peer);
    room_tick(&room);
    conn_flush(c);
    uint64_t before = room.ring.head.seq;
    for (; c->state == CONN_OPEN; conn_flush(c)) {
        cr_assert_not(conn_has_output(c));
        cr_assert(conn_wants_read(c));
        cr_assert_eq(conn_timer(c), c->in.decoder.len > 0 ? TIMER_FRAME : TIMER_NONE);
        conn_read(c, scratch, &little);
    }
    cr_expect_eq(room.ring.head.seq, before + SAID + 1, "and that it left");
    cr_expect_str_eq(c->closing.reason, "closed by the peer");
    conn_free(c);
}

/* A send may fail for want of memory, too, while the peer is there. */
Test(server_connection, a_deaf_one_that_has_said_all_is_not_waited_for)
{
    int peer;
    struct conn *c = seat(&peer);
    c->out.failed = c->in.readable = c->in.peer_closed = true;
    room_tick(&room);
    uint64_t before = room.ring.head.seq;
    say_from(peer, "the last", 1);
    conn_read(c, scratch, &budget);
    cr_expect_eq(c->state, CONN_OPEN);
    cr_expect(conn_wants_read(c));
    conn_read(c, scratch, &budget);
    cr_expect_eq(c->state, CONN_CLOSED);
    cr_expect_eq(room.ring.head.seq, before + 2, "and that it left");
    conn_free(c);
    close(peer);
}

static void fill_ring(uint64_t bytes)
{
    for (uint64_t end = room.ring.head.pos + bytes; room.ring.head.pos < end;)
        room_notice(&room, "anything");
}

Test(server_connection, one_that_does_not_take_what_it_is_owed_is_not_read)
{
    int peer;
    struct conn *c = seat(&peer);
    c->in.readable = true;
    cr_expect(conn_wants_read(c));
    c->out.blocked = true;
    cr_expect(conn_wants_read(c));
    fill_ring(RING / 2 + 100);
    cr_expect_not(conn_wants_read(c));
    c->out.blocked = false;
    cr_expect(conn_wants_read(c));
    while (buffer_view(&c->session.out).n <= CONN_OUT_MAX)
        session_send(&c->session, PROTO_BROADCAST, "a reply");
    cr_expect_not(conn_wants_read(c));
    conn_free(c);
    close(peer);
}

Test(server_connection, the_first_reason_to_end_is_the_one)
{
    int peer;
    struct conn *c = seat(&peer);
    conn_close(c, "first");
    conn_close(c, "second");
    cr_expect_str_eq(c->closing.reason, "first");
    conn_abort(c, "third");
    cr_expect_str_eq(c->closing.reason, "first");
    conn_free(c);
    close(peer);
}

/* Nobody tells it what it missed: it said goodbye. */
Test(server_connection, one_that_the_ring_laps_while_it_leaves_is_owed_nothing)
{
    int peer;
    struct conn *c = seat(&peer);
    conn_flush(c);
    c->out.blocked = true;
    fill_ring(RING / 2);
    conn_close(c, "said goodbye");
    fill_ring(2 * RING);
    c->out.blocked = false;
    conn_flush(c);
    cr_expect_not(conn_has_output(c));
    conn_close_step(c);
    cr_expect_eq(c->state, CONN_LINGERING);
    conn_free(c);
    close(peer);
}
