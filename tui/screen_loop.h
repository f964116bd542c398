/* screen_loop: waits for the server, the terminal, the signals and the clock at once, tells the
 * session and the screen what happened, and paints at most once a turn. */
#ifndef TUI_SCREEN_LOOP_H
#define TUI_SCREEN_LOOP_H

#include "tui/session_io.h"
#include "tui/storage/history_file.h"
#include "tui/ui/screen.h"
#include "tui/ui/theme.h"

/* Runs until the session is finished. `signals` is a signalfd; a background that is not known is
 * asked of the terminal. Returns false with errno set when poll fails. */
bool screen_loop_run(struct screen *screen, struct session_io *io, struct history_file *history,
                     int signals, enum theme_background background);

#endif
