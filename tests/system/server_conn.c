/* A connection by itself, without a loop, where the ring can be small. */
#include "server/conn.h"
#include "server/mirror.h"

#include <criterion/criterion.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RING = 1 << 18 };

static struct room room;
static char scratch[CONN_READ];

/* A member, and the peer's end of its socket. */
static const struct policy any;
static const struct guest guest = {.policy = &any};
static struct budget budget = {CONN_READ, 0, INT64_MAX, NULL};

static struct conn *seat(int *ret_peer)
{
    int ends[2];
    char frame[PACKET_ROOM];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    struct conn *c = conn_new(ends[0], 1, &room, &guest);
    size_t n = packet_encode(frame, PROTO_VERIFY, NULL, "ada");
    cr_assert_eq(write(ends[1], frame, n), (ssize_t)n);
    conn_read(c, scratch, &budget);
    cr_assert(session_is_member(&c->session));
    *ret_peer = ends[1];
    return c;
}

/* Its leave is then told in a frame that takes the place of the one it is owed next. */
Test(server_conn, one_that_fails_at_the_tail_of_the_ring_goes_alone)
{
    int peer;
    char *memory = mirror_map(RING);
    room_init(&room, memory, RING);
    struct conn *c = seat(&peer);
    const struct cursor *at = &c->session.member.at;
    conn_flush(c);
    do {
        room_announce(&room, PROTO_BROADCAST, "");
    } while (ring_lag(&room.ring, at) + frame_size(ring_at(&room.ring, at->pos)) <= RING);
    close(peer);
    conn_flush(c);
    cr_expect_eq(c->state, CONN_DEAD);
    cr_expect_eq(room.count, 0);
    conn_free(c);
    room_free(&room);
    mirror_unmap(memory, RING);
}
