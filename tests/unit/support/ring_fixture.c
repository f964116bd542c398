#include "tests/unit/support/ring_fixture.h"

#include "server/system/ring_map.h"

#include <criterion/criterion.h>

void ring_fixture_open(struct ring *ring, size_t size)
{
    char *memory = ring_map_new(size);
    cr_assert_not_null(memory);
    ring_init(ring, memory, size);
}

void ring_fixture_close(struct ring *ring, size_t size)
{
    ring_map_free(ring->mem, size);
}
