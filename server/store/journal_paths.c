#include "server/store/journal_paths.h"

#include "server/system/opener.h"
#include "server/system/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

/* Locks the file against other servers. The lock stays while klatchd has the descriptor. */
static int lock_file(int fd)
{
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static int open_journal(const char *path)
{
    int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int fd = open(path, flags, 0600);
    if (fd < 0 && sandbox_forbids(path, true)) errno = OPENER_FORBIDDEN;
    return fd < 0 ? -1 : lock_file(fd);
}

static int open_torn(const char *path)
{
    char name[PATH_MAX];
    int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    errno = ENAMETOOLONG;
    if (snprintf(name, sizeof name, "%s.torn", path) >= (int)sizeof name) return -1;
    return open(name, flags, 0600);
}

static int open_rotated(struct journal_paths *p)
{
    errno = EPERM;
    if (p->is_replayed) return -1;
    p->rotated.path = p->path;
    return rotated_next(&p->rotated);
}

int journal_paths_open(void *paths, unsigned char request)
{
    struct journal_paths *p = paths;
    switch (request) {
    case JOURNAL_FILE: return open_journal(p->path);
    case JOURNAL_PLACE: return open(p->path, O_PATH | O_CLOEXEC);
    case JOURNAL_TORN: return open_torn(p->path);
    case JOURNAL_ROTATED: return open_rotated(p);
    case JOURNAL_REPLAYED: p->is_replayed = true; break;
    default: break;
    }
    errno = EINVAL;
    return -1;
}
