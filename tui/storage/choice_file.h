/* choice_file: keeps a choice of the user between runs: on or off. Each change is a line at the end
 * of the file; the last one counts. */
#ifndef TUI_STORAGE_CHOICE_FILE_H
#define TUI_STORAGE_CHOICE_FILE_H

#include "tui/storage/append_file.h"

#include <stdbool.h>

struct choice_file {
    struct append_file file; /* none: nothing is stored */
};

/* Opens the file NAME in klatch's state directory. Sets *ret to the choice; without one, it stays.
 * Returns NULL, or a sentence that says why nothing is stored. */
const char *choice_file_open(struct choice_file *c, const char *name, bool *ret);

/* Stores the choice. Returns NULL, or a sentence that says why it is not stored. */
const char *choice_file_append(struct choice_file *c, bool choice);

void choice_file_close(struct choice_file *c);

#endif
