/* outlet: what is on its way to the terminal. It waits here, and nobody for it: a terminal that
 * takes nothing, stopped by Ctrl+S or behind a network that hangs, must not keep the room waiting.
 */
#ifndef TUI_TERMINAL_TTY_OUTPUT_H
#define TUI_TERMINAL_TTY_OUTPUT_H

#include <poll.h>
#include <stdbool.h>

/* What is written to standard output from now on is kept, which is a terminal. False with errno
 * set when it cannot be. */
bool outlet_open(void);

/* Adds a control string behind what was written so far. False without memory: something of that is
 * missing then. */
bool outlet_add(const char *text);

/* Sends what the terminal takes now. */
void outlet_send(void);

/* Whether something still waits; and what to poll for then. */
bool outlet_is_busy(void);
struct pollfd outlet_poll(void);

/* Sends all, for at most so many milliseconds. False when something still waits. */
bool outlet_drain(int ms);

/* Past all that waits, from a signal handler. */
void outlet_cry(const char *text);

/* Standard output is the terminal again; what waits is gone. */
void outlet_close(void);

#endif
