/* journal_file: the file of the journal on the disk. It never ends in half a line. Each function
 * may wait for the disk: main calls them at the start, and only the journal's worker after that. */
#ifndef SERVER_STORE_JOURNAL_FILE_H
#define SERVER_STORE_JOURNAL_FILE_H

#include "server/system/opener.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { JOURNAL_FILE_BLOCK = 64 * 1024 };

/* Errors, which the path follows. */
#define JOURNAL_TORN_STAYS "left it there, cannot move it to"
#define JOURNAL_LOCKED     "another server uses it"
#define JOURNAL_FULL       "it has the size of --journal-max: rotate it"

/* The log line for a file that others can open. */
#define JOURNAL_SHARED(path, mode, again)                                                          \
    "others can open the journal " path " (mode " mode "): to prevent that, run chmod 600 " again

struct journal_file {
    const char *path;
    struct opener *opener; /* the caller's; serves the requests of journal_paths.h */
    int fd;
    size_t torn; /* bytes of an incomplete line to cut off the end before the next write */
    off_t size;  /* bytes, when the file was opened, located or written */
    off_t full;  /* the maximum for which a line was too long; 0: there is space */
    char block[JOURNAL_FILE_BLOCK]; /* scratch space */
};

enum journal_place {
    JOURNAL_IN_PLACE, /* the path names the open file, or fstat(2) failed */
    JOURNAL_MOVED,    /* the path names another file or none; the open file has another name */
    JOURNAL_DELETED,  /* the open file has no name */
    JOURNAL_UNKNOWN,  /* no descriptor is free, or the opener has ended */
};

/* Opens or creates the file, which must be regular, and locks it. Moves an incomplete last line to
 * FILE.torn. The path stays the caller's. Returns why that failed, or NULL. */
const char *journal_file_open(struct journal_file *f, const char *path, struct opener *opener);

/* Opens the path again. Returns why that failed, and keeps the open file; or returns NULL, and sets
 * *ret_old to the old descriptor, which the caller closes. */
const char *journal_file_reopen(struct journal_file *f, int *ret_old);

/* Appends whole lines, as many as the file has space for below `max` bytes, 0: no limit. Returns
 * how many bytes of whole lines were written; if not all, sets *ret_error to an errno value, or to
 * 0 if the file is full. */
size_t journal_file_append(struct journal_file *f, const char *lines, size_t n, off_t max,
                           int *ret_error);

/* Returns whether the path still names the open file, and whether the file has a name. */
enum journal_place journal_file_locate(struct journal_file *f);

/* Whether the open file has no name; a single fstat(2), which also sets the size. */
bool journal_file_is_deleted(struct journal_file *f);

/* Returns where the last data before `end` ends, without reading holes; 0: there is none. */
off_t journal_file_data_end(int fd, off_t end);

#endif
