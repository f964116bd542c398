/* help_screen: PURE the help: all keys and commands in groups, in place of the messages until the
 * user presses a key. */
#ifndef TUI_UI_DIALOGS_HELP_SCREEN_H
#define TUI_UI_DIALOGS_HELP_SCREEN_H

#include "tui/core/commands.h"
#include "tui/terminal/action.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    HELP_COLUMN = 40,     /* least width of a column of entries, if there are several */
    HELP_COLUMN_MAX = 48, /* greatest width */
    HELP_KEYS = 18,       /* width of the keys in it */
};

/* The foot line, in the status bar: if all entries fit on the screen, and if not. */
#define HELP_FOOT            HELP_FOOT_BRIEF " the help · man klatch tells more"
#define HELP_FOOT_BRIEF      "Any key closes"
#define HELP_FOOT_MORE       "PgUp and PgDn scroll · any other key closes the help"
#define HELP_FOOT_MORE_BRIEF "PgDn for more · Esc"

/* An entry: some keys, or a command with its argument. */
struct help_entry {
    const char *name, *argument, *help; /* help "": the heading of a group */
    bool command;                       /* the name is that of a command */
};

/* All zero is closed. */
struct help {
    bool open;
    int top; /* the first entry shown, if not all fit */
};

struct help_place {
    int column, row; /* row -1: not shown */
};

/* Where the groups are. If a group does not fit into one column, the entries fill column after
 * column instead, and can be scrolled. */
struct help_layout {
    int sizes[HELP_GROUPS]; /* entries of each group, with its heading */
    int columns, width;     /* of entries; cells of each */
    int rows, tall;         /* entries in a column; rows of each: 2 on a narrow screen */
    bool whole;             /* all groups fit */
    struct help_place groups[HELP_GROUPS];
};

/* Places groups of these sizes on a screen. */
struct help_layout help_make(const int sizes[HELP_GROUPS], int rows, int columns);

/* Returns the place of the i-th entry of a group. */
struct help_place help_place(const struct help_layout *l, const struct help *h, int group, int i);

/* Scrolls the open help, or closes it. Returns false if the key also has its usual effect: it is
 * not for the input line. */
bool help_input(struct help *h, const struct action *in, const struct help_layout *l);

/* Returns the foot line. */
const char *help_foot(const struct help_layout *l, bool brief);

#endif
