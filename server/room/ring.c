#include "server/room/ring.h"

#include "common/frame.h"

#include <assert.h>
#include <string.h>

void ring_init(struct ring *r, char *mem, size_t size)
{
    assert((size & (size - 1)) == 0 && size / 2 >= FRAME_MAX);
    *r = (struct ring){.mem = mem, .size = size};
}

static char *masked(const struct ring *r, uint64_t pos)
{
    return r->mem + (pos & (r->size - 1));
}

const char *ring_at(const struct ring *r, uint64_t pos)
{
    assert(pos >= r->tail.pos && pos <= r->head.pos);
    return masked(r, pos);
}

void ring_append(struct ring *r, const char *frame, size_t n)
{
    assert(n > FRAME_HEADER && n <= FRAME_MAX && n == frame_size(frame));
    while (r->head.pos + n - r->tail.pos > r->size) ring_step(r, &r->tail);
    memcpy(masked(r, r->head.pos), frame, n);
    r->head.pos += n;
    r->head.seq++;
}

void ring_hold(struct ring *r, const struct cursor *from)
{
    r->held = *from;
    r->holds = true;
}

void ring_release(struct ring *r)
{
    r->holds = false;
}

struct cursor ring_end(const struct ring *r)
{
    return r->holds ? r->held : r->head;
}

uint64_t ring_lag(const struct ring *r, const struct cursor *c)
{
    return r->head.pos - c->pos;
}

void ring_step(const struct ring *r, struct cursor *c)
{
    assert(c->pos < r->head.pos);
    c->pos += frame_size(masked(r, c->pos));
    c->seq++;
}

uint64_t ring_catch_up(const struct ring *r, struct cursor *c)
{
    uint64_t missed = c->pos < r->tail.pos ? r->tail.seq - c->seq : 0;
    if (missed > 0) *c = r->tail;
    return missed;
}
