/* round: PURE in which order members are served: all of them once, then again while there is
 * something new. A round may stretch over many turns, and goes over the first so many seats: those
 * of the talkers, or all. */
#ifndef SERVER_ROUND_H
#define SERVER_ROUND_H

#include "server/room/room.h"

/* Whoever moves to another seat during a round might be missed by it: so another one follows. */
struct send_pass {
    size_t index;        /* the next to look at */
    uint64_t head;       /* the ring's head, and */
    uint64_t generation; /* the room's moves, when it began */
};

/* Whether somebody may not have been looked at since the last frame was published. */
bool send_pass_is_due(const struct send_pass *p, const struct room *room, size_t count);

/* The next member to look at; NULL when all have been. */
struct member *send_pass_next(struct send_pass *p, const struct room *room, size_t count);

#endif
