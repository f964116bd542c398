/* undo: PURE how to take back the changes of a text, newest first. Every change is one splice: some
 * bytes removed, others added in their place. */
#ifndef TUI_EDITOR_UNDO_H
#define TUI_EDITOR_UNDO_H

#include <stddef.h>

enum { UNDO_MAX = 100 };

struct undo_step {
    size_t at, added; /* what to take out again */
    char *removed;    /* what to put back there */
    size_t removed_n;
    size_t cursor, back; /* where the editor was */
};

/* All zero is empty. */
struct undo {
    struct undo_step steps[UNDO_MAX];
    size_t count;
};

/* Notes a step, taking over a copy of what it removes; the oldest goes. Without memory for the copy
 * the steps before are of no use any more, and all go. */
void undo_push(struct undo *u, struct undo_step step);

/* The newest step, to look at or to extend; NULL where there is none. */
struct undo_step *undo_top(struct undo *u);

/* Forgets the newest step, or all. */
void undo_pop(struct undo *u);
void undo_clear(struct undo *u);

#endif
