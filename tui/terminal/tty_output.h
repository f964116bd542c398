/* tty_output: a non-blocking output queue for the terminal, so that a terminal that reads nothing,
 * as after Ctrl+S or behind a slow network, does not block the client. */
#ifndef TUI_TERMINAL_TTY_OUTPUT_H
#define TUI_TERMINAL_TTY_OUTPUT_H

#include <poll.h>
#include <stdbool.h>

/* Redirects standard output, which is the terminal, into memory. Returns false with errno set on
 * failure. */
bool tty_output_open(void);

/* Queues the bytes written to standard output, then a control string. Returns false without memory:
 * then part of them is missing. */
bool tty_output_append(const char *text);

/* Writes as much of the queue as the terminal accepts now. */
void tty_output_flush(void);

/* Whether output is queued. */
bool tty_output_is_busy(void);

/* Returns what to poll for; its descriptor is -1 while nothing is queued. */
struct pollfd tty_output_pollfd(void);

/* Writes the whole queue; waits at most `ms` milliseconds. Returns false if output is left. */
bool tty_output_drain(int ms);

/* Writes to the terminal past the queue; waits up to 500 ms while the terminal is full. Safe in a
 * signal handler. */
void tty_output_write_unsafe(const char *text);

/* Makes standard output the terminal again. Drops what is queued. */
void tty_output_close(void);

#endif
