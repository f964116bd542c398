/* ring_fixture: a ring in memory of its own. */
#ifndef TESTS_UNIT_SUPPORT_RING_FIXTURE_H
#define TESTS_UNIT_SUPPORT_RING_FIXTURE_H

#include "server/room/ring.h"

void ring_fixture_open(struct ring *ring, size_t size);
void ring_fixture_close(struct ring *ring, size_t size);

#endif
