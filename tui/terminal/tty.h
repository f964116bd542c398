/* term: the terminal, taken over and given back. Every way out of the program leads through
 * term_close, which leaves it as it was. */
#ifndef TUI_TERMINAL_TTY_H
#define TUI_TERMINAL_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Whether standard input and output are a terminal that can be painted on. Returns NULL, or a
 * sentence that says what is missing. Writes nothing to it. */
const char *term_check(void);

/* Takes the terminal over. False when curses cannot. */
bool term_open(void);

/* Gives it back; fine when it was never taken. */
void term_close(void);

enum { TERM_CELLS = 1000 }; /* rows or columns: what a larger terminal has is left empty */

/* The size as the terminal says it now; curses follows, and the next paint writes every cell. */
void term_size(int *ret_rows, int *ret_columns);

/* Gives the terminal back, stops the process, and takes it over again when it goes on. */
void term_suspend(void);

/* Takes it over again, with everything to be painted anew: something else has written to it. */
void term_resume(void);

/* Around a paint, so that it is seen when it is whole. */
void term_hold(void);
void term_show(void);

/* Writes a control string past curses, which must not be in the midst of a paint. */
void term_write(const char *text);

/* Asks for the background's colour, where the question is understood or skipped: the answer, if
 * there is one, comes from the keyboard. */
void term_ask_ground(void);

/* Whether it is of a kind that has a window with a title, and so skips the OSC strings that it does
 * not know: terminfo's XT, as GNU screen and tmux ask for it, or tsl. */
bool term_has_title(void);

/* Reads what was typed, when poll says there is something; -1 when the terminal is gone. */
ssize_t term_read(char *bytes, size_t n);

#endif
