/* countdown: PURE the seconds before the room closes. Time comes in as milliseconds of a clock that
 * never jumps. */
#ifndef SERVER_COUNTDOWN_H
#define SERVER_COUNTDOWN_H

#include <stdbool.h>
#include <stdint.h>

struct countdown {
    bool running;
    int left;     /* the seconds to tell next */
    int64_t next; /* when to tell them */
};

/* Starts at `seconds`, the first of which is due at once. */
void countdown_start(struct countdown *c, int seconds, int64_t now);

/* Whether something is due. Then *ret_left is the seconds to tell, or 0: time is up. Of several
 * that are due, only the last is told. */
bool countdown_due(struct countdown *c, int64_t now, int *ret_left);

#endif
