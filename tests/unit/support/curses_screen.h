/* canvas: a real curses screen that nobody looks at, for the view to paint on, and read back cell
 * by cell. */
#ifndef TESTS_UNIT_SUPPORT_CURSES_SCREEN_H
#define TESTS_UNIT_SUPPORT_CURSES_SCREEN_H

#include <stdbool.h>
#include <wchar.h>

/* Opens it, once in a process; the view is open as well then. False where curses would not. */
bool canvas_open(void);

void canvas_resize(int rows, int columns);

/* What is wrong with any of its cells as the terminal was last told to show them; NULL: nothing. */
const char *canvas_flaw(void);

/* Whether some row of it holds the text. */
bool canvas_shows(const wchar_t *text);

#endif
