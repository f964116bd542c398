/* fairness: PURE who talks as people do and who floods, so that while somebody talks nobody else
 * takes the whole turn. A peer's volume is the pace of the KiB it sends, and of the reads. */
#ifndef SERVER_FAIRNESS_H
#define SERVER_FAIRNESS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    SPEAKERS_READ = 4096, /* bytes to take from one in a turn while others talk */
    SPEAKERS_KEPT = 2,    /* are kept, so that one of them is always another's */
};

/* One who talked: it is taken to go on for a while. */
struct speaker {
    uint32_t number; /* of a connection */
    int64_t until;   /* milliseconds */
};

/* All zero: nobody talks. */
struct speakers {
    struct speaker kept[SPEAKERS_KEPT]; /* the last ones */
};

/* Notes that something came from one with this volume: whether it talks. Who sends more than people
 * say never talked. */
void speakers_note(struct speakers *s, uint32_t number, bool is_typing, int64_t now);

/* Whether anybody but this one talks. */
bool speakers_others_active(const struct speakers *s, uint32_t number, int64_t now);

#endif
