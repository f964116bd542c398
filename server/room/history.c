#include "server/room/history.h"

#include <assert.h>
#include <stdlib.h>

bool history_index_init(struct history_index *p, size_t frames)
{
    *p = (struct history_index){.frames = frames, .depth = frames + 1};
    p->starts = calloc(p->depth, sizeof *p->starts);
    return p->starts != NULL;
}

void history_index_add(struct history_index *p, const struct cursor *head)
{
    p->newest = head->pos;
    if (p->starts) p->starts[head->seq % p->depth] = head->pos;
}

struct cursor history_index_seek(const struct history_index *p, const struct ring *ring,
                                 size_t frames)
{
    if (!p->starts) return ring->head;
    assert(frames <= p->depth);
    uint64_t there = ring->head.seq - ring->tail.seq;
    uint64_t seq = ring->head.seq - (frames < there ? frames : there);
    if (seq == ring->head.seq) return ring->head;
    return (struct cursor){p->starts[seq % p->depth], seq};
}

void history_index_deinit(struct history_index *p)
{
    free(p->starts);
    *p = (struct history_index){0};
}
