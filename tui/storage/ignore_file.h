/* ignored: whom the person does not want to hear, kept between runs in a file of the person's own.
 * Each change is a line at its end, "ignore NICK" or "unignore NICK", and the last word on a
 * nickname counts: clients that run at once keep each other's. */
#ifndef TUI_STORAGE_IGNORE_FILE_H
#define TUI_STORAGE_IGNORE_FILE_H

#include "tui/core/ignore_list.h"

struct ignored {
    int fd;          /* -1: nothing is kept */
    const char *why; /* and why not */
};

/* Opens the file; adds those in it to the list. */
void ignored_open(struct ignored *k, struct ignore *list);

/* Keeps a change. Returns NULL, or why it is not kept. */
const char *ignored_add(struct ignored *k, const char *nick, bool ignored);

void ignored_close(struct ignored *k);

#endif
