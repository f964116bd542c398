/* layout: PURE the position and size of each part of the screen. */
#ifndef TUI_UI_LAYOUT_H
#define TUI_UI_LAYOUT_H

#include "tui/ui/messages/scrollback.h"

#include <stdbool.h>

enum {
    LAYOUT_ROWS_MIN = 6,
    LAYOUT_COLUMNS_MIN = 20,
    LAYOUT_BESIDE_MIN = 110, /* columns of a screen with room for a list beside the messages */
    LAYOUT_BAR = 5,          /* cells of a bar that its labels cannot use */
};

struct layout_box {
    int row, column, rows, columns; /* rows 0: not shown */
};

#define LAYOUT_TOO_SMALL "too small"

struct layout {
    int rows, columns;
    int input_rows;       /* of the message being written, set by the caller; 0 counts as 1 */
    bool hide_timestamps; /* set by the caller */
    bool show_members;    /* at the right, if there is room; set by the caller */
    bool too_small;       /* show only a notice that the screen is too small */
    struct layout_box title, pane, status, input;
    struct layout_box members;    /* beside the pane; or over it, the most that it may cover */
    struct layout_box key_dialog; /* with its frame */
    struct layout_box key_message, key_text,
        key_options;                            /* relative to the dialog; with one row,
                                                   key_options shows the choice of Enter */
    struct layout_box nick_dialog;              /* with its frame */
    struct layout_box nick_field, nick_message; /* relative to the dialog */
    struct layout_box paste_dialog;             /* with its frame */
    struct layout_box preview, options;         /* relative to the dialog */
};

/* Returns the cells left of the text being written, which has so many lines. */
int layout_prompt(size_t lines);

/* Computes all boxes; keeps the fields set by the caller. */
void layout_make(struct layout *l, int rows, int columns);

/* Whether the screen has room for the list of members beside the messages. */
bool layout_has_room_beside(const struct layout *l);

/* The marks of an action, in place of the nickname, and of an announcement, as its separator. */
#define LAYOUT_ACTION       "*"
#define LAYOUT_ANNOUNCEMENT "■"

/* Returns what stands in the column for nicknames: LAYOUT_ACTION for an action. */
const char *layout_label(const struct line *line);

/* The columns of a row. The nickname is left of the separator if it fits there, otherwise right of
 * it, before the text. So the separator is always in the same column, and no nickname or text can
 * imitate it. */
struct line_columns {
    bool time;
    int separator;        /* its column */
    int nick, nick_cells; /* nick_cells 0: not in this row */
    bool inlined;         /* the nickname is right of the separator, followed by a colon */
    bool clipped;         /* the nickname is cut to nick_cells */
    int text;             /* its column */
};
struct line_columns layout_line(const struct layout *l, const struct line *line, bool first);

/* Returns the text's column, as a scrollback_gutter. */
int layout_gutter(const void *layout, const struct line *line, bool first);

#endif
