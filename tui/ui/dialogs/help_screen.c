#include "tui/ui/dialogs/help_screen.h"

int help_columns(int columns)
{
    return columns >= 2 * HELP_COLUMN ? columns / HELP_COLUMN : 1;
}

int help_rows(int columns)
{
    return columns < HELP_COLUMN ? 2 : 1;
}

static int limit_top(int top, int max)
{
    if (top > max) top = max;
    return top > 0 ? top : 0;
}

bool help_input(struct help *h, const struct action *in, int count, int rows, int columns)
{
    int page = rows / help_rows(columns), room = page * help_columns(columns);
    int by = in->kind == ACTION_PAGE_UP      ? -page
             : in->kind == ACTION_PAGE_DOWN  ? page
             : in->kind == ACTION_LINE_UP    ? -1
             : in->kind == ACTION_LINE_DOWN  ? 1
             : in->kind == ACTION_WHEEL_UP   ? -1
             : in->kind == ACTION_WHEEL_DOWN ? 1
                                             : 0;
    h->top = limit_top(h->top + by, count - room);
    if (by != 0) return true;
    *h = (struct help){0};
    return in->kind == ACTION_ESCAPE || in->kind == ACTION_HELP || in->kind == ACTION_ENTER;
}
