#include "tui/terminal/key_table.h"

#include <string.h>

/* All sequences that xterm, rxvt, the Linux console, PuTTY, screen, tmux and kitty send for a key.
 */
static const struct {
    const char *bytes;
    enum action_kind kind;
    enum edit edit;
} keys[] = {
    {"\r", ACTION_ENTER, 0},
    {"\n", ACTION_NEWLINE, 0}, /* Ctrl+J */
    {"\x1bOM", ACTION_ENTER, 0},
    {"\x1b\r", ACTION_NEWLINE, 0},
    {"\x1b\n", ACTION_NEWLINE, 0},
    {"\t", ACTION_COMPLETE, 0},
    {"\x1b[Z", ACTION_COMPLETE_PREV, 0},
    {"\x03", ACTION_QUIT, 0},
    {"\x1b\x03", ACTION_QUIT, 0}, /* Escape, directly followed by Ctrl+C */
    {"\x0c", ACTION_REDRAW, 0},
    {"\x1a", ACTION_SUSPEND, 0},
    {"\x18\x05", ACTION_EDITOR, 0}, /* Ctrl+X Ctrl+E */
    {"\x07", ACTION_ESCAPE, 0},     /* Ctrl+G */
    {"\x1bOP", ACTION_HELP, 0},
    {"\x1b[11~", ACTION_HELP, 0},
    {"\x1b[[A", ACTION_HELP, 0},
    {"\x1b[P", ACTION_HELP, 0},
    {"\x1b[200~", ACTION_PASTE, 0},
    {"\x1b[I", ACTION_FOCUS_IN, 0},
    {"\x1b[O", ACTION_FOCUS_OUT, 0},

    {"\x1b[D", ACTION_EDIT, EDIT_LEFT},
    {"\x1bOD", ACTION_EDIT, EDIT_LEFT},
    {"\x02", ACTION_EDIT, EDIT_LEFT},
    {"\x1b[C", ACTION_EDIT, EDIT_RIGHT},
    {"\x1bOC", ACTION_EDIT, EDIT_RIGHT},
    {"\x06", ACTION_EDIT, EDIT_RIGHT},
    {"\x1b[1;5D", ACTION_EDIT, EDIT_WORD_LEFT},
    {"\x1b[1;3D", ACTION_EDIT, EDIT_WORD_LEFT},
    {"\x1bOd", ACTION_EDIT, EDIT_WORD_LEFT},
    {"\x1b[5D", ACTION_EDIT, EDIT_WORD_LEFT},
    {"\x1b\x62", ACTION_EDIT, EDIT_WORD_LEFT},
    {"\x1b[1;5C", ACTION_EDIT, EDIT_WORD_RIGHT},
    {"\x1b[1;3C", ACTION_EDIT, EDIT_WORD_RIGHT},
    {"\x1bOc", ACTION_EDIT, EDIT_WORD_RIGHT},
    {"\x1b[5C", ACTION_EDIT, EDIT_WORD_RIGHT},
    {"\x1b\x66", ACTION_EDIT, EDIT_WORD_RIGHT},
    {"\x1b[H", ACTION_EDIT, EDIT_HOME},
    {"\x1bOH", ACTION_EDIT, EDIT_HOME},
    {"\x1b[1~", ACTION_EDIT, EDIT_HOME},
    {"\x1b[7~", ACTION_EDIT, EDIT_HOME},
    {"\x01", ACTION_EDIT, EDIT_HOME},
    {"\x1b[F", ACTION_EDIT, EDIT_END},
    {"\x1bOF", ACTION_EDIT, EDIT_END},
    {"\x1b[4~", ACTION_EDIT, EDIT_END},
    {"\x1b[8~", ACTION_EDIT, EDIT_END},
    {"\x05", ACTION_EDIT, EDIT_END},
    {"\x7f", ACTION_EDIT, EDIT_BACKSPACE},
    {"\x08", ACTION_EDIT, EDIT_BACKSPACE},
    {"\x1b[3~", ACTION_EDIT, EDIT_DELETE},
    {"\x04", ACTION_EDIT, EDIT_DELETE},
    {"\x0b", ACTION_EDIT, EDIT_KILL_TO_END},
    {"\x15", ACTION_EDIT, EDIT_KILL_TO_START},
    {"\x17", ACTION_EDIT, EDIT_KILL_WORD_LEFT},
    {"\x1b\x7f", ACTION_EDIT, EDIT_KILL_WORD_LEFT},
    {"\x1b\x08", ACTION_EDIT, EDIT_KILL_WORD_LEFT},
    {"\x1b\x64", ACTION_EDIT, EDIT_KILL_WORD_RIGHT},
    {"\x1b[3;5~", ACTION_EDIT, EDIT_KILL_WORD_RIGHT},
    {"\x19", ACTION_EDIT, EDIT_YANK},
    {"\x14", ACTION_EDIT, EDIT_TRANSPOSE},
    {"\x1f", ACTION_EDIT, EDIT_UNDO},
    {"\x10", ACTION_EDIT, EDIT_HISTORY_PREV}, /* Ctrl+P */
    {"\x0e", ACTION_EDIT, EDIT_HISTORY_NEXT}, /* Ctrl+N */
    {"\x1b[A", ACTION_EDIT, EDIT_HISTORY_PREV},
    {"\x1bOA", ACTION_EDIT, EDIT_HISTORY_PREV},
    {"\x1b[B", ACTION_EDIT, EDIT_HISTORY_NEXT},
    {"\x1bOB", ACTION_EDIT, EDIT_HISTORY_NEXT},

    {"\x1b[5~", ACTION_PAGE_UP, 0},
    {"\x1b[6~", ACTION_PAGE_DOWN, 0},
    {"\x1b[1;2A", ACTION_LINE_UP, 0},
    {"\x1b[a", ACTION_LINE_UP, 0},
    {"\x1b[1;2B", ACTION_LINE_DOWN, 0},
    {"\x1b[b", ACTION_LINE_DOWN, 0},
    {"\x1b[1;5H", ACTION_TOP, 0},
    {"\x1b[7^", ACTION_TOP, 0},
    {"\x1b<", ACTION_TOP, 0},
    {"\x1b[1;5F", ACTION_BOTTOM, 0},
    {"\x1b[8^", ACTION_BOTTOM, 0},
    {"\x1b>", ACTION_BOTTOM, 0},
    {"\x12", ACTION_SEARCH_BACKWARD, 0},
    {"\x13", ACTION_SEARCH_FORWARD, 0},
    {"\x1bt", ACTION_TOGGLE_TIMESTAMPS, 0},
    {"\x1b=", ACTION_TOGGLE_JOINS, 0},
    {"\x1bl", ACTION_TOGGLE_MEMBERS, 0},
    {"\x1bm", ACTION_TOGGLE_FOLDS, 0},
    {"\x1b\x63", ACTION_BARE, 0},
    {"\x1bu", ACTION_FIRST_UNREAD, 0},
    {"\x1bp", ACTION_MENTION_PREV, 0},
    {"\x1bn", ACTION_MENTION_NEXT, 0},
};

bool key_table_find(const char *bytes, size_t n, struct action *ret)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strlen(keys[i].bytes) != n || memcmp(keys[i].bytes, bytes, n) != 0) continue;
        *ret = (struct action){.kind = keys[i].kind, .edit = keys[i].edit};
        return true;
    }
    return false;
}
