/* truth: everything said in the room, in the room's order, as one reader that is never late hears
 * it. What anybody else hears must be a contiguous piece of it: so one comparison finds what is
 * lost, doubled, in the wrong order or torn. */
#ifndef TESTS_SOAK_TRUTH_H
#define TESTS_SOAK_TRUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct truth {
    struct entry {
        uint64_t hash;    /* of the whole frame */
        uint32_t speaker; /* 0: the server */
    } * entries;
    size_t count, cap;
    uint32_t *last; /* each speaker's last number; numbers start at 1 */
    size_t speakers;
};

/* What was not as it should be. */
struct faults {
    uint64_t lost, doubled, reordered, torn;
};

/* Adds a frame that the first reader hears. */
void truth_add(struct truth *t, struct faults *f, const char *frame, size_t n);

/* How many of a speaker's messages were heard in the room. */
uint32_t truth_heard(const struct truth *t, uint32_t speaker);

/* Finds a newcomer's first frame at or after *at, which moves to it; false when it is not there
 * yet, and *at moves to the end. */
bool truth_find(const struct truth *t, const char *frame, size_t n, size_t *at);

/* Compares a frame with the one at *at, which exists, and moves *at behind it. */
void truth_compare(const struct truth *t, struct faults *f, const char *frame, size_t n,
                   size_t *at);

void truth_free(struct truth *t);

#endif
