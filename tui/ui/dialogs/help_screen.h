/* help_screen: PURE the help: all keys and commands, in place of the messages until the user
 * presses a key. */
#ifndef TUI_UI_DIALOGS_HELP_SCREEN_H
#define TUI_UI_DIALOGS_HELP_SCREEN_H

#include "tui/terminal/key_parser.h"

#include <stdbool.h>

enum {
    HELP_COLUMN = 40, /* width of a column of entries */
    HELP_KEYS = 17,   /* width of the keys in it */
};

/* All zero is closed. */
struct help {
    bool open;
    int top; /* the first entry shown */
};

/* Returns how many columns of entries fit on the screen. */
int help_columns(int columns);

/* Returns the rows of an entry: on a narrow screen 2, with the text below the keys. */
int help_rows(int columns);

/* Scrolls the open help of `count` entries, or closes it. Returns false if the key also has its
 * usual effect. */
bool help_input(struct help *h, const struct action *in, int count, int rows, int columns);

#endif
