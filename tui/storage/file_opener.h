/* file_opener: opens klatch's private files. In the sandbox, a process opens them and passes the
 * descriptors: the files that klatch opened before, and logs of klatch that the user names later.
 */
#ifndef TUI_STORAGE_FILE_OPENER_H
#define TUI_STORAGE_FILE_OPENER_H

#include <limits.h>
#include <stdbool.h>

/* Why the process does not open a file. */
#define FILE_OPENER_NOT_A_LOG                                                                      \
    "it is not a log of klatch: choose another name, or start klatch with --log FILE"
#define FILE_OPENER_HIDDEN                                                                         \
    "a new log needs a folder that is not hidden: choose another, or start klatch with --log FILE"
#define FILE_OPENER_ROOT                                                                           \
    "root's new logs need a folder in the home folder or in /tmp: choose another, or start "       \
    "klatch with --log FILE"
#define FILE_OPENER_ENDED "the process that opens files has ended: start klatch again"

/* Starts the process. Returns false with errno set; then klatch opens files itself. */
bool file_opener_start(void);

/* Opens a file as open_private_file does, or asks the process to. If `in_own_dir`, creates
 * missing folders first. Writes the file's real path to ret_path. Returns NULL, or a sentence that
 * says why it failed, with errno set to EINVAL if it is no error of the system; then *ret_fd is -1.
 */
const char *file_opener_open(const char *path, bool in_own_dir, int *ret_fd,
                             char ret_path[PATH_MAX]);

/* Ends the process. */
void file_opener_stop(void);

#endif
