#include "server/net/socket.h"

#include <linux/sockios.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

void socket_set_option(int fd, int level, int option, int value)
{
    setsockopt(fd, level, option, &value, sizeof value);
}

/* Without the file, as in a container, computes what the kernel would: tcp_init_mem(). */
size_t socket_memory(void)
{
    char line[64] = "";
    FILE *file = fopen("/proc/sys/net/ipv4/tcp_mem", "re");
    bool is_read = file && fgets(line, sizeof line, file);
    if (file) fclose(file);
    unsigned long pages = is_read ? strtoul(line, NULL, 10) : 0;
    if (pages == 0) pages = (unsigned long)sysconf(_SC_PHYS_PAGES) / 16 / 4 * 3;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return pages < SIZE_MAX / page ? pages * page : SIZE_MAX;
}

void socket_set_share(int fd, int share)
{
    socket_set_option(fd, SOL_SOCKET, SO_SNDBUF, SOCKET_BUFFER >> share);
}

size_t socket_send_max(int share)
{
    return share > 0 ? (size_t)SOCKET_BUFFER >> share : SIZE_MAX;
}

/* The doubled buffer, and the last bytes sent, which may exceed it. */
size_t socket_send_memory(int share)
{
    return (size_t)3 * SOCKET_BUFFER >> share;
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
