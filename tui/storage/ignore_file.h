/* ignore_file: whom the person does not want to hear, kept between runs in a file of the person's
 * own. Each change is a line at its end, "ignore NICK" or "unignore NICK", and the last word on a
 * nickname counts: clients that run at once keep each other's. */
#ifndef TUI_STORAGE_IGNORE_FILE_H
#define TUI_STORAGE_IGNORE_FILE_H

#include "tui/core/ignore_list.h"

struct ignore_file {
    int fd;          /* -1: nothing is kept */
    const char *why; /* and why not */
};

/* Opens the file; adds those in it to the list. */
void ignore_file_open(struct ignore_file *k, struct ignore *list);

/* Keeps a change. Returns NULL, or why it is not kept. */
const char *ignore_file_append(struct ignore_file *k, const char *nick, bool ignored);

void ignore_file_close(struct ignore_file *k);

#endif
