#include "server/room/history.h"

#include <assert.h>
#include <stdlib.h>

bool past_init(struct past *p, size_t frames)
{
    *p = (struct past){.frames = frames, .depth = frames + 1};
    p->starts = calloc(p->depth, sizeof *p->starts);
    return p->starts != NULL;
}

void past_note(struct past *p, const struct cursor *head)
{
    p->newest = head->pos;
    if (p->starts) p->starts[head->seq % p->depth] = head->pos;
}

struct cursor past_back(const struct past *p, const struct ring *ring, size_t frames)
{
    if (!p->starts) return ring->head;
    assert(frames <= p->depth);
    uint64_t there = ring->head.seq - ring->tail.seq;
    uint64_t seq = ring->head.seq - (frames < there ? frames : there);
    if (seq == ring->head.seq) return ring->head;
    return (struct cursor){p->starts[seq % p->depth], seq};
}

void past_free(struct past *p)
{
    free(p->starts);
    *p = (struct past){0};
}
