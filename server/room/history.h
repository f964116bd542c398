/* history_index: PURE where the ring's last frames start, so that a newcomer's cursor can be put
 * some frames back. */
#ifndef SERVER_ROOM_HISTORY_H
#define SERVER_ROOM_HISTORY_H

#include "server/room/ring.h"

#include <stdbool.h>

/* All zero: a past of no frames. */
struct history_index {
    size_t frames;    /* that a newcomer gets */
    uint64_t *starts; /* of these and one more: where the frame with a seq starts, at seq % depth */
    size_t depth;
    uint64_t newest; /* where the last frame of all starts */
};

/* A past of at least one frame. False without memory. */
bool history_index_init(struct history_index *p, size_t frames);

/* Notes that a frame will be appended here. */
void history_index_add(struct history_index *p, const struct cursor *head);

/* The cursor that stands so many frames, at most one more than a newcomer gets, before the ring's
 * head; fewer where there are no more. */
struct cursor history_index_seek(const struct history_index *p, const struct ring *ring,
                                 size_t frames);

/* A past of no frames again. */
void history_index_deinit(struct history_index *p);

#endif
