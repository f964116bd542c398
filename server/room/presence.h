/* presence: PURE who came and who went in one turn of the loop. While they are few, each is told by
 * a line of its own; in a storm they are folded into one, so that ten thousand people who arrive at
 * once do not cost everybody a line for each. */
#ifndef SERVER_ROOM_PRESENCE_H
#define SERVER_ROOM_PRESENCE_H

#include "common/nick.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    PRESENCE_INDIVIDUAL = 8, /* in a turn, told each by itself */
    PRESENCE_NAMED =
        8, /* named in the folded line; of more, the first so many and how many others */
    PRESENCE_LINE = PRESENCE_NAMED * (NICK_BYTES + 2) + 64,
};

enum presence_kind { PRESENCE_JOINED, PRESENCE_LEFT };

struct presence {
    enum presence_kind kind; /* of what is folded, all of it */
    size_t count;            /* in this turn */
    size_t batched;
    bool storm; /* the last turn that had news had too many */
    char nicks[PRESENCE_NAMED][NICK_BYTES + 1];
};

/* What is said of somebody, after the nickname. */
const char *presence_text(enum presence_kind kind);

/* Counts one, and folds it in when there are too many to tell each; what is folded already is of
 * the same kind. False: it is to be told by itself. */
bool presence_add(struct presence *p, const char *nick, enum presence_kind kind);

/* Writes the folded line, and nothing is folded any more. Returns how many were, 0 of nothing. */
size_t presence_flush(struct presence *p, char line[PRESENCE_LINE]);

/* Ends a turn. After one that had too many, all are folded, until one has few. */
void presence_tick(struct presence *p);

#endif
