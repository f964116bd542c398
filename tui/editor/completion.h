/* completion: PURE completes the word before the cursor; a second Tab uses the next candidate. */
#ifndef TUI_EDITOR_COMPLETION_H
#define TUI_EDITOR_COMPLETION_H

#include "common/nick.h"

#include <stdbool.h>
#include <stddef.h>

/* The candidates, the most likely first. */
struct completion_source {
    const char *(*word)(const void *arg, size_t i); /* the i-th; NULL past the last */
    const void *arg;
    const char *own; /* our nickname, which is never a candidate for typed text; NULL: none */
    bool fixed;      /* the word begins at byte `from` of the line */
    size_t from;     /* otherwise: where the text begins, or the arguments of a command */
    bool in_command;
};

/* All zero: no completion is in progress. */
struct completion {
    struct completion_source source;
    bool cycling;        /* the last key was a completion */
    size_t from, to, at; /* it put the candidate `at` at from..to of the line */
    char typed[NICK_BYTES + 1];
};

/* The bytes from..to of the line, and what replaces them. */
struct completion_edit {
    size_t from, to;
    char text[NICK_BYTES + 4];
};

/* Completes the text before the cursor, and adds ": " at the start of the text or a space
 * elsewhere. Doubles a slash at the start of the line, so that the line does not become a command.
 * While cycling, uses the next candidate of the first call's source, or the previous one if step is
 * -1. Returns false if no candidate fits. */
bool completion_next(struct completion *c, const struct completion_source *source, const char *line,
                     size_t cursor, int step, struct completion_edit *ret);

/* Ends the cycling: another key was pressed. */
void completion_end(struct completion *c);

/* Writes as many of the fitting candidates as there is room for, with commas between them; "" if
 * fewer than two fit. */
void completion_list(const struct completion *c, char *ret, size_t size);

#endif
