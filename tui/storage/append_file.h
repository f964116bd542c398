/* append_file: a private file to which klatch appends lines. Another program may move, remove,
 * replace or shorten it meanwhile, and a crash may leave NULs or a part of a line in it. */
#ifndef TUI_STORAGE_APPEND_FILE_H
#define TUI_STORAGE_APPEND_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum append_file_event {
    APPEND_FILE_UNCHANGED,
    APPEND_FILE_RECREATED, /* no file was at the path; created a new one */
    APPEND_FILE_REPLACED,  /* another file was at the path; opened it */
    APPEND_FILE_STRANDED,  /* the file was moved, and the path cannot be created again */
    APPEND_FILE_CUT,       /* the file is shorter than before */
};

struct append_file {
    int fd; /* -1: no file */
    char path[PATH_MAX];
    off_t size;      /* after the last line */
    bool in_own_dir; /* create missing folders with the file, because they are klatch's */
    bool stranded;
    enum append_file_event event; /* of the last append */
};

/* Opens a regular file, or creates it with mode 0600. Returns NULL, or a sentence that says why it
 * cannot; then f is unchanged. */
const char *append_file_open(struct append_file *f, const char *path);

/* Open the file NAME in klatch's state or settings directory, which they create if it is missing.
 */
const char *append_file_open_state(struct append_file *f, const char *name);
const char *append_file_open_config(struct append_file *f, const char *name);

void append_file_close(struct append_file *f);

/* Appends a line of n bytes with its line feed, in one write(2), so that lines of two clients do
 * not mix. Ends an incomplete line before it. If the file is no longer at its path, continues in a
 * file there. Returns false with errno set, and appends nothing, if the line does not fit. */
bool append_file_write(struct append_file *f, char *line, size_t n);

/* Returns the end of the file, at most `max` bytes and a NUL, with line feeds in place of the NULs
 * in it. Sets *ret_n to its length, and *ret_whole to whether it is the whole file. Returns NULL
 * without memory. The caller frees it. */
char *append_file_read(const struct append_file *f, size_t max, size_t *ret_n, bool *ret_whole);

/* Replaces the content of the file in one step, by a rename(2). If that fails, changes nothing. */
void append_file_rewrite(struct append_file *f, const char *text, size_t n);

#endif
