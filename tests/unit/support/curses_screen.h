/* curses_screen: a real curses screen without a terminal, which tests draw on and read back. */
#ifndef TESTS_UNIT_SUPPORT_CURSES_SCREEN_H
#define TESTS_UNIT_SUPPORT_CURSES_SCREEN_H

#include <stdbool.h>
#include <wchar.h>

/* Opens the screen and the drawing, once in a process; false if curses cannot. */
bool curses_screen_open(void);

void curses_screen_resize(int rows, int columns);

/* Returns what is wrong with a cell as it was last drawn; NULL: nothing. */
const char *curses_screen_flaw(void);

/* Returns whether a row contains the text. */
bool curses_screen_shows(const wchar_t *text);

#endif
