#include "tui/editor/undo.h"

#include <stdlib.h>
#include <string.h>

static void drop_oldest(struct undo *u)
{
    free(u->steps[0].removed);
    memmove(u->steps, u->steps + 1, --u->count * sizeof u->steps[0]);
}

void undo_push(struct undo *u, struct undo_step step)
{
    if (u->count == UNDO_MAX) drop_oldest(u);
    struct undo_step *top = &u->steps[u->count];
    *top = step;
    top->removed = malloc(step.removed_n + 1);
    if (!top->removed) return undo_clear(u);
    memcpy(top->removed, step.removed, step.removed_n);
    u->count++;
}

struct undo_step *undo_top(struct undo *u)
{
    return u->count > 0 ? &u->steps[u->count - 1] : NULL;
}

void undo_pop(struct undo *u)
{
    free(u->steps[--u->count].removed);
}

void undo_clear(struct undo *u)
{
    while (u->count > 0) undo_pop(u);
}
