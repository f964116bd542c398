/* news: PURE who came and who went in one turn of the loop. While they are few, each is told by a
 * line of its own; in a storm the rest are folded into one, so that ten thousand people who arrive
 * at once do not cost everybody a line for each. */
#ifndef SERVER_NEWS_H
#define SERVER_NEWS_H

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
    size_t told, folded;
    char names[NEWS_NAMED][NICK_BYTES + 1];
};

/* What is said of somebody, after the nickname. */
const char *news_words(enum news_kind kind);

/* Whether the next one is to be told by itself. */
bool news_are_few(const struct news *n);

/* Counts one that was told by itself. */
void news_told(struct news *n);

/* Folds one in; what is folded already is of the same kind. */
void news_fold(struct news *n, const char *nick, enum news_kind kind);

/* Writes the folded line, and nothing is folded any more. Returns how many were, 0 of nothing. */
size_t news_unfold(struct news *n, char line[NEWS_LINE]);

#endif
