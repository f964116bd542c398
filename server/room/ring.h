/* ring: PURE the recent messages of the room as one log of complete frames, in their wire format.
 * Offsets only grow; they are masked at the moment of access. */
#ifndef SERVER_ROOM_RING_H
#define SERVER_ROOM_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A position between two frames: the number of bytes, and of frames, appended before it. */
struct cursor {
    uint64_t pos, seq;
};

enum { RING_MIN = 256 << 10, RING_MAX = 1 << 30 }; /* bytes */

struct ring {
    char *mem;          /* `size` bytes, mapped twice, back to back */
    size_t size;        /* a power of two */
    struct cursor head; /* where the next frame goes */
    struct cursor tail; /* where the oldest complete frame starts */
    struct cursor held; /* if `holds`: frames from here on must not be sent yet */
    bool holds;
};

/* Sets up an empty ring in memory from ring_map_new, which stays the caller's; size is a power of
 * two that holds at least two of the largest frames. */
void ring_init(struct ring *r, char *mem, size_t size);

/* Appends a complete frame; the oldest frames are overwritten. */
void ring_append(struct ring *r, const char *frame, size_t n);

/* Returns the bytes at pos, contiguous up to the head; pos is between tail and head. */
const char *ring_at(const struct ring *r, uint64_t pos);

/* Hold back the frames from the cursor on; hold back no frames. */
void ring_hold(struct ring *r, const struct cursor *from);
void ring_release(struct ring *r);

/* Returns the end of the frames that may be sent: the head, if none are held back. */
struct cursor ring_end(const struct ring *r);

/* Returns the number of bytes from the cursor to the head. */
uint64_t ring_lag(const struct ring *r, const struct cursor *c);

/* Moves a cursor that is not at the head over one frame. */
void ring_step(const struct ring *r, struct cursor *c);

/* Moves a cursor whose frames are overwritten to the oldest frame. Returns how many frames it
 * missed. */
uint64_t ring_catch_up(const struct ring *r, struct cursor *c);

#endif
