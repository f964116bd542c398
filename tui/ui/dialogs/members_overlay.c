#include "tui/ui/dialogs/members_overlay.h"

static int limit_top(int top, int max)
{
    if (top > max) top = max;
    return top > 0 ? top : 0;
}

static int scroll_by(enum action_kind kind, int page)
{
    if (kind == ACTION_PAGE_UP) return -page;
    if (kind == ACTION_PAGE_DOWN) return page;
    if (kind == ACTION_LINE_UP || kind == ACTION_WHEEL_UP) return -1;
    return kind == ACTION_LINE_DOWN || kind == ACTION_WHEEL_DOWN ? 1 : 0;
}

/* A key that would only write into the input line closes the list and does nothing else. */
static bool only_closes(enum action_kind kind)
{
    return kind == ACTION_TEXT || kind == ACTION_ENTER || kind == ACTION_ESCAPE ||
           kind == ACTION_TOGGLE_MEMBERS;
}

int members_overlay_top(const struct members_overlay *o, int count, int rows)
{
    return limit_top(o->top, count - rows);
}

bool members_overlay_input(struct members_overlay *o, const struct action *in, int count, int rows)
{
    int by = scroll_by(in->kind, rows);
    o->top = limit_top(o->top + by, count - rows);
    if (by != 0) return true;
    *o = (struct members_overlay){0};
    return only_closes(in->kind);
}
