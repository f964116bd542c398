/* render: draws the screen. It decides nothing: the screen's state holds the content, the layout
 * the places. */
#ifndef TUI_UI_RENDER_H
#define TUI_UI_RENDER_H

#include "tui/ui/screen.h"
#include "tui/ui/theme.h"

#include <stdbool.h>

/* Prepares the colours, if `colour`, and the panel of the dialogs. Call after tty_open. Returns
 * false without memory. */
bool render_open(bool colour);

/* Chooses the colours for this background; applies to what is on the screen too. */
void render_set_background(enum theme_background background);

/* Draws everything. Leaves the cursor where the user types. */
void render_frame(const struct screen *c);

#endif
