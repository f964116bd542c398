/* tty_output: what is on its way to the terminal. It waits here, and nobody for it: a terminal that
 * takes nothing, stopped by Ctrl+S or behind a network that hangs, must not keep the room waiting.
 */
#ifndef TUI_TERMINAL_TTY_OUTPUT_H
#define TUI_TERMINAL_TTY_OUTPUT_H

#include <poll.h>
#include <stdbool.h>

/* What is written to standard output from now on is kept, which is a terminal. False with errno
 * set when it cannot be. */
bool tty_output_open(void);

/* Adds a control string behind what was written so far. False without memory: something of that is
 * missing then. */
bool tty_output_append(const char *text);

/* Sends what the terminal takes now. */
void tty_output_flush(void);

/* Whether something still waits; and what to poll for then. */
bool tty_output_is_busy(void);
struct pollfd tty_output_pollfd(void);

/* Sends all, for at most so many milliseconds. False when something still waits. */
bool tty_output_drain(int ms);

/* Past all that waits, from a signal handler. */
void tty_output_write_unsafe(const char *text);

/* Standard output is the terminal again; what waits is gone. */
void tty_output_close(void);

#endif
