/* input_history: PURE the sent messages, so that they can be edited and sent again, and the message
 * being written. An edit of a sent message is kept beside it until that message is sent. */
#ifndef TUI_EDITOR_INPUT_HISTORY_H
#define TUI_EDITOR_INPUT_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HISTORY_MAX = 500 /* entries */ };

#define HISTORY_DRAFT SIZE_MAX /* the number of the message being written */

struct history_line {
    char *text;       /* NULL: none */
    bool start_typed; /* see editor_start_is_typed */
};

/* All zero is empty. Entries are numbered in the order in which they were added, from 0. */
struct history {
    struct history_line sent[HISTORY_MAX]; /* a ring: entry n is at n % HISTORY_MAX */
    struct history_line edited[HISTORY_MAX];
    struct history_line draft;
    size_t added; /* entries ever added */
};

/* Adds a copy of the text, unless it is empty or repeats the newest entry. If full, drops the
 * oldest entry. Without memory, adds nothing. */
void history_add(struct history *h, const char *text, bool start_typed);

/* Return the number of the next older or newer line; the same number if there is none. The draft is
 * the newest line. */
size_t history_older(const struct history *h, size_t number);
size_t history_newer(const struct history *h, size_t number);

/* Returns a line as it was edited last, valid until it changes. */
struct history_line history_get(const struct history *h, size_t number);

/* Keeps a copy of the edited text of a line, or its text as it was sent if `text` is NULL; the
 * draft then has none. Returns false, and changes nothing, without memory or if the entry was
 * dropped. */
bool history_edit(struct history *h, size_t number, const char *text, bool start_typed);

/* Removes and frees all lines. */
void history_clear(struct history *h);

#endif
