/* fairness: PURE who talks as people do and who floods, so that while somebody talks nobody else
 * takes the whole turn. A peer's volume is the pace of the KiB it sends, and of the reads. */
#ifndef SERVER_FAIRNESS_H
#define SERVER_FAIRNESS_H

#include "common/token_bucket.h"

#include <stddef.h>

enum {
    SPEAKERS_READ = 4096, /* bytes to take from one in a turn while others talk */
    SPEAKERS_KEPT = 2,    /* are kept, so that one of them is always another's */
};

/* One who talked: it is taken to go on for a while. */
struct speaker {
    uint64_t id;   /* an id of the slots */
    int64_t until; /* milliseconds */
};

/* All zero: nobody talks. */
struct speakers {
    struct speaker kept[SPEAKERS_KEPT]; /* the last ones */
};

/* Adds a read of so many bytes to a peer's volume, at a time in milliseconds. */
void flood_count(struct token_bucket *bytes_sent, size_t bytes, int64_t now);

/* Whether it sends as much as people never do. */
bool flood_exceeded(const struct token_bucket *bytes_sent, int64_t now);

/* Notes that something came from one with this volume: whether it talks. Who sends more than people
 * say never talked. */
void speakers_note(struct speakers *s, uint64_t id, const struct token_bucket *bytes_sent,
                   int64_t now);

/* Whether anybody but this one talks. */
bool speakers_others_active(const struct speakers *s, uint64_t id, int64_t now);

#endif
