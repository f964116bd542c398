/* coming: PURE joins and leaves, shown as quietly as the person likes. */
#ifndef TUI_CORE_COMING_H
#define TUI_CORE_COMING_H

#include "tui/core/app.h"

/* Takes a notice of the server's, if it tells of a join or a leave: into the line before it where
 * that is one too, or out of sight. False when it is a line like any other. */
bool coming_take(struct app *a, const char *msg);

/* Shows them from now on, or no more. */
void coming_toggle(struct app *a);

#endif
