#include "tui/storage/state_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Only absolute paths count in the XDG base directory specification. */
static bool find_place(char path[PATH_MAX], const char *name)
{
    const char *base = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int n = -1;
    if (base != NULL && base[0] == '/')
        n = snprintf(path, PATH_MAX, "%s/klatch/%s", base, name);
    else if (home != NULL && home[0] == '/')
        n = snprintf(path, PATH_MAX, "%s/.local/state/klatch/%s", home, name);
    return n > 0 && n < PATH_MAX;
}

/* What cannot be made shows when the file is opened. */
static void make_directories(char path[PATH_MAX])
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
}

static const char *inspect(int fd)
{
    struct stat st;
    if (fstat(fd, &st) < 0) return strerror(errno);
    if (!S_ISREG(st.st_mode)) return "it is not a file";
    return (st.st_mode & 077) && fchmod(fd, 0600) < 0 ? strerror(errno) : NULL;
}

const char *state_dir_open(const char *name, int *ret_fd)
{
    char path[PATH_MAX];
    *ret_fd = -1;
    if (!find_place(path, name)) return "there is no home directory";
    make_directories(path);
    int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
    const char *why = fd < 0 ? strerror(errno) : inspect(fd);
    if (why == NULL) *ret_fd = fd;
    if (why != NULL && fd >= 0) close(fd);
    return why;
}
