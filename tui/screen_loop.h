/* screen_loop: the event loop of the full screen. A turn waits for the server, the terminal,
 * signals or a timeout, passes them to the session and the screen, and paints at most once. */
#ifndef TUI_SCREEN_LOOP_H
#define TUI_SCREEN_LOOP_H

#include "tui/session_io.h"
#include "tui/storage/choice_file.h"
#include "tui/storage/history_file.h"
#include "tui/ui/drawing/theme.h"
#include "tui/ui/screen.h"

/* The files to which the loop appends, besides those of session_io. */
struct screen_files {
    struct history_file history;
    struct choice_file members; /* whether to show the list of members */
};

/* Runs until the session is finished. `signals` is a signalfd. If the background is unknown, asks
 * the terminal for it. Returns false with errno set if poll fails. */
bool screen_loop_run(struct screen *screen, struct session_io *io, struct screen_files *files,
                     int signals, enum theme_background background);

#endif
