#include "server/net/unix_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { LOCK_TRIES = 50, LOCK_WAIT = 20 }; /* milliseconds between two tries */

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    strncpy(sa.sun_path, path, sizeof sa.sun_path - 1);
    return sa;
}

/* -- the lock -- */

/* Opens the folder of a path: for reading, or else as a path only, which cannot be locked. */
static int open_folder(const char *path)
{
    char *copy = strdup(path);
    if (!copy) return -1;
    const char *folder = dirname(copy);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    free(copy);
    return fd;
}

/* Locks the folder against other servers that start or end. Continues without a lock if the file
 * system has none, as on NFS. Returns false with errno set if another program holds the lock. */
static bool lock_folder(const struct unix_socket *u)
{
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(u->folder, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return true;
        poll(NULL, 0, LOCK_WAIT);
    }
    errno = EBUSY;
    return false;
}

static void unlock_folder(const struct unix_socket *u)
{
    int error = errno;
    flock(u->folder, LOCK_UN);
    errno = error;
}

/* -- listening -- */

static int listen_at(const struct sockaddr_un *sa)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    if (bind(fd, (const struct sockaddr *)sa, sizeof *sa) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

/* Returns whether no server listens on the socket at this path; false with errno set. Does not wait
 * for a server whose queue is full. */
static bool is_stale(const struct sockaddr_un *sa)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    bool is_refused =
        connect(fd, (const struct sockaddr *)sa, sizeof *sa) < 0 && errno == ECONNREFUSED;
    close(fd);
    errno = EADDRINUSE;
    return is_refused;
}

/* Whether the path is a socket without a server. Checks the type too: connect(2) also refuses a
 * path that is not a socket. */
static bool may_replace(const struct sockaddr_un *sa)
{
    struct stat st;
    if (lstat(sa->sun_path, &st) < 0) return false;
    errno = EEXIST;
    return S_ISSOCK(st.st_mode) && is_stale(sa);
}

static int listen_or_replace(const struct sockaddr_un *sa)
{
    int fd = listen_at(sa);
    if (fd >= 0 || errno != EADDRINUSE) return fd;
    if (!may_replace(sa) || unlink(sa->sun_path) < 0) return -1;
    return listen_at(sa);
}

int unix_socket_listen(struct unix_socket *u, const char *path)
{
    const struct sockaddr_un sa = address_of(path);
    *u = (struct unix_socket){.path = path, .folder = open_folder(path), .file = -1};
    int fd = lock_folder(u) ? listen_or_replace(&sa) : -1;
    if (fd >= 0) u->file = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    unlock_folder(u);
    if (fd >= 0) return fd;
    int error = errno;
    unix_socket_close(u);
    errno = error;
    return -1;
}

/* -- the path -- */

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Compares inode numbers, which are unique because the file stays open. */
bool unix_socket_is_at(const struct unix_socket *u, const char *path)
{
    struct stat own, other;
    return fstat(u->file, &own) == 0 && lstat(path, &other) == 0 && is_same_file(&own, &other);
}

/* Refuses a file that somebody else put there meanwhile. */
bool unix_socket_give(const struct unix_socket *u, uid_t uid, gid_t gid)
{
    struct stat st;
    if (fstat(u->file, &st) < 0) return false;
    errno = EPERM;
    if (!S_ISSOCK(st.st_mode) || st.st_nlink != 1 || st.st_uid != geteuid()) return false;
    return fchownat(u->file, "", uid, gid, AT_EMPTY_PATH) == 0;
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Removes the path in the folder that it opened, because the folder may have been renamed. */
void unix_socket_remove(const struct unix_socket *u)
{
    struct stat own, other;
    const char *name = name_of(u->path);
    lock_folder(u);
    if (fstat(u->file, &own) == 0 && fstatat(u->folder, name, &other, AT_SYMLINK_NOFOLLOW) == 0 &&
        is_same_file(&own, &other))
        unlinkat(u->folder, name, 0);
    unlock_folder(u);
}

void unix_socket_close(struct unix_socket *u)
{
    if (u->folder >= 0) close(u->folder);
    if (u->file >= 0) close(u->file);
    u->folder = u->file = -1;
}
