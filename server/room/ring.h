/* ring: PURE the room's recent traffic as one log of whole frames, exactly as they go on the wire.
 * Offsets count up for ever and are masked only at the moment of access. */
#ifndef SERVER_ROOM_RING_H
#define SERVER_ROOM_RING_H

#include <stddef.h>
#include <stdint.h>

/* A place between two frames: how many bytes, and how many frames, were appended before it. */
struct cursor {
    uint64_t pos, seq;
};

enum { RING_LEAST = 256 << 10, RING_MOST = 1 << 30 /* bytes */ };

struct ring {
    char *mem; /* `size` bytes, mapped again right behind themselves */
    size_t size;
    struct cursor head, tail; /* the next frame goes to head; the oldest whole one starts at tail */
};

/* Uses mem, which is mirrored (see mirror.h) and stays the caller's; size is a power of two and at
 * least two of the largest frames. */
void ring_init(struct ring *r, char *mem, size_t size);

/* Appends one whole frame; the oldest go to make place. */
void ring_append(struct ring *r, const char *frame, size_t n);

/* The bytes at pos, contiguous up to the head; pos is between tail and head. */
const char *ring_at(const struct ring *r, uint64_t pos);

/* Bytes appended since the cursor's place. */
uint64_t ring_lag(const struct ring *r, const struct cursor *c);

/* Moves the cursor over one frame; it is not at the head. */
void ring_step(const struct ring *r, struct cursor *c);

/* Moves a cursor whose frames have gone up to the oldest that is still here, and returns how many
 * frames it missed; 0 for one that has all it needs. */
uint64_t ring_catch_up(const struct ring *r, struct cursor *c);

#endif
