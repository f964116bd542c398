/* The table of connections, with real sockets but without a server. */
#include "server/net/connections.h"

#include "server/net/connection_input.h"
#include "server/system/ring_map.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RING = 1 << 18, MANY = 100, MEMORY = 1 << 18, FRAME_MS = 30000 };

static const struct limits limits;
static const struct admission_grant grant = {.limits = &limits};
static struct counters counters;
static struct room room;
static struct conn_table table;
static char *memory;

static void open_table(void)
{
    memory = ring_map_new(RING);
    room_init(&room, &counters, memory, RING);
    conn_table_init(&table, 0, 0, MEMORY);
}

static void close_table(void)
{
    conn_table_deinit(&table);
    room_deinit(&room);
    ring_map_free(memory, RING);
}

TestSuite(server_connections, .init = open_table, .fini = close_table);

static struct conn *add(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    return conn_table_add(&table, fd, &room, &grant, 0);
}

Test(server_connections, each_connection_is_found_by_its_id)
{
    struct conn *all[MANY];
    for (int i = 0; i < MANY; i++) all[i] = add();
    for (int i = 0; i < MANY; i++)
        cr_expect_eq(conn_table_find(&table, conn_token(all[i])), all[i]);
    cr_expect_eq(table.used, MANY);
}

Test(server_connections, the_id_of_a_closed_connection_finds_nothing)
{
    struct conn *first = add();
    struct poller_token old = conn_token(first), beyond = old;
    beyond.index = POLLER_INDEX_MAX;
    conn_table_remove(&table, first, 0);
    cr_expect_null(conn_table_find(&table, old));
    cr_expect_null(conn_table_find(&table, beyond));
    struct conn *second = add();
    cr_expect_eq(conn_token(second).index, old.index);
    cr_expect_null(conn_table_find(&table, old));
}

Test(server_connections, a_token_of_another_kind_is_no_connection)
{
    struct poller_token token = conn_token(add());
    token.kind = POLLER_SIGNALS;
    cr_expect_null(conn_table_find(&table, token));
}

/* After 2^32 - 1 connections. */
Test(server_connections, numbers_skip_none_when_they_wrap)
{
    table.last_number = UINT32_MAX;
    cr_expect_eq(add()->number, 1);
}

Test(server_connections, unmapping_no_ring_does_nothing)
{
    ring_map_free(NULL, RING);
}

/* -- incomplete packets -- */

/* A connection, and the client's end of its socket. */
struct client {
    struct conn *c;
    int fd;
};

static void handle_input(struct conn *c, int64_t now)
{
    static char buf[CONN_READ];
    struct read_budget budget = {CONN_READ, now, INT64_MAX, NULL, NULL};
    conn_handle_event(c, POLLER_READ);
    while (conn_wants_read(c)) conn_read(c, buf, &budget);
    conn_table_update(&table, c, now);
}

static void send_bytes(struct client *client, const char *bytes, size_t n, int64_t now)
{
    cr_assert_eq(write(client->fd, bytes, n), (ssize_t)n);
    handle_input(client->c, now);
}

static struct client add_client(const char *nick, int64_t now)
{
    int fd[2];
    char frame[PACKET_ROOM];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd), 0);
    struct client client = {conn_table_add(&table, fd[0], &room, &grant, now), fd[1]};
    if (nick) send_bytes(&client, frame, packet_encode(frame, PROTO_VERIFY, NULL, nick), now);
    return client;
}

/* Sends a byte each second. Another member's messages fill its socket, and it reads them, now and
 * then. */
static void expect_drip_ends(const char *nick)
{
    int64_t now = 1000;
    struct client ada = add_client(nick, now);
    send_bytes(&ada, "\x0F\xFF", 2, now);
    for (now += 999; now < 1000 + FRAME_MS; now += 1000) {
        ada.c->out.blocked = now / 1000 % 3 == 0;
        if (now / 1000 % 5 == 0) conn_pause(ada.c);
        conn_table_update(&table, ada.c, now);
        conn_resume(ada.c, now);
        cr_assert_eq(write(ada.fd, "x", 1), 1);
        conn_table_expire(&table, now, 0);
        cr_assert_eq(ada.c->state, CONN_OPEN, "after %jd ms", (intmax_t)now - 1000);
        handle_input(ada.c, now);
    }
    cr_assert_eq(write(ada.fd, "x", 1), 1);
    conn_table_expire(&table, 1000 + FRAME_MS, 0);
    cr_expect_neq(ada.c->state, CONN_OPEN);
    cr_expect_str_eq(ada.c->closing.reason, CONN_FRAME_TIMEOUT);
    close(ada.fd);
}

Test(server_connections, a_packet_that_a_stranger_sends_byte_by_byte_ends_in_time)
{
    expect_drip_ends(NULL);
}

Test(server_connections, a_packet_that_a_member_sends_byte_by_byte_ends_in_time)
{
    expect_drip_ends("ada");
}

Test(server_connections, a_packet_whose_rest_was_not_read_yet_is_not_late)
{
    char frame[PACKET_ROOM];
    struct client ada = add_client("ada", 0);
    size_t n = packet_encode(frame, PROTO_BROADCAST, NULL, "slow server");
    uint64_t before = counters.messages;
    send_bytes(&ada, frame, 5, 0);
    cr_assert_eq(write(ada.fd, frame + 5, n - 5), (ssize_t)n - 5);
    conn_table_expire(&table, FRAME_MS, 0);
    handle_input(ada.c, FRAME_MS);
    cr_expect_eq(ada.c->state, CONN_OPEN);
    cr_expect_eq(counters.messages, before + 1);
    conn_table_expire(&table, 3 * FRAME_MS, 0);
    cr_expect_eq(ada.c->state, CONN_OPEN, "no packet is incomplete");
    close(ada.fd);
}

Test(server_connections, a_packet_that_a_limit_does_not_let_the_client_send_is_not_late)
{
    static const char part[4096];
    struct client ada = add_client("ada", 0), bob = add_client("bob", 0);
    send_bytes(&ada, "\xFF\xFF", 2, 0);
    send_bytes(&bob, "\xFF\xFF", 2, 0);
    cr_assert_eq(write(ada.fd, part, sizeof part), (ssize_t)sizeof part);
    cr_assert_eq(write(bob.fd, part, 1), 1);
    conn_pause(ada.c);
    conn_pause(bob.c);
    conn_table_expire(&table, FRAME_MS, 0);
    cr_expect_eq(ada.c->state, CONN_OPEN);
    cr_expect_neq(bob.c->state, CONN_OPEN);
    close(ada.fd);
    close(bob.fd);
}

/* Of twelve packets at once, the nicknames count as one and ten, and the message as one. */
Test(server_connections, a_new_nickname_of_a_member_counts_as_ten_packets)
{
    static const struct limits slow = {.packets = {.step = 1000000, .slack = 11000000}};
    static const struct admission_grant slowly = {.limits = &slow};
    char frame[PACKET_ROOM];
    int fd[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd), 0);
    struct client ada = {conn_table_add(&table, fd[0], &room, &slowly, 1000), fd[1]};
    send_bytes(&ada, frame, packet_encode(frame, PROTO_VERIFY, NULL, "ada"), 1000);
    send_bytes(&ada, frame, packet_encode(frame, PROTO_VERIFY, NULL, "bob"), 1000);
    cr_expect_not(ada.c->in.paused);
    send_bytes(&ada, frame, packet_encode(frame, PROTO_BROADCAST, NULL, "hello"), 1000);
    cr_expect(ada.c->in.paused);
    close(ada.fd);
}

Test(server_connections, each_packet_has_its_own_time)
{
    char frame[PACKET_ROOM];
    struct client ada = add_client("ada", 0);
    size_t n = packet_encode(frame, PROTO_BROADCAST, NULL, "typing");
    send_bytes(&ada, frame, 5, 0);
    for (int64_t now = 20000; now < 10 * FRAME_MS; now += 20000) {
        conn_table_expire(&table, now, 0);
        send_bytes(&ada, frame + 5, n - 5, now);
        send_bytes(&ada, frame, 5, now);
        cr_assert_eq(ada.c->state, CONN_OPEN);
    }
    close(ada.fd);
}

/* The memory is for four packets of 64 KiB. */
Test(server_connections, the_oldest_stranger_with_an_incomplete_packet_makes_room)
{
    enum { MEMBERS = 6, HELD = 64 * 1024 - 100, OF_STRANGER = 4000 };
    static char bytes[HELD] = "\xFF\xFF";
    struct client members[MEMBERS], strangers[2];
    char nick[16];
    for (int i = 0; i < 2; i++) {
        strangers[i] = add_client(NULL, i);
        memcpy(bytes, "\x0F\xFF", 2);
        send_bytes(&strangers[i], bytes, OF_STRANGER, i);
    }
    memcpy(bytes, "\xFF\xFF", 2);
    for (int i = 0; i < MEMBERS; i++) {
        snprintf(nick, sizeof nick, "member %d", i);
        members[i] = add_client(nick, i + 2);
        send_bytes(&members[i], bytes, HELD, i + 2);
        cr_expect_leq(table.input_memory, MEMORY);
        for (int s = 0; s < 2; s++)
            cr_expect_eq(strangers[s].c->state == CONN_OPEN, i < 3, "%d, %d", i, s);
    }
    for (int i = 0; i < MEMBERS; i++)
        cr_expect_eq(members[i].c->state == CONN_OPEN, i >= MEMBERS - 4, "member %d", i);
    cr_expect_str_eq(members[0].c->closing.reason, CONN_EVICTED);
    for (int i = 0; i < MEMBERS; i++) close(members[i].fd);
    for (int i = 0; i < 2; i++) close(strangers[i].fd);
}

Test(server_connections, memory_is_given_back)
{
    struct client ada = add_client("ada", 0);
    send_bytes(&ada, "\xFF\xFFx", 3, 0);
    cr_expect_gt(table.input_memory, 0);
    conn_table_remove(&table, ada.c, 0);
    cr_expect_eq(table.input_memory, 0);
    close(ada.fd);
}

/* -- making place -- */

/* Returns a client whose connection is from this address; with a nickname, or NULL. */
static struct client add_from(struct networks *all, const char *address, const char *nick,
                              int64_t now)
{
    struct ip ip;
    struct client client = add_client(nick, now);
    cr_assert_null(ip_parse(&ip, address));
    client.c->grant.address = networks_find(all, &ip, &limits, now);
    network_add_connection(all, client.c->grant.address);
    return client;
}

static const struct conn *displaced(struct networks *all, int64_t now)
{
    const struct network *largest =
        networks_find_largest(all, NULL, networks_find(all, &(struct ip){0}, &limits, now));
    return largest ? conn_table_find_displaced(&table, largest, now) : NULL;
}

Test(server_connections, the_nameless_and_then_the_idle_of_the_largest_network_make_place)
{
    enum { MINUTE = ADMISSION_IDLE_MS };
    struct networks all;
    networks_init(&all);
    add_from(&all, "198.51.100.1", NULL, 0);
    struct client ada = add_from(&all, "192.0.2.1", "ada", 1000);
    struct client bob = add_from(&all, "192.0.2.1", "bob", 10000);
    struct client late = add_from(&all, "192.0.2.1", NULL, 20000);
    struct client early = add_from(&all, "192.0.2.1", NULL, 5000);
    cr_expect_eq(displaced(&all, 30000), early.c);
    conn_abort(early.c, "");
    cr_expect_eq(displaced(&all, 30000), late.c);
    conn_abort(late.c, "");
    cr_expect_null(displaced(&all, 30000), "no member is idle");
    cr_expect_eq(displaced(&all, 20000 + MINUTE), ada.c);
    send_bytes(&ada, "\0", 1, 20000 + MINUTE);
    cr_expect_eq(displaced(&all, 20000 + MINUTE), bob.c);
    networks_deinit(&all);
}
