/* journal_paths: opens the files of a journal by their paths, for an opener (opener.h). */
#ifndef SERVER_STORE_JOURNAL_PATHS_H
#define SERVER_STORE_JOURNAL_PATHS_H

#include "server/store/rotated.h"

#include <stdbool.h>

/* What to open. */
enum journal_request {
    JOURNAL_FILE,     /* the journal, for reading and appending; creates and locks it */
    JOURNAL_PLACE,    /* the file that the path names now, only to recognise it (O_PATH) */
    JOURNAL_TORN,     /* FILE.torn, for appending; creates it */
    JOURNAL_ROTATED,  /* the next rotated file, for reading; ENOENT: there are no more */
    JOURNAL_REPLAYED, /* nothing: forbids JOURNAL_ROTATED from now on */
};

struct journal_paths {
    const char *path;       /* the caller's */
    struct rotated rotated; /* the search for rotated files */
    bool is_replayed;
};

/* Opens a file. Returns its descriptor, or -1 with errno set; to EWOULDBLOCK if another server has
 * locked the journal. */
int journal_paths_open(void *paths, unsigned char request);

#endif
