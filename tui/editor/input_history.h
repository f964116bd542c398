/* input_history: PURE the sent messages, so that they can be edited and sent again. */
#ifndef TUI_EDITOR_INPUT_HISTORY_H
#define TUI_EDITOR_INPUT_HISTORY_H

#include <stddef.h>

enum { HISTORY_MAX = 500 /* entries */ };

/* All zero is empty. */
struct history {
    char *entries[HISTORY_MAX]; /* a ring: entry number n is at n % HISTORY_MAX */
    size_t added;               /* entries ever added */
};

/* Adds a copy of the text, unless it is empty or repeats the newest entry. If full, drops the
 * oldest entry. Without memory, adds nothing. */
void history_add(struct history *h, const char *text);

/* Returns the entry `back` steps before the next one: 1 is the newest; NULL if
 * there is none. */
const char *history_get(const struct history *h, size_t back);

/* Removes and frees all entries. */
void history_clear(struct history *h);

#endif
