/* append_file: a private file to which lines are appended. Another program may move, remove,
 * replace or shorten it meanwhile, and a crash may leave NULs or a part of a line in it. */
#ifndef TUI_STORAGE_APPEND_FILE_H
#define TUI_STORAGE_APPEND_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum append_file_event {
    APPEND_FILE_UNCHANGED,
    APPEND_FILE_RECREATED, /* nothing was at the path: a new file is there now */
    APPEND_FILE_REPLACED,  /* another file was at the path, and is used now */
    APPEND_FILE_STRANDED,  /* the file was moved, and none can be created at the path */
    APPEND_FILE_CUT,       /* the file is shorter than it was */
};

struct append_file {
    int fd; /* -1: no file */
    char path[PATH_MAX];
    off_t size;        /* after the last line */
    bool in_state_dir; /* the folders are klatch's, and are created with the file */
    bool stranded;
    enum append_file_event event; /* what was found at the last append */
};

/* Opens a regular file, or creates it with mode 0600. Returns NULL, or a sentence that says why it
 * failed; then f is unchanged. */
const char *append_file_open(struct append_file *f, const char *path);

/* Opens the file NAME in klatch's state directory, which it creates if it is missing. */
const char *append_file_open_state(struct append_file *f, const char *name);

void append_file_close(struct append_file *f);

/* Appends a line of n bytes with its line feed, with one write(2), so that lines of two clients do
 * not mix; before it, ends an incomplete line. Goes on at the path if the file is not there any
 * more. Returns false with errno set, and nothing is appended, if the line does not fit. */
bool append_file_write(struct append_file *f, const char *line, size_t n);

/* Returns the end of the file, at most `max` bytes and a NUL, with a line feed in place of the NULs
 * in it; its length in *ret_n, and whether it is the whole file in *ret_whole. The caller frees it;
 * NULL without memory. */
char *append_file_read(const struct append_file *f, size_t max, size_t *ret_n, bool *ret_whole);

/* Replaces the content of the file, for every reader at once. Changes nothing if that fails. */
void append_file_rewrite(struct append_file *f, const char *text, size_t n);

#endif
