/* rotated: finds the files that a journal was rotated to. */
#ifndef SERVER_STORE_ROTATED_H
#define SERVER_STORE_ROTATED_H

#include <limits.h>
#include <stdbool.h>
#include <time.h>

/* The place of a search, which goes from the file that was written last to older ones. */
struct rotated {
    const char *path; /* the journal's */
    bool is_started;
    struct timespec before; /* the next file was written before that, or then and is named after */
    char name[NAME_MAX + 1];
};

/* Opens the next file for reading. Returns its descriptor, or -1: there are no more. */
int rotated_next(struct rotated *r);

#endif
