/* rotated: finds the rotated files of a journal: those in its folder whose name begins with its
 * name and a dot or a hyphen. */
#ifndef SERVER_STORE_ROTATED_H
#define SERVER_STORE_ROTATED_H

#include <limits.h>
#include <stdbool.h>
#include <time.h>

/* A search, from the newest file to older ones. */
struct rotated {
    const char *path; /* the journal's */
    bool is_started;
    struct timespec before; /* time of the last file found; the next one is older, or equal and
                               later by name */
    char name[NAME_MAX + 1];
};

/* Opens the next file for reading. Returns its descriptor, or -1: there are no more. */
int rotated_next(struct rotated *r);

#endif
