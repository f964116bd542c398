#include "server/room/history.h"

#include <assert.h>
#include <stdlib.h>

bool history_index_init(struct history_index *h, size_t frames)
{
    *h = (struct history_index){.frames = frames, .depth = frames + 1};
    h->starts = calloc(h->depth, sizeof *h->starts);
    return h->starts != NULL;
}

void history_index_add(struct history_index *h, const struct cursor *head)
{
    h->newest = head->pos;
    if (h->starts) h->starts[head->seq % h->depth] = head->pos;
}

struct cursor history_index_seek(const struct history_index *h, const struct ring *ring,
                                 size_t frames)
{
    if (!h->starts) return ring->head;
    assert(frames <= h->depth);
    uint64_t available = ring->head.seq - ring->tail.seq;
    uint64_t seq = ring->head.seq - (frames < available ? frames : available);
    if (seq == ring->head.seq) return ring->head;
    return (struct cursor){h->starts[seq % h->depth], seq};
}

void history_index_deinit(struct history_index *h)
{
    free(h->starts);
    *h = (struct history_index){0};
}
