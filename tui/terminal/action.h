/* action: PURE the meaning of a key, a paste, or a report of the terminal. */
#ifndef TUI_TERMINAL_ACTION_H
#define TUI_TERMINAL_ACTION_H

#include "tui/base/edit.h"

#include <stdbool.h>
#include <stddef.h>

/* The actions up to ACTION_COMPLETE_PREV edit the input line, or the open dialog. */
enum action_kind {
    ACTION_TEXT,  /* typed: text, n */
    ACTION_PASTE, /* pasted: text, n; its lines end in line feeds */
    ACTION_EDIT,  /* edit */
    ACTION_ENTER,
    ACTION_NEWLINE,
    ACTION_COMPLETE,
    ACTION_COMPLETE_PREV,
    ACTION_ESCAPE,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_LINE_UP,
    ACTION_LINE_DOWN,
    ACTION_WHEEL_UP, /* a notch, in a terminal that reports the mouse */
    ACTION_WHEEL_DOWN,
    ACTION_TOP,
    ACTION_BOTTOM,
    ACTION_SEARCH_BACKWARD,
    ACTION_SEARCH_FORWARD,
    ACTION_FIRST_UNREAD,
    ACTION_MENTION_PREV,
    ACTION_MENTION_NEXT,
    ACTION_TOGGLE_TIMESTAMPS,
    ACTION_TOGGLE_JOINS,
    ACTION_TOGGLE_MEMBERS,
    ACTION_TOGGLE_FOLDS,
    ACTION_BARE,
    ACTION_HELP,
    ACTION_REDRAW,
    ACTION_SUSPEND,
    ACTION_EDITOR, /* edit the message in the user's editor */
    ACTION_QUIT,
    ACTION_FOCUS_IN, /* not a key: the terminal got or lost the keyboard focus */
    ACTION_FOCUS_OUT,
    ACTION_BACKGROUND_REPLY, /* the reply to tty_query_background: text, n */
};

struct action {
    enum action_kind kind;
    enum edit edit;
    const char *text; /* valid UTF-8, in the parser until the next call */
    size_t n;
    bool cut; /* the parser dropped text that did not fit */
};

#endif
