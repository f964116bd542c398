#include "tui/ui/dialogs/members_overlay.h"

#include "tui/ui/dialogs/list_scroll.h"

/* A key that would only write into the input line closes the list and does nothing else. */
static bool only_closes(enum action_kind kind)
{
    return kind == ACTION_TEXT || kind == ACTION_ENTER || kind == ACTION_ESCAPE ||
           kind == ACTION_TOGGLE_MEMBERS;
}

int members_overlay_top(const struct members_overlay *o, int count, int rows)
{
    return list_scroll_limit(o->top, count - rows);
}

bool members_overlay_input(struct members_overlay *o, const struct action *in, int count, int rows)
{
    if (list_scroll(&o->top, in->kind, rows, count - rows)) return true;
    *o = (struct members_overlay){0};
    return only_closes(in->kind);
}
