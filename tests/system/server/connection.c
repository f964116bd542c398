/* A connection of a small room, without a server. */
#include "server/net/connection_input.h"
#include "server/net/poller.h"
#include "server/system/ring_map.h"

#include <criterion/criterion.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RING = 1 << 18 };

static struct counters counters;
static struct room room;
static char scratch[CONN_READ], *memory;

static const struct limits any;
static const struct admission_grant grant = {.limits = &any};
static struct read_budget budget = {CONN_READ, 0, INT64_MAX, NULL, NULL};

/* Creates a member; *ret_peer is the client's end of its socket. */
static struct conn *add_member(int *ret_peer)
{
    int ends[2];
    char frame[PACKET_ROOM];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    struct conn *c = conn_new(ends[0], &room, &grant, 0);
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
    room_init(&room, &counters, memory, RING);
}

static void close_room(void)
{
    room_deinit(&room);
    ring_map_free(memory, RING);
}

TestSuite(server_connection, .init = open_room, .fini = close_room);

static enum timer frame_timer_of(struct conn *c)
{
    struct deadlines deadlines;
    deadlines_init(&deadlines, 0, 0);
    conn_update_timers(c, &deadlines, 0);
    enum timer kind = c->in.frame_timer ? c->in.frame_timer->deadline.kind : TIMER_NONE;
    conn_unset_timers(c, &deadlines, 0);
    return kind;
}

static void send_from(int peer, const char *text, int times)
{
    char frame[PACKET_ROOM];
    size_t n = packet_encode(frame, PROTO_BROADCAST, "ada", text);
    while (times-- > 0) cr_assert_eq(write(peer, frame, n), (ssize_t)n);
}

/* The notice of its leave overwrites the next frame it should receive. */
Test(server_connection, a_failed_member_at_the_tail_of_the_ring_is_closed)
{
    int peer;
    struct conn *c = add_member(&peer);
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
    conn_close_step(c);
    cr_expect_eq(c->state, CONN_CLOSED);
    conn_free(c);
    cr_expect_eq(room.count, 0);
}

Test(server_connection, after_a_failed_send_input_is_read_to_the_end)
{
    enum { MESSAGES = 100 };
    int peer;
    struct conn *c = add_member(&peer);
    struct read_budget little = {10, 0, INT64_MAX, NULL, NULL};
    send_from(peer, "still to be read", MESSAGES);
    close(peer);
    room_tick(&room);
    conn_flush(c);
    uint64_t before = room.ring.head.seq;
    for (; c->state == CONN_OPEN; conn_flush(c)) {
        cr_assert_not(conn_has_output(c));
        cr_assert(conn_wants_read(c));
        cr_assert_eq(frame_timer_of(c), frame_missing(&c->in.decoder) ? TIMER_FRAME : TIMER_NONE);
        conn_read(c, scratch, &little);
    }
    cr_expect_eq(room.ring.head.seq, before + MESSAGES + 1, "with the notice of its leave");
    cr_expect_str_eq(c->closing.reason, CONN_CLOSED_BY_PEER);
    conn_free(c);
}

/* A send may also fail for lack of memory, while the client is connected. */
Test(server_connection, after_a_failed_send_and_the_end_of_input_it_is_closed)
{
    int peer;
    struct conn *c = add_member(&peer);
    c->out.failed = c->in.readable = true;
    room_tick(&room);
    uint64_t before = room.ring.head.seq;
    send_from(peer, "the last", 1);
    conn_read(c, scratch, &budget);
    cr_expect_eq(c->state, CONN_OPEN);
    cr_expect(conn_wants_read(c));
    conn_read(c, scratch, &budget);
    cr_expect_eq(c->state, CONN_CLOSED);
    conn_free(c);
    cr_expect_eq(room.ring.head.seq, before + 2, "with the notice of its leave");
    close(peer);
}

/* A suite of its own, because memcheck takes the memory of a forked process for lost. */
TestSuite(server_connection_from_processes, .init = open_room, .fini = close_room);

/* The kernel returns the bytes of one process at a time if the receiver asks for credentials. */
Test(server_connection_from_processes, messages_that_several_processes_send_are_all_read)
{
    enum { PROCESSES = 5 };
    int peer;
    struct conn *c = add_member(&peer);
    cr_assert_eq(setsockopt(c->fd, SOL_SOCKET, SO_PASSCRED, &(int){1}, sizeof(int)), 0);
    room_tick(&room);
    uint64_t before = room.ring.head.seq;
    for (int i = 0; i < PROCESSES; i++) {
        pid_t child = fork();
        if (child == 0) send_from(peer, "one of many", 1);
        if (child == 0) _exit(0);
        cr_assert_eq(waitpid(child, NULL, 0), child);
    }
    conn_handle_event(c, POLLER_READ);
    while (conn_wants_read(c)) conn_read(c, scratch, &budget);
    cr_expect_eq(room.ring.head.seq, before + PROCESSES);
    conn_free(c);
    close(peer);
}

static void fill_ring(uint64_t bytes)
{
    for (uint64_t end = room.ring.head.pos + bytes; room.ring.head.pos < end;)
        room_notice(&room, "anything");
}

Test(server_connection, a_member_far_behind_is_not_read)
{
    int peer;
    struct conn *c = add_member(&peer);
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

Test(server_connection, the_first_reason_to_close_is_kept)
{
    int peer;
    struct conn *c = add_member(&peer);
    conn_close(c, "first");
    conn_close(c, "second");
    cr_expect_str_eq(c->closing.reason, "first");
    conn_abort(c, "third");
    cr_expect_str_eq(c->closing.reason, "first");
    conn_free(c);
    close(peer);
}

/* It said goodbye, so it is not told of a gap. */
Test(server_connection, a_leaving_member_that_the_ring_overtakes_has_no_output)
{
    int peer;
    struct conn *c = add_member(&peer);
    conn_flush(c);
    c->out.blocked = true;
    fill_ring(RING / 2);
    conn_close(c, CONN_GOODBYE);
    fill_ring(2 * RING);
    c->out.blocked = false;
    conn_flush(c);
    cr_expect_not(conn_has_output(c));
    conn_close_step(c);
    cr_expect_eq(c->state, CONN_LINGERING);
    conn_free(c);
    close(peer);
}

/* A client that is not read for a while has no more time in all to choose a nickname. */
Test(server_connection, a_pause_does_not_extend_the_total_time_for_a_nickname)
{
    enum { NICK_SECONDS = 10, ALL_MS = 100 * 1000 };
    struct deadlines deadlines;
    deadlines_init(&deadlines, NICK_SECONDS, 0);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct conn *c = conn_new(fd, &room, &grant, 1000);
    conn_update_timers(c, &deadlines, 1000);
    cr_expect_eq(c->timer.kind, TIMER_HANDSHAKE);
    conn_pause(c);
    conn_update_timers(c, &deadlines, 5000);
    cr_expect_eq(c->timer.kind, TIMER_RATE_LIMIT);
    cr_expect(conn_resume(c, 6000));
    conn_update_timers(c, &deadlines, 6000);
    cr_expect_eq(c->timer.kind, TIMER_HANDSHAKE);
    cr_expect_not(conn_is_handshake_over(c, 1000 + ALL_MS - 1));
    cr_expect(conn_is_handshake_over(c, 1000 + ALL_MS));
    conn_unset_timers(c, &deadlines, 6000);
    conn_free(c);
}

/* The last input was counted at a slower rate, so its debt would last much longer. */
Test(server_connection, new_limits_end_the_wait_of_the_old_ones)
{
    static const struct limits slow = {.input = {.step = 1000000, .slack = 60000000}};
    static const struct admission_grant slowly = {.limits = &slow};
    struct deadlines deadlines;
    deadlines_init(&deadlines, 0, 0);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct conn *c = conn_new(fd, &room, &slowly, 1000);
    conn_count_input(c, 64 * 1024, 1000);
    cr_expect(conn_is_flooding(c, 1000));
    conn_reset_limits(c, &deadlines, 1000);
    cr_expect_not(conn_is_flooding(c, 1000));
    cr_expect_eq(conn_idle_since(c), 1000);
    conn_unset_timers(c, &deadlines, 1000);
    conn_free(c);
}
