/* edit: PURE the editing commands of the keys. */
#ifndef TUI_BASE_EDIT_H
#define TUI_BASE_EDIT_H

enum edit {
    EDIT_LEFT,
    EDIT_RIGHT,
    EDIT_WORD_LEFT,
    EDIT_WORD_RIGHT,
    EDIT_HOME,
    EDIT_END,
    EDIT_BACKSPACE,
    EDIT_DELETE,
    EDIT_KILL_TO_END,
    EDIT_KILL_TO_START,
    EDIT_KILL_WORD_LEFT,
    EDIT_KILL_WORD_RIGHT,
    EDIT_YANK,
    EDIT_TRANSPOSE,
    EDIT_UNDO,
    EDIT_HISTORY_PREV, /* the row above; on the first row, the previous history entry */
    EDIT_HISTORY_NEXT, /* the row below; on the last row, the next history entry */
};

#endif
