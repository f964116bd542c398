/* tty: the terminal, taken over and given back. Every way out of the program leads through
 * tty_close, which leaves it as it was. */
#ifndef TUI_TERMINAL_TTY_H
#define TUI_TERMINAL_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Whether standard input and output are a terminal that can be painted on. Returns NULL, or a
 * sentence that says what is missing. Writes nothing to it. */
const char *tty_check(void);

/* Takes the terminal over. False when curses cannot. */
bool tty_open(void);

/* Gives it back; fine when it was never taken. */
void tty_close(void);

enum { TTY_CELLS_MAX = 1000 }; /* rows or columns: what a larger terminal has is left empty */

/* The size as the terminal says it now; curses follows, and the next paint writes every cell. */
void tty_size(int *ret_rows, int *ret_columns);

/* Gives the terminal back, stops the process, and takes it over again when it goes on. */
void tty_suspend(void);

/* Takes it over again, with everything to be painted anew: something else has written to it. */
void tty_resume(void);

/* Around a paint, so that it is seen when it is whole. */
void tty_begin_sync(void);
void tty_end_sync(void);

/* Writes a control string past curses, which must not be in the midst of a paint. */
void tty_write(const char *text);

/* Asks for the background's colour, where the question is understood or skipped: the answer, if
 * there is one, comes from the keyboard. */
void tty_query_background(void);

/* Whether it is of a kind that has a window with a title, and so skips the OSC strings that it does
 * not know: terminfo's XT, as GNU screen and tmux ask for it, or tsl. */
bool tty_has_title(void);

/* Reads what was typed, when poll says there is something; -1 when the terminal is gone. */
ssize_t tty_read(char *bytes, size_t n);

#endif
