/* reader: reads frames in unit tests the way a peer would. */
#ifndef TESTS_UNIT_SUPPORT_FRAME_READER_H
#define TESTS_UNIT_SUPPORT_FRAME_READER_H

#include "common/packet.h"
#include "server/base/buffer.h"
#include "server/room/ring.h"

/* Expects the frame at the cursor, and moves it on. */
void reader_expect(const struct ring *ring, struct cursor *c, enum proto proto, const char *nick,
                   const char *msg);

/* Expects the first frame that is pending, and takes it. */
void reader_expect_pending(struct buffer *p, enum proto proto, const char *nick, const char *msg);

#endif
