/* members_overlay: PURE the list of members over the messages, on a screen that is too narrow to
 * show it beside them. */
#ifndef TUI_UI_DIALOGS_MEMBERS_OVERLAY_H
#define TUI_UI_DIALOGS_MEMBERS_OVERLAY_H

#include "tui/terminal/action.h"

#include <stdbool.h>

/* All zero is closed. */
struct members_overlay {
    bool open;
    int top; /* the first member shown */
};

/* Returns the first member shown: there may be fewer members since the last key. */
int members_overlay_top(const struct members_overlay *o, int count, int rows);

/* Scrolls the open list of `count` members by rows of the list, or closes it. Returns false if the
 * key also has its usual effect. */
bool members_overlay_input(struct members_overlay *o, const struct action *in, int count, int rows);

#endif
