/* presence: PURE the joins, leaves and new nicknames in one iteration of the event loop. A few are
 * published in a notice each; in a storm, all are published in one batch notice, so that ten
 * thousand joins do not cost every member ten thousand notices. A batch of new nicknames has a line
 * for each, so that clients know the new nickname of every member. */
#ifndef SERVER_ROOM_PRESENCE_H
#define SERVER_ROOM_PRESENCE_H

#include "common/nick.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    PRESENCE_INDIVIDUAL = 8, /* published individually in an iteration */
    PRESENCE_NAMED = 8,      /* named in a batch notice; the others are counted */
    PRESENCE_LINE = 4096,    /* bytes of a batch notice */
};

enum presence_kind { PRESENCE_JOINED, PRESENCE_LEFT, PRESENCE_RENAMED };

struct presence {
    enum presence_kind kind; /* of the batch */
    size_t count;            /* joins, leaves and new nicknames in this iteration */
    size_t batched;          /* of these, in the batch */
    bool storm;              /* the last iteration with any had more than PRESENCE_INDIVIDUAL */
    char nicks[PRESENCE_NAMED][NICK_BYTES + 1];
    char renames[PRESENCE_LINE]; /* the lines of a batch of new nicknames */
    size_t renames_len;
};

/* Returns the text of a notice after its nickname, or between the two of a new one. */
const char *presence_text(enum presence_kind kind);

/* Whether a message is a notice of a join, leave or new nickname, by its words. */
bool presence_is_notice(const char *nick, const char *msg);

/* Counts a join or leave, and adds it to the batch during a storm; a batch has one kind, so the
 * caller flushes it first if the kind changes. Returns false if the caller must publish it. */
bool presence_add(struct presence *p, const char *nick, enum presence_kind kind);

/* Does the same for a new nickname. The caller flushes a batch that is full first. */
bool presence_add_rename(struct presence *p, const char *nick, const char *new_nick);

/* Whether a batch of new nicknames has no space for another one. */
bool presence_is_full(const struct presence *p);

/* Formats the batch notice and empties the batch. Returns how many were in it; 0: no notice. */
size_t presence_flush(struct presence *p, char line[PRESENCE_LINE]);

/* Ends an iteration. A storm goes on until an iteration has few of them. */
void presence_tick(struct presence *p);

#endif
