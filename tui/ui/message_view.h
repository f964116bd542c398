/* message_view: paints the lines of the room, as the scrollback gives them. */
#ifndef TUI_UI_MESSAGE_VIEW_H
#define TUI_UI_MESSAGE_VIEW_H

#include "tui/ui/screen.h"

/* Paints them where the layout has the pane, which was erased before. */
void message_view_draw(const struct screen *c);

#endif
