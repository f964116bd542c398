/* history_file: what was sent, kept between runs in a file of the person's own: private, appended
 * to, an entry a line. */
#ifndef TUI_STORAGE_HISTORY_FILE_H
#define TUI_STORAGE_HISTORY_FILE_H

#include <stddef.h>

enum {
    HISTORY_FILE_MAX = 256 << 10, /* a longer file is cut to its newer half when it is opened */
    HISTORY_ENTRY_MAX = 8 << 10,  /* a longer entry is not kept */
};

struct history_file {
    int fd; /* -1: nothing is kept */
};

/* Opens $XDG_STATE_HOME/klatch/history, or ~/.local/state/klatch/history, and makes the directories
 * that are missing; tells of each entry there is, oldest first. Returns NULL, or why nothing will
 * be kept. */
const char *history_file_open(struct history_file *d, void (*each)(void *arg, const char *text),
                              void *arg);

/* Adds an entry; one that cannot be written is left out. */
void history_file_append(struct history_file *d, const char *text);

void history_file_close(struct history_file *d);

#endif
