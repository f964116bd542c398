/* loop: waits for the socket, the terminal, the signals and the clock at once, hands what happened
 * to the app, and paints once a turn at most. */
#ifndef TUI_SCREEN_LOOP_H
#define TUI_SCREEN_LOOP_H

#include "tui/core/app.h"
#include "tui/net/connection.h"
#include "tui/ui/theme.h"

/* Runs until the app is done. `signals` is a signalfd; a background that is not known is asked for.
 * False with errno set when poll fails. */
bool loop_live(struct app *a, struct connection *l, int signals, enum theme_background background);

#endif
