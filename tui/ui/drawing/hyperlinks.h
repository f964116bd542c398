/* hyperlinks: makes the web addresses on the screen hyperlinks of the terminal (OSC 8). An address
 * over several rows is one hyperlink. curses cannot do this, so that this file writes the addresses
 * once more behind each frame in which their rows have changed. */
#ifndef TUI_UI_DRAWING_HYPERLINKS_H
#define TUI_UI_DRAWING_HYPERLINKS_H

#include "common/frame.h"

/* Prepares the terminal's control strings. Call after curses has started. Without it, and if the
 * terminal has no such strings, there are no hyperlinks. */
void hyperlinks_open(void);

/* Begins a frame without hyperlinks. */
void hyperlinks_begin(void);

/* Adds the part of an address that is drawn at this place, in the default style. */
void hyperlinks_add(int row, int column, struct span part, struct span url);

/* Call before doupdate(3), when the frame is drawn: makes curses redraw rows that lose a hyperlink.
 */
void hyperlinks_compare(void);

/* Call after doupdate: writes the hyperlinks. */
void hyperlinks_write(void);

#endif
