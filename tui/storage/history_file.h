/* history_file: keeps the sent messages between runs: mode 0600, append-only, one entry per line.
 */
#ifndef TUI_STORAGE_HISTORY_FILE_H
#define TUI_STORAGE_HISTORY_FILE_H

#include "tui/storage/append_file.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    HISTORY_FILE_MAX = 256 << 10, /* bytes; a longer file is cut to its newer half on opening */
    HISTORY_ENTRY_MAX = 8 << 10,  /* bytes; a longer entry is not stored */
};

struct history_file {
    struct append_file file; /* none: nothing is stored */
};

/* Opens $XDG_STATE_HOME/klatch/history, or ~/.local/state/klatch/history, and creates missing
 * directories. Calls `each` for every entry, oldest first. Returns NULL, or a sentence that says
 * why nothing is stored. */
const char *history_file_open(struct history_file *h, void (*each)(void *arg, const char *text),
                              void *arg);

/* Appends an entry. Returns NULL, or a sentence that says why it is not stored. */
const char *history_file_append(struct history_file *h, const char *text);

void history_file_close(struct history_file *h);

/* Returns the entry as one line of the file, without a line feed at its end; a backslash escapes
 * line feeds and backslashes. Returns NULL without memory. The caller frees it. */
char *history_file_escape(const char *entry);

/* Restores the entry in place. Returns false if the line is not an entry: empty, not UTF-8, or with
 * a control character other than a tab or line feed. */
bool history_file_unescape(char *line);

#endif
