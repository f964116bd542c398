#include "tui/storage/key_file.h"

#include "tui/storage/state_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME "key.pem"

/* Closes the file. Returns NULL, or why it has no key. */
static const char *read_key(struct tls_identity *ret, int fd)
{
    int file;
    const char *error = make_file_private(fd);
    if (error == NULL) return tls_identity_load(ret, fd, -1, &file);
    close(fd);
    return error;
}

/* Returns 0, or an errno value. */
static int make_key(struct tls_identity *ret, const char *path)
{
    make_private_folders(path);
    if (!tls_identity_make(ret)) return ENOMEM;
    if (tls_identity_write_key(ret, path)) return 0;
    int error = errno;
    tls_identity_free(ret);
    return error;
}

static int open_key(const char *path)
{
    return open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* If another klatch writes a key at the same time, reads that one. */
const char *key_file_load(struct tls_identity *ret, char ret_path[PATH_MAX])
{
    *ret = (struct tls_identity){0};
    snprintf(ret_path, PATH_MAX, "%s", NAME);
    if (!xdg_path(ret_path, "XDG_DATA_HOME", ".local/share", NAME)) return KEY_FILE_NO_HOME;
    int fd = open_key(ret_path), error = 0;
    if (fd < 0 && errno == ENOENT) {
        error = make_key(ret, ret_path);
        if (error == 0) return NULL;
        if (error != EEXIST) return strerror(error);
        fd = open_key(ret_path);
    }
    return fd >= 0 ? read_key(ret, fd) : strerror(errno);
}
