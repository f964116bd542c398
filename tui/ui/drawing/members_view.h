/* members_view: draws the list of members, beside the messages or over them. */
#ifndef TUI_UI_DRAWING_MEMBERS_VIEW_H
#define TUI_UI_DRAWING_MEMBERS_VIEW_H

#include "tui/ui/screen.h"

/* The heading of a list that may lack members, because the server has not listed them; and the
 * command that asks for them. */
#define MEMBERS_VIEW_SEEN "seen so far · /who"

/* The last row of a list beside the messages that has no space for all. */
#define MEMBERS_VIEW_MORE "%zu more · /who"

/* Draws the list if it is shown. */
void members_view_draw(const struct screen *c);

#endif
