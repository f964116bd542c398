/* jump: PURE from one place of interest to the next. */
#ifndef TUI_UI_JUMP_H
#define TUI_UI_JUMP_H

#include "tui/core/app.h"

/* To the nearest line further up, or down where step is 1, in which somebody mentions us. */
void search_mention(struct app *a, int step);

/* To the first line that is unread. */
void search_unread(struct app *a);

#endif
