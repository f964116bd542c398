/* The table of connections, with real sockets but without a server. */
#include "server/net/connections.h"

#include "server/system/ring_map.h"

#include <criterion/criterion.h>
#include <sys/socket.h>

enum { RING = 1 << 18, MANY = 100 };

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
    conn_table_init(&table, 0, 0);
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
