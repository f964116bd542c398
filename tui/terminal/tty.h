/* tty: takes over the terminal and restores it. Every exit of the program calls tty_close; a crash
 * restores the terminal too. */
#ifndef TUI_TERMINAL_TTY_H
#define TUI_TERMINAL_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Checks that standard input and output are a terminal that can show a full screen. Returns NULL,
 * or a sentence that says what is missing. Writes nothing. */
const char *tty_check(void);

/* Returns the terminfo entry in use if terminfo does not know TERM, but klatch knows that the
 * terminal is similar; else NULL. */
const char *tty_substitute(void);

/* Takes over the terminal: curses, raw mode, bracketed paste, focus reports; with `mouse`, reports
 * of the wheel. Call tty_check before. Returns false if curses does not start. */
bool tty_open(bool mouse);

/* Restores the terminal. Does nothing if it was not taken over. */
void tty_close(void);

enum { TTY_CELLS_MAX = 1000 }; /* rows or columns used of a larger terminal */

/* Reads the size from the kernel and passes it to curses; the next frame redraws every cell. */
void tty_size(int *ret_rows, int *ret_columns);

/* Restores the terminal, stops the process, and takes over the terminal when it continues. */
void tty_suspend(void);

/* Give the terminal to another program: restore it; take it over again. */
void tty_leave(void);
void tty_return(void);

/* Takes over the terminal again after another program wrote to it; the next frame redraws all. */
void tty_resume(void);

/* Mark the start and the end of a frame (synchronized output): the terminal shows complete frames.
 */
void tty_begin_sync(void);
void tty_end_sync(void);

/* Writes a control string without curses. Not between tty_begin_sync and tty_end_sync. */
void tty_write(const char *text);

/* Queries the background colour (OSC 11) if the terminal knows OSC strings. The reply, if any,
 * comes as input: ACTION_BACKGROUND_REPLY. */
void tty_query_background(void);

/* Whether the terminal has a window title: terminfo's XT, which GNU screen and tmux check too, or
 * tsl. Such a terminal ignores OSC strings that it does not know. */
bool tty_has_title(void);

/* Whether such a string may also be long. GNU screen shows what is beyond 768 bytes as text. */
bool tty_takes_long_strings(void);

/* Whether the terminal is known to show an emoji of one cell with the variation selector U+FE0F in
 * two cells. Multiplexers do not. */
bool tty_has_wide_emoji(void);

/* Makes a fatal signal restore the window title too, with this control string. */
void tty_restore_title_with(const char *sequence);

/* Whether klatch runs in an ssh session. */
bool tty_is_remote(void);

/* Reads input. Returns the number of bytes, 0 if there is none now, -1 if the terminal is gone. */
ssize_t tty_read(char *bytes, size_t n);

#endif
