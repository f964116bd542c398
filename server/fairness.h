/* fairness: PURE who talks as people do and who floods, so that while somebody talks nobody else
 * takes the whole turn. A peer's volume is the pace of the KiB it sends, and of the reads. */
#ifndef SERVER_FAIRNESS_H
#define SERVER_FAIRNESS_H

#include "common/token_bucket.h"

#include <stddef.h>

enum {
    FAIRNESS_READ = 4096, /* bytes to take from one in a turn while others talk */
    FAIRNESS_TALKS = 2,   /* are kept, so that one of them is always another's */
};

/* One who talked: it is taken to go on for a while. */
struct talk {
    uint64_t who;  /* an id of the slots */
    int64_t until; /* milliseconds */
};

/* All zero: nobody talks. */
struct fairness {
    struct talk talks[FAIRNESS_TALKS]; /* the last ones */
};

/* Adds a read of so many bytes to a peer's volume, at a time in milliseconds. */
void fairness_count(struct token_bucket *volume, size_t bytes, int64_t now);

/* Whether it sends as much as people never do. */
bool fairness_floods(const struct token_bucket *volume, int64_t now);

/* Notes that something came from one with this volume: whether it talks. Who sends more than people
 * say never talked. */
void fairness_note(struct fairness *f, uint64_t who, const struct token_bucket *volume,
                   int64_t now);

/* Whether anybody but this one talks. */
bool fairness_others_talk(const struct fairness *f, uint64_t who, int64_t now);

#endif
