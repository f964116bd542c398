/* ignore: PURE those whose messages the person does not want to see. */
#ifndef TUI_CORE_IGNORE_LIST_H
#define TUI_CORE_IGNORE_LIST_H

#include <stdbool.h>
#include <stddef.h>

enum { IGNORE_NICKS = 100 };

/* All zero is nobody. */
struct ignore {
    char *nicks[IGNORE_NICKS];
    size_t count;
};

/* Adds a nickname that nick_check accepts; false when there are too many, or no memory. */
bool ignore_add(struct ignore *g, const char *nick);

/* Takes it out; false when it was not there. */
bool ignore_remove(struct ignore *g, const char *nick);

/* Whether it is there, in whatever spelling. */
bool ignore_has(const struct ignore *g, const char *nick);

void ignore_drop(struct ignore *g);

#endif
