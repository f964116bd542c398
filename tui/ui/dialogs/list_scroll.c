#include "tui/ui/dialogs/list_scroll.h"

static int entries_to_scroll(enum action_kind kind, int page)
{
    if (kind == ACTION_PAGE_UP) return -page;
    if (kind == ACTION_PAGE_DOWN) return page;
    if (kind == ACTION_LINE_UP || kind == ACTION_WHEEL_UP) return -1;
    return kind == ACTION_LINE_DOWN || kind == ACTION_WHEEL_DOWN;
}

int list_scroll_limit(int top, int max)
{
    if (top > max) top = max;
    return top > 0 ? top : 0;
}

bool list_scroll(int *top, enum action_kind kind, int page, int max)
{
    int by = entries_to_scroll(kind, page);
    if (by != 0) *top = list_scroll_limit(*top + by, max);
    return by != 0;
}
