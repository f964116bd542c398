/* stdio_loop: runs line mode or JSON mode on standard input and standard output. Reads a line only
 * when it can be handled: until then, it waits in the pipe. */
#ifndef TUI_STDIO_LOOP_H
#define TUI_STDIO_LOOP_H

#include "tui/session_io.h"
#include "tui/stdio/frontend.h"

/* Runs until the session is finished or failed and all output is written, or until a signal ends
 * it. `signals` is a signalfd. Returns false with errno set if poll fails. */
bool stdio_loop_run(struct frontend *f, struct session_io *io, int signals);

#endif
