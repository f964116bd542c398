/* ignore_file: keeps the ignored nicknames between runs. Each change is a line at the end of the
 * file, "ignore NICK" or "unignore NICK"; the last line about a nickname counts. So clients that
 * run at the same time do not lose each other's changes. */
#ifndef TUI_STORAGE_IGNORE_FILE_H
#define TUI_STORAGE_IGNORE_FILE_H

#include "tui/storage/append_file.h"

#include <stdbool.h>

struct ignore_file {
    struct append_file file; /* none: nothing is stored */
    const char *error;       /* why there is no file */
};

/* Opens the file. Calls `each` for every change in it, oldest first. Returns NULL, or a sentence
 * that says why there is no file. */
const char *ignore_file_open(struct ignore_file *f,
                             void (*each)(void *arg, const char *nick, bool ignored), void *arg);

/* Appends a change. Returns NULL, or a sentence that says why it is not stored. */
const char *ignore_file_append(struct ignore_file *f, const char *nick, bool ignored);

void ignore_file_close(struct ignore_file *f);

#endif
