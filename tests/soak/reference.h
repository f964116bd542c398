/* reference: every frame of the room in order, as a reader that never falls behind receives them.
 * What any other member receives must be a contiguous part of it, so one comparison finds frames
 * that are lost, duplicated, out of order or corrupted. */
#ifndef TESTS_SOAK_REFERENCE_H
#define TESTS_SOAK_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reference {
    struct entry {
        uint64_t hash;   /* of the whole frame */
        uint32_t sender; /* 0: the server */
    } * entries;
    size_t count, cap;
    uint32_t *last; /* the number of each sender's last message, counted from 1 */
    size_t senders;
};

/* How often the protocol's promises were broken. */
struct violations {
    uint64_t lost, duplicated, reordered, corrupted;
};

/* Appends a frame, and checks the number and checksum of its message. */
void reference_add(struct reference *r, struct violations *v, const char *frame, size_t n);

/* Returns the number of a sender's last message in the room; 0: none. */
uint32_t reference_last_number(const struct reference *r, uint32_t sender);

/* Moves *at to the first entry at or after *at that equals a newcomer's first frame. Returns false,
 * with *at at the end, when there is none yet. */
bool reference_find(const struct reference *r, const char *frame, size_t n, size_t *at);

/* Whether one of the last frames is the same as a frame of the history, which has a time too.
 * Changes the frame. */
bool reference_has_history(const struct reference *r, char *frame, size_t n);

/* Compares a frame with the entry at *at, which must exist, and moves *at past it. */
void reference_compare(const struct reference *r, struct violations *v, const char *frame, size_t n,
                       size_t *at);

void reference_free(struct reference *r);

#endif
