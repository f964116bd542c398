/* Connections by number, with real sockets but no loop. */
#include "server/net/connections.h"

#include "server/system/ring_map.h"

#include <criterion/criterion.h>
#include <sys/socket.h>

enum { RING = 1 << 18, MANY = 100 };

static const struct limits limits;
static const struct admission_grant grant = {.limits = &limits};
static struct room room;
static struct slots slots;
static char *memory;

static void open_slots(void)
{
    memory = ring_map_new(RING);
    room_init(&room, memory, RING);
}

static void close_slots(void)
{
    slots_free(&slots);
    room_deinit(&room);
    ring_map_free(memory, RING);
}

TestSuite(server_connections, .init = open_slots, .fini = close_slots);

static struct conn *add(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    return slots_add(&slots, fd, &room, &grant);
}

static struct conn *find(uint64_t id)
{
    size_t special;
    struct conn *c = slots_find(&slots, id, &special);
    cr_expect_eq(special, 0);
    return c;
}

Test(server_connections, each_is_found_by_its_id_and_no_other)
{
    struct conn *all[MANY];
    for (int i = 0; i < MANY; i++) all[i] = add();
    for (int i = 0; i < MANY; i++) cr_expect_eq(find(slots_id(all[i])), all[i]);
    cr_expect_eq(slots.used, MANY);
}

Test(server_connections, an_event_for_one_that_is_gone_finds_nobody)
{
    struct conn *first = add();
    uint64_t old = slots_id(first), beyond = old | UINT32_MAX;
    slots_remove(&slots, first);
    cr_expect_null(find(old));
    cr_expect_null(find(beyond));
    struct conn *second = add();
    cr_expect_eq((uint32_t)slots_id(second), (uint32_t)old);
    cr_expect_null(find(old));
}

Test(server_connections, what_is_no_connection_has_numbers_too)
{
    size_t special;
    cr_expect_null(slots_find(&slots, slots_special(SLOTS_SIGNALS), &special));
    cr_expect_eq(special, SLOTS_SIGNALS);
}

/* After four thousand million of them. */
Test(server_connections, numbers_skip_none_when_they_wrap)
{
    slots.last = UINT32_MAX;
    cr_expect_eq(add()->number, 1);
}

Test(server_connections, no_memory_for_a_ring_is_nothing_to_unmap)
{
    ring_map_free(NULL, RING);
}
