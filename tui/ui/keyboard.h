/* keyboard: PURE what a person's keys and pastes do. */
#ifndef TUI_UI_KEYBOARD_H
#define TUI_UI_KEYBOARD_H

#include "tui/core/app.h"

/* Carries out one key or paste: in the dialog while it is open, else in the room. */
void keyboard_input(struct app *a, const struct action *in);

#endif
