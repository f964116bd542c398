/* help_screen: PURE all keys and commands in the place of what was said, until a key is pressed. */
#ifndef TUI_UI_HELP_SCREEN_H
#define TUI_UI_HELP_SCREEN_H

#include "tui/terminal/key_parser.h"

#include <stdbool.h>

enum {
    HELP_COLUMN = 40, /* cells of a column of entries, */
    HELP_KEYS = 17,   /* and those before its words */
};

/* All zero is closed. */
struct help {
    bool open;
    int top; /* the first entry shown */
};

struct help_entry {
    const char *name, *argument, *says; /* says "": a heading */
    bool command;
};

/* How many entries there are, and one of them. */
int help_count(void);
struct help_entry help_entry(int i);

/* How many columns of entries fit. */
int help_columns(int columns);

/* How many rows an entry takes: where columns are few, its words stand below its name. */
int help_rows(int columns);

/* While it is open, a key scrolls it on a screen too small for all of it, or closes it. False when
 * the key is one that means something more. */
bool help_input(struct help *h, const struct action *in, int rows, int columns);

#endif
