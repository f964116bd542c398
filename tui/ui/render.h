/* view: paints the state. Decides nothing: what to say is the app's, where it stands the layout's.
 */
#ifndef TUI_UI_RENDER_H
#define TUI_UI_RENDER_H

#include "tui/core/app.h"
#include "tui/ui/theme.h"

#include <stdbool.h>

/* Prepares colours, if there are to be any, and the dialog's panel; the terminal has been taken
 * over. False without memory. */
bool view_open(bool colour);

/* Chooses the colours for that ground; what is on the screen follows. */
void view_ground(enum theme_ground ground);

/* Paints everything as it is now; the terminal's cursor rests where the person types. */
void view_paint(const struct app *a);

#endif
