/* state_dir: finds and opens the user's private files (XDG base directory specification). */
#ifndef TUI_STORAGE_STATE_DIR_H
#define TUI_STORAGE_STATE_DIR_H

#include <limits.h>
#include <stdbool.h>

/* Writes the path of klatch's file `name` below the directory in an environment variable, such as
 * XDG_STATE_HOME, or else below ~/FALLBACK. Returns false if neither the variable nor HOME is an
 * absolute path, or if the path is too long. */
bool xdg_path(char ret[PATH_MAX], const char *variable, const char *fallback, const char *name);

/* Opens a regular file to read and to append to; creates it if it is missing. Removes the
 * permissions of group and others. Returns NULL, or a sentence that says why it failed; then
 * *ret_fd is -1. The caller closes the descriptor. */
const char *open_private_file(const char *path, int *ret_fd);

/* Removes the permissions of group and others from an open regular file. Returns NULL, or a
 * sentence that says why it cannot. */
const char *make_file_private(int fd);

/* Creates the missing folders above a file. Ignores errors: opening the file reports them. */
void make_private_folders(const char *of);

#endif
