/* status_bar: PURE the words of the status bar, as many as there is room for. */
#ifndef TUI_UI_STATUS_BAR_H
#define TUI_UI_STATUS_BAR_H

#include "tui/ui/screen.h"

struct status {
    char left[256];  /* where we stand, or the hint; not sanitised */
    char right[160]; /* the countdown, what is unread; "" for nothing */
    bool urgent;     /* the right side is worth a second look */
};

struct status status_make(const struct screen *c, int columns);

/* How much is below the reading place; "" at the bottom. */
void status_below(const struct screen *c, char *text, size_t size, bool brief);

#endif
