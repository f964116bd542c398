/* list_scroll: PURE scrolls a list that is open by keys and the wheel. */
#ifndef TUI_UI_DIALOGS_LIST_SCROLL_H
#define TUI_UI_DIALOGS_LIST_SCROLL_H

#include "tui/terminal/action.h"

#include <stdbool.h>

/* Returns the first entry to show: `top`, within 0 and `max`. */
int list_scroll_limit(int top, int max);

/* Moves *top, the first entry shown, by one entry or by a page of entries, within 0 and `max`.
 * Returns false, and changes nothing, for an action that does not scroll. */
bool list_scroll(int *top, enum action_kind kind, int page, int max);

#endif
