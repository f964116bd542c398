/* undo: PURE the changes of a text; the newest is undone first. Each change is one splice: it
 * removes some bytes and adds others in their place. */
#ifndef TUI_EDITOR_UNDO_H
#define TUI_EDITOR_UNDO_H

#include <stdbool.h>
#include <stddef.h>

enum { UNDO_MAX = 100 /* steps */ };

struct undo_step {
    size_t at, added; /* the bytes to remove again */
    char *removed;    /* the bytes to restore there */
    size_t removed_n;
    size_t cursor, line; /* the editor's, before the change */
    bool start_typed;
};

/* All zero is empty. */
struct undo {
    struct undo_step steps[UNDO_MAX];
    size_t count;
};

/* Adds a step with a copy of its removed bytes. If full, drops the oldest step. Without memory for
 * the copy, drops all steps, because they would no longer match the text. */
void undo_push(struct undo *u, struct undo_step step);

/* Returns the newest step, to read or to extend; NULL if there is none. */
struct undo_step *undo_top(struct undo *u);

/* Removes the newest step, or all steps. */
void undo_pop(struct undo *u);
void undo_clear(struct undo *u);

#endif
