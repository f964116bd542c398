/* input_history: PURE the lines sent, so that they can be called up again. */
#ifndef TUI_EDITOR_INPUT_HISTORY_H
#define TUI_EDITOR_INPUT_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

enum { HISTORY_MAX = 500 };

/* All zero is empty. */
struct history {
    char *lines[HISTORY_MAX]; /* the n-th ever at n % HISTORY_MAX */
    size_t added;
};

/* Remembers a line, unless it is empty or repeats the newest; the oldest goes. Without memory the
 * line is not remembered. */
void history_add(struct history *h, const char *line);

/* The line that is `back` before the next one: 1 is the newest. NULL where there is none. */
const char *history_get(const struct history *h, size_t back);

/* A line as one row of a file: line feeds and backslashes escaped by a backslash. NULL without
 * memory. The caller frees it. */
char *history_escape(const char *line);

/* Makes such a row the line again, in its place; false where it is none: empty, not UTF-8, or with
 * control characters that no line has. */
bool history_unescape(char *row);

/* Forgets every line. */
void history_clear(struct history *h);

#endif
