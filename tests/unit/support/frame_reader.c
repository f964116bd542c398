#include "tests/unit/support/frame_reader.h"

#include <criterion/criterion.h>

static void expect_frame(const char *frame, enum proto proto, const char *nick, const char *msg)
{
    struct packet p;
    struct span payload = {frame + FRAME_HEADER, frame_size(frame) - FRAME_HEADER};
    cr_assert_null(packet_decode(&p, payload));
    cr_expect_eq(p.proto, proto);
    cr_expect_str_eq(p.nick, nick);
    cr_expect_str_eq(p.msg, msg);
}

void reader_expect(const struct ring *ring, struct cursor *c, enum proto proto, const char *nick,
                   const char *msg)
{
    cr_assert_gt(ring_lag(ring, c), 0, "nothing to read, wanted: %s", msg);
    expect_frame(ring_at(ring, c->pos), proto, nick, msg);
    ring_step(ring, c);
}

void reader_expect_pending(struct buffer *p, enum proto proto, const char *nick, const char *msg)
{
    struct span owed = buffer_view(p);
    cr_assert_gt(owed.n, FRAME_HEADER, "nothing pending, wanted: %s", msg);
    expect_frame(owed.p, proto, nick, msg);
    buffer_consume(p, frame_size(owed.p));
}
