/* help_screen: PURE shows all keys and commands instead of the messages, until a key is pressed. */
#ifndef TUI_UI_HELP_SCREEN_H
#define TUI_UI_HELP_SCREEN_H

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

/* Returns how many columns of entries fit. */
int help_columns(int columns);

/* Returns how many rows an entry takes: 2 on a narrow screen, its text below its keys. */
int help_rows(int columns);

/* Scrolls the open help of `count` entries, or closes it. Returns false if the key has its usual
 * effect too. */
bool help_input(struct help *h, const struct action *in, int count, int rows, int columns);

#endif
