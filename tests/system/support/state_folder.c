#include "tests/system/support/state_folder.h"

#include <stdio.h>

char state_folder[FILES_PATH], state_folder_setting[FILES_PATH + 16];

static char home[FILES_PATH];

void state_folder_init(void)
{
    files_create_folder(home);
    files_path(state_folder, home, "klatch");
    snprintf(state_folder_setting, sizeof state_folder_setting, "XDG_STATE_HOME=%s", home);
}

void state_folder_fini(void)
{
    files_remove_all(home);
}
