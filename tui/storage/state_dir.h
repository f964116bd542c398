/* state_dir: the files that klatch keeps for a person between runs. */
#ifndef TUI_STORAGE_STATE_DIR_H
#define TUI_STORAGE_STATE_DIR_H

/* Opens such a file to read and to append to: in $XDG_STATE_HOME/klatch (XDG base directory
 * specification), or ~/.local/state/klatch; makes it, and the directories that are missing, for
 * nobody else to read. Returns NULL, or why it cannot be: then the descriptor is -1. */
const char *state_dir_open(const char *name, int *ret_fd);

#endif
