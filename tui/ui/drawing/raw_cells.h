/* raw_cells: draws what curses cannot: hyperlinks of the terminal (OSC 8), where an address over
 * several rows is one hyperlink, and emoji whose style makes them two cells wide. Writes them to
 * the terminal once more behind each frame in which their rows have changed. */
#ifndef TUI_UI_DRAWING_RAW_CELLS_H
#define TUI_UI_DRAWING_RAW_CELLS_H

#include "common/frame.h"

/* Prepares the terminal's control strings. Call after curses has started. Without it, and if the
 * terminal has no such strings, nothing is drawn. */
void raw_cells_open(void);

/* Begins a frame without raw cells. */
void raw_cells_begin(void);

/* Add the part of an address, and an emoji with its style, that curses draws at this place in the
 * default style. */
void raw_cells_add_link(int row, int column, struct span part, struct span url);
void raw_cells_add_emoji(int row, int column, struct span emoji);

/* Add a row that curses must write as a whole when it changes: the terminal may give a character in
 * it another width, and then the cells behind it are not where curses believes. */
void raw_cells_add_row(int row);

/* Call before doupdate(3), when the frame is drawn: makes curses redraw rows whose raw cells have
 * changed. */
void raw_cells_compare(void);

/* Call after doupdate: writes the cells. */
void raw_cells_write(void);

#endif
