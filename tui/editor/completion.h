/* completion: PURE completes the word before the cursor; pressed again, with the next candidate. */
#ifndef TUI_EDITOR_COMPLETION_H
#define TUI_EDITOR_COMPLETION_H

#include "common/nick.h"

#include <stdbool.h>
#include <stddef.h>

/* The candidates, the most likely first. */
struct completion_source {
    const char *(*word)(const void *arg, size_t i); /* the i-th; NULL past the last */
    const void *arg;
    const char *own; /* the own nickname, which completes nothing typed; NULL: none */
    bool fixed;      /* the word can only begin at byte `from` of the line */
    size_t from;     /* otherwise: the text begins there, or the arguments of a command */
    bool in_command;
};

/* All zero: no completion is in progress. */
struct completion {
    struct completion_source source;
    bool cycling;        /* the last key completed: its word is at from..to of the line, */
    size_t from, to, at; /* and is the candidate `at` */
    char typed[NICK_BYTES + 1];
};

/* The bytes from..to of the line, and what replaces them. */
struct completion_edit {
    size_t from, to;
    char text[NICK_BYTES + 4];
};

/* Completes what is typed before the cursor, with ": " after it at the start of the text and a
 * space elsewhere; a word with a slash at the start of the line gets a second one, which makes it
 * text; while cycling, with the next candidate of the first call's source, or with the
 * one before where step is -1. Returns false where no candidate fits. */
bool completion_next(struct completion *c, const struct completion_source *source, const char *line,
                     size_t cursor, int step, struct completion_edit *ret);

/* Ends the cycling: another key was pressed. */
void completion_end(struct completion *c);

/* Writes the candidates that fit with commas between them, as many as there is room for; "" for
 * fewer than two. */
void completion_list(const struct completion *c, char *ret, size_t size);

#endif
