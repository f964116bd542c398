/* status_bar: PURE the text of the status bar, shortened to fit. */
#ifndef TUI_UI_STATUS_BAR_H
#define TUI_UI_STATUS_BAR_H

#include "tui/ui/screen.h"

struct status {
    char left[256];  /* the session's state, or the status message; not sanitised */
    char right[160]; /* countdown and unread lines; may be "" */
    bool urgent;     /* the right side needs attention */
};

/* Returns the text for a bar of this many columns. */
struct status status_make(const struct screen *c, int columns);

/* Writes how many new lines are below the reading position; "" at the bottom. */
void status_below(const struct screen *c, char *text, size_t size, bool brief);

#endif
