/* diary: what was sent, kept between runs in a file of the person's own: private, appended to, an
 * entry a line. */
#ifndef TUI_STORAGE_HISTORY_FILE_H
#define TUI_STORAGE_HISTORY_FILE_H

#include <stddef.h>

enum {
    DIARY_BYTES = 256 << 10, /* a longer file is cut to its newer half when it is opened */
    DIARY_ENTRY = 8 << 10,   /* a longer entry is not kept */
};

struct diary {
    int fd; /* -1: nothing is kept */
};

/* Opens $XDG_STATE_HOME/klatch/history, or ~/.local/state/klatch/history, and makes the directories
 * that are missing; tells of each entry there is, oldest first. Returns NULL, or why nothing will
 * be kept. */
const char *diary_open(struct diary *d, void (*each)(void *arg, const char *text), void *arg);

/* Adds an entry; one that cannot be written is left out. */
void diary_add(struct diary *d, const char *text);

void diary_close(struct diary *d);

#endif
