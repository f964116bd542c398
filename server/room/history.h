/* history_index: PURE the ring offsets of the last frames, so that a new member's cursor can start
 * some frames back. */
#ifndef SERVER_ROOM_HISTORY_H
#define SERVER_ROOM_HISTORY_H

#include "server/room/ring.h"

#include <stdbool.h>

/* All zero: a history of no frames. */
struct history_index {
    size_t frames;    /* that a new member receives */
    uint64_t *starts; /* offset of the frame seq, at seq % depth; NULL: no history */
    size_t depth;     /* of `starts`: one more than `frames`, for a member's own join notice */
    uint64_t newest;  /* offset of the newest frame */
};

/* Sets up a history of at least one frame. Returns false if out of memory. */
bool history_index_init(struct history_index *h, size_t frames);

/* Records that a frame will be appended at the head. */
void history_index_add(struct history_index *h, const struct cursor *head);

/* Returns the cursor this many frames, at most `depth`, before the ring's head; at the oldest frame
 * if there are fewer; at the head if there is no history. */
struct cursor history_index_seek(const struct history_index *h, const struct ring *ring,
                                 size_t frames);

/* Frees the offsets; the history has no frames. */
void history_index_deinit(struct history_index *h);

#endif
