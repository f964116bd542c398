#include "server/system/cleaner.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

pid_t cleaner_fork(struct cleaner *c)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return -1;
    c->pid = fork();
    c->fd = ends[c->pid == 0];
    close(ends[c->pid != 0]);
    if (c->pid >= 0) return c->pid;
    int error = errno;
    close(c->fd);
    *c = (struct cleaner){0};
    errno = error;
    return -1;
}

void cleaner_wait(const struct cleaner *c)
{
    char byte;
    while (read(c->fd, &byte, 1) < 0 && errno == EINTR) continue;
}

void cleaner_finish(struct cleaner *c)
{
    if (c->pid <= 0) return;
    shutdown(c->fd, SHUT_WR);
    cleaner_wait(c);
    close(c->fd);
    *c = (struct cleaner){0};
}
