/* render: paints the state. Decides nothing: what to say is the app's, where it stands the
 * layout's.
 */
#ifndef TUI_UI_RENDER_H
#define TUI_UI_RENDER_H

#include "tui/ui/screen.h"
#include "tui/ui/theme.h"

#include <stdbool.h>

/* Prepares colours, if there are to be any, and the dialog's panel; the terminal has been taken
 * over. False without memory. */
bool render_open(bool colour);

/* Chooses the colours for that background; what is on the screen follows. */
void render_set_background(enum theme_background background);

/* Paints everything as it is now; the terminal's cursor rests where the person types. */
void render_frame(const struct screen *c);

#endif
