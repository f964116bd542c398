/* message_view: draws the rows of the scrollback. */
#ifndef TUI_UI_DRAWING_MESSAGE_VIEW_H
#define TUI_UI_DRAWING_MESSAGE_VIEW_H

#include "tui/ui/screen.h"

/* Draws the rows into the layout's pane, which must be erased. */
void message_view_draw(const struct screen *c);

#endif
