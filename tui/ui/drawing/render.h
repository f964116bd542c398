/* render: draws the screen. It decides nothing: struct screen holds the content, struct layout the
 * positions. */
#ifndef TUI_UI_DRAWING_RENDER_H
#define TUI_UI_DRAWING_RENDER_H

#include "tui/ui/drawing/theme.h"
#include "tui/ui/screen.h"

#include <stdbool.h>

/* Prepares the colours, if `colour`, and the panel of the dialogs. Call after tty_open. Returns
 * false without memory. */
bool render_open(bool colour);

/* Chooses the colours for this background; also changes those already on the screen. Returns how
 * many colours there are for nicknames. */
int render_set_background(enum theme_background background);

/* Draws the whole screen. Leaves the cursor where the user types. */
void render_frame(const struct screen *c);

#endif
