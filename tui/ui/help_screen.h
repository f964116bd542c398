/* help_screen: PURE all keys and commands in the place of the messages, until a key is pressed. */
#ifndef TUI_UI_HELP_SCREEN_H
#define TUI_UI_HELP_SCREEN_H

#include "tui/terminal/key_parser.h"

#include <stdbool.h>

enum {
    HELP_COLUMN = 40, /* cells of a column of entries, */
    HELP_KEYS = 17,   /* and of those what its keys take */
};

/* All zero is closed. */
struct help {
    bool open;
    int top; /* the first entry shown */
};

/* Returns how many columns of entries fit. */
int help_columns(int columns);

/* Returns how many rows an entry takes: on a narrow screen, its text stands below its keys. */
int help_rows(int columns);

/* While it is open, of so many entries, a key scrolls it or closes it. Returns false when the key
 * has its own effect too. */
bool help_input(struct help *h, const struct action *in, int count, int rows, int columns);

#endif
