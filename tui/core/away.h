/* away: PURE the connection lost, and the way back: when to connect again, and for how long a
 * refused nickname is taken to be held by our own ghost. Times are milliseconds. */
#ifndef TUI_CORE_AWAY_H
#define TUI_CORE_AWAY_H

#include "tui/core/backoff.h"

#include <stdbool.h>

enum { AWAY_NEVER = -1 };

struct away {
    struct backoff dial, ask;
    int64_t dials; /* when to connect again; AWAY_NEVER: when the person says so */
    int64_t asks;  /* when to ask for our nickname again; AWAY_NEVER: not to */
    int64_t ghost; /* until when a refusal is our ghost's doing; AWAY_NEVER: none was heard yet */
    int64_t came;  /* when we came into the room; AWAY_NEVER: we are not in it */
};

/* `chance` is any number, another one for everybody. */
void away_init(struct away *w, uint32_t chance);

/* We are in the room. */
void away_came(struct away *w, int64_t now);

/* There is no connection any more, or none was made. One that the server refused with a reason is
 * not tried again until the person says so. */
void away_lost(struct away *w, int64_t now, bool refused);

/* The person does not want to wait. */
void away_hurry(struct away *w, int64_t now);

/* The nickname that was ours is refused: true when it is to be asked for again, at w->asks. */
bool away_ghost(struct away *w, int64_t now);

#endif
