#include "tui/storage/state_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GROUP_AND_OTHERS = 077 };

/* Ignores relative paths, as the specification demands. */
bool xdg_path(char ret[PATH_MAX], const char *variable, const char *fallback, const char *name)
{
    const char *base = getenv(variable), *home = getenv("HOME");
    int n = -1;
    if (base != NULL && base[0] == '/')
        n = snprintf(ret, PATH_MAX, "%s/klatch/%s", base, name);
    else if (home != NULL && home[0] == '/')
        n = snprintf(ret, PATH_MAX, "%s/%s/klatch/%s", home, fallback, name);
    return n > 0 && n < PATH_MAX;
}

void make_private_folders(const char *of)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s", of);
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
}

/* Accepts regular files only: a pipe or a device could block. */
const char *make_file_private(int fd)
{
    struct stat st;
    if (fstat(fd, &st) < 0) return strerror(errno);
    if (!S_ISREG(st.st_mode)) return "it is not a regular file";
    return (st.st_mode & GROUP_AND_OTHERS) && fchmod(fd, 0600) < 0 ? strerror(errno) : NULL;
}

const char *open_private_file(const char *path, int *ret_fd)
{
    int flags = O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int fd = open(path, flags, 0600);
    const char *error = fd < 0 ? strerror(errno) : make_file_private(fd);
    if (error != NULL && fd >= 0) close(fd);
    *ret_fd = error == NULL ? fd : -1;
    return error;
}
