#include "server/system/helper.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

pid_t helper_fork(struct helper *h, const char *name)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return -1;
    h->pid = fork();
    h->fd = ends[h->pid == 0];
    close(ends[h->pid != 0]);
    if (h->pid == 0) prctl(PR_SET_NAME, name);
    if (h->pid >= 0) return h->pid;
    int error = errno;
    close(h->fd);
    *h = (struct helper){0};
    errno = error;
    return -1;
}

void helper_close_others(const struct helper *h)
{
    const unsigned first = STDERR_FILENO + 1, own = (unsigned)h->fd;
    if (own > first) close_range(first, own - 1, 0);
    close_range(own + 1, ~0U, 0);
}

void helper_wait(const struct helper *h)
{
    char byte;
    while (read(h->fd, &byte, 1) < 0 && errno == EINTR) continue;
}

void helper_finish(struct helper *h)
{
    if (h->pid <= 0) return;
    if (shutdown(h->fd, SHUT_WR) == 0) helper_wait(h);
    close(h->fd);
    *h = (struct helper){0};
}
