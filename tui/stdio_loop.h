/* stream: klatch between standard input and standard output, for a face without a screen. Nothing
 * is read that cannot be taken yet: what waits, waits where it is. */
#ifndef TUI_STDIO_LOOP_H
#define TUI_STDIO_LOOP_H

#include "tui/net/connection.h"
#include "tui/stdio/frontend.h"

/* Runs until the app is done and all its output is written, or a signal has asked to leave.
 * `signals` is a signalfd. False with errno set when poll fails. */
bool stream_live(struct face *f, struct connection *l, int signals);

#endif
