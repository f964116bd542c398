/* stdio_loop: runs line mode or JSON mode between standard input and standard output. Nothing is
 * read before it can be handled: what waits, waits where it is. */
#ifndef TUI_STDIO_LOOP_H
#define TUI_STDIO_LOOP_H

#include "tui/session_io.h"
#include "tui/stdio/frontend.h"

/* Runs until the session is finished or failed and all output is written, or a signal has asked to
 * leave. `signals` is a signalfd. Returns false with errno set when poll fails. */
bool stdio_loop_run(struct frontend *f, struct session_io *io, int signals);

#endif
