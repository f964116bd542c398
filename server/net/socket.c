#include "server/net/socket.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

void socket_set_option(int fd, int level, int option, int value)
{
    setsockopt(fd, level, option, &value, sizeof value);
}

/* iovec holds plain pointers, and sending only reads them. */
static struct iovec vector(struct span s)
{
    union {
        const char *p;
        void *base;
    } bytes = {.p = s.p};
    return (struct iovec){.iov_base = bytes.base, .iov_len = s.n};
}

ssize_t socket_send(int fd, struct span first, struct span second)
{
    struct iovec v[] = {vector(first), vector(second)};
    if (second.n == 0) return send(fd, first.p, first.n, MSG_NOSIGNAL);
    if (first.n == 0) return send(fd, second.p, second.n, MSG_NOSIGNAL);
    return writev(fd, v, 2);
}

int socket_unread(int fd)
{
    int n;
    return ioctl(fd, FIONREAD, &n) == 0 ? n : -1;
}

int socket_unsent(int fd)
{
    int n;
    return ioctl(fd, SIOCOUTQ, &n) == 0 ? n : -1;
}

void socket_drop_unsent(int fd)
{
    const struct linger at_once = {.l_onoff = 1};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}
