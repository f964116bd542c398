/* history: PURE what was said last, as a log of its own: complete frames, each with the time when
 * it was said. A new member reads this log up to its end, and then the ring. */
#ifndef SERVER_ROOM_HISTORY_H
#define SERVER_ROOM_HISTORY_H

#include "common/packet.h"
#include "common/record.h"
#include "server/base/buffer.h"
#include "server/room/ring.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HISTORY_BYTES_MAX = 16 << 20 }; /* of all frames */

/* All zero: a history that stays empty. */
struct history_log {
    size_t frames_max, bytes_max;
    struct buffer frames;     /* the oldest first */
    struct cursor tail, head; /* where the oldest frame starts; where the next one goes */
    int64_t stamped_ms;       /* the time that `stamp` shows */
    char stamp[RECORD_STAMP]; /* "": none yet, or the year does not have four digits */
};

/* The part of the history that a new member has not received. */
struct history_reader {
    struct cursor at, end;
    uint64_t ring_pos; /* the ring's offset when it joined: the ring may hold back what was said
                        * before, and so the history too */
};

/* Sets how many frames to keep, and their bytes; drops the oldest if there are more. */
void history_log_limit(struct history_log *h, size_t frames, size_t bytes);

/* Appends a frame that packet_encode wrote, and adds its time in place. Drops the oldest frames
 * above the limits. Leaves out this one if it becomes too long for a packet: without a time,
 * clients would take it, and what follows, for new. Leaves it out as well if out of memory. */
void history_log_add(struct history_log *h, char frame[PACKET_ROOM], size_t n, int64_t unix_ms);

void history_log_deinit(struct history_log *h);

/* Sets *ret to a reader of the frames that there are now, which the caller frees; to NULL if there
 * are none. Returns false if out of memory. */
bool history_reader_open(const struct history_log *h, uint64_t ring_pos,
                         struct history_reader **ret);

/* Moves a reader over frames that were dropped. Returns how many they were. */
uint64_t history_reader_catch_up(const struct history_log *h, struct history_reader *r);

/* Returns the frames that are left; none of them was dropped. Valid until the history changes. */
struct span history_reader_view(const struct history_log *h, const struct history_reader *r);

/* Moves a reader to the end of the frame at this offset of its view. Returns the rest of the frame,
 * and counts the frames in *ret_frames. */
struct span history_reader_advance(const struct history_log *h, struct history_reader *r, size_t n,
                                   uint64_t *ret_frames);

#endif
