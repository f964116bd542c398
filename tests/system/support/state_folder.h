/* state_folder: a temporary XDG_STATE_HOME, in which klatch keeps its files between runs. */
#ifndef TESTS_SYSTEM_SUPPORT_STATE_FOLDER_H
#define TESTS_SYSTEM_SUPPORT_STATE_FOLDER_H

#include "tests/system/support/files.h"

/* klatch's own folder in it, which klatch creates; and the setting for klatch's environment. */
extern char state_folder[FILES_PATH], state_folder_setting[FILES_PATH + 16];

/* Create and remove it; the .init and .fini of a test suite. */
void state_folder_init(void);
void state_folder_fini(void);

#endif
