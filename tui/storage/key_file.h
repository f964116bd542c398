/* key_file: the user's own key, in the file key.pem of klatch's data directory. */
#ifndef TUI_STORAGE_KEY_FILE_H
#define TUI_STORAGE_KEY_FILE_H

#include "common/tls_identity.h"

#include <limits.h>

#define KEY_FILE_NO_HOME "there is no home directory"

/* Reads the key, or makes one and writes it to the file if there is none. Takes the permissions of
 * group and others from the file. Returns NULL, or a sentence that says why it cannot; ret_path is
 * the file. */
const char *key_file_load(struct tls_identity *ret, char ret_path[PATH_MAX]);

#endif
