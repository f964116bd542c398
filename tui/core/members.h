/* complete: PURE nicknames to end what was begun: those who spoke, the last of them first, then
 * those who came. Where only some words can stand, one of these. */
#ifndef TUI_CORE_MEMBERS_H
#define TUI_CORE_MEMBERS_H

#include "common/nick.h"

#include <stdbool.h>
#include <stddef.h>

enum { COMPLETE_NICKS = 1000 };

/* Words of which one may stand from that byte of the line on. */
struct complete_words {
    const char *(*word)(const void *arg, size_t i); /* the i-th; NULL past the last */
    const void *arg;
    size_t from;
};

/* All zero knows nobody. */
struct complete {
    char *nicks[COMPLETE_NICKS]; /* the most likely first */
    size_t count;
    bool cycling;        /* the last key completed: what it put in is from..to, where */
    size_t from, to, at; /* nicks[at] stands for what was typed */
    char typed[NICK_BYTES + 1];
    struct complete_words words; /* instead of nicknames; all zero: none */
};

/* Somebody said something; came, or is said to be here; went; has another nickname. What breaks the
 * rule for nicknames is passed over; where there are too many, the least likely goes. */
void complete_spoke(struct complete *c, const char *nick);
void complete_came(struct complete *c, const char *nick);
void complete_left(struct complete *c, const char *nick);
void complete_renamed(struct complete *c, const char *nick, const char *now);
void complete_drop(struct complete *c);

/* What gives way to what: the bytes from..to of a line. */
struct completion {
    size_t from, to;
    char text[NICK_BYTES + 3];
};

/* Completes what is begun before the cursor, with ": " after it at the start of the line and a
 * space elsewhere; asked again, with the next one or, where step is -1, the one before. `own` comes
 * last, and not at all where nothing is begun. False where nobody fits. */
bool complete_next(struct complete *c, const char *line, size_t cursor, int step, const char *own,
                   struct completion *ret);

/* The next completion is one of these words, and no nickname, until complete_settle. */
void complete_among(struct complete *c, const struct complete_words *words);

/* Another key was pressed: the next completion is a new one. */
void complete_settle(struct complete *c);

/* Writes the nicknames that the completion goes round, with commas between them, as far as there is
 * room; none where there is only one. */
void complete_list(const struct complete *c, const char *own, char *ret, size_t size);

#endif
