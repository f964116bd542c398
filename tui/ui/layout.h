/* layout: PURE where everything stands on a screen of so many rows and columns. */
#ifndef TUI_UI_LAYOUT_H
#define TUI_UI_LAYOUT_H

#include "tui/ui/messages/scrollback.h"

#include <stdbool.h>

enum {
    LAYOUT_ROWS_MIN = 6,
    LAYOUT_COLUMNS_MIN = 20,
    LAYOUT_PROMPT = 2, /* cells before the input line's text */
    LAYOUT_BAR = 5,    /* cells of a bar that words let into it cannot have */
};

struct layout_box {
    int row, column, rows, columns; /* no rows: not shown */
};

struct layout {
    int rows, columns;
    int lines;            /* of the message being written: the caller's to say; 0 is 1 */
    bool hide_timestamps; /* no times stand before the lines: the caller's to say */
    bool too_small;       /* for anything but saying so */
    struct layout_box title, pane, status, input;
    struct layout_box nick_dialog;              /* its frame */
    struct layout_box nick_field, nick_message; /* inside the dialog, counted from its corner */
    struct layout_box paste_dialog;             /* that asks about a paste: its frame */
    struct layout_box preview, options; /* inside it: the start of the paste, what to do with it */
};

/* Keeps what is the caller's to say. */
void layout_make(struct layout *l, int rows, int columns);

/* What stands left of a row's text. A message's nickname stands left of the separator where it fits
 * its column, else right of it, before the text; so the separator never moves, and whatever is in
 * a name or a text, a row with a message has one and no other row does. */
struct line_columns {
    bool time;
    int separator;        /* its column */
    int nick, nick_cells; /* the nickname's column and cells; no cells: not in this row */
    bool inlined;         /* the nickname stands right of the separator; a colon follows */
    bool clipped;         /* and there is not room for all of it */
    int text;             /* the text's column */
};
struct line_columns layout_line(const struct layout *l, const struct line *line, bool first);

/* The text's column alone, as the scrollback asks for it. */
int layout_gutter(const void *layout, const struct line *line, bool first);

#endif
