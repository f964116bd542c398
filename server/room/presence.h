/* news: PURE who came and who went in one turn of the loop. While they are few, each is told by a
 * line of its own; in a storm they are folded into one, so that ten thousand people who arrive at
 * once do not cost everybody a line for each. */
#ifndef SERVER_ROOM_PRESENCE_H
#define SERVER_ROOM_PRESENCE_H

#include "common/nick.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    NEWS_EACH = 8,  /* in a turn, told each by itself */
    NEWS_NAMED = 8, /* named in the folded line; of more, the first so many and how many others */
    NEWS_LINE = NEWS_NAMED * (NICK_BYTES + 2) + 64,
};

enum news_kind { NEWS_JOINED, NEWS_LEFT };

struct news {
    enum news_kind kind; /* of what is folded, all of it */
    size_t count;        /* in this turn */
    size_t folded;
    bool storm; /* the last turn that had news had too many */
    char names[NEWS_NAMED][NICK_BYTES + 1];
};

/* What is said of somebody, after the nickname. */
const char *news_words(enum news_kind kind);

/* Counts one, and folds it in when there are too many to tell each; what is folded already is of
 * the same kind. False: it is to be told by itself. */
bool news_fold(struct news *n, const char *nick, enum news_kind kind);

/* Writes the folded line, and nothing is folded any more. Returns how many were, 0 of nothing. */
size_t news_unfold(struct news *n, char line[NEWS_LINE]);

/* Ends a turn. After one that had too many, all are folded, until one has few. */
void news_end_turn(struct news *n);

#endif
