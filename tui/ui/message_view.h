/* pane: paints the lines of the room, as the scrollback gives them. */
#ifndef TUI_PANE_H
#define TUI_PANE_H

#include "tui/app.h"

/* Paints them where the layout has the pane, which was erased before. */
void pane_paint(const struct app *a);

#endif
