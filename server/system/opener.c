#include "server/system/opener.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Room for a message of one byte with at most one descriptor. */
struct message {
    unsigned char byte;
    struct iovec iov;
    struct msghdr header;
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
};

static void init_message(struct message *m)
{
    *m = (struct message){0};
    m->iov = (struct iovec){&m->byte, sizeof m->byte};
    m->header.msg_iov = &m->iov;
    m->header.msg_iovlen = 1;
    m->header.msg_control = &m->control;
    m->header.msg_controllen = sizeof m->control;
}

static int open_regular(const struct opener *o, unsigned char request)
{
    struct stat st;
    int fd = o->open(o->context, request);
    if (fd < 0) return -1;
    errno = fstat(fd, &st) < 0 ? errno : S_ISREG(st.st_mode) ? 0 : (int)OPENER_IRREGULAR;
    if (errno == 0) return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

/* -- in the helper -- */

static bool receive_request(int from, unsigned char *ret_request)
{
    ssize_t n;
    do {
        n = read(from, ret_request, sizeof *ret_request);
    } while (n < 0 && errno == EINTR);
    return n == sizeof *ret_request;
}

static bool send_answer(int to, int fd)
{
    struct message m;
    init_message(&m);
    struct cmsghdr *c = CMSG_FIRSTHDR(&m.header);
    *c = (struct cmsghdr){CMSG_LEN(sizeof fd), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(c), &fd, sizeof fd);
    if (fd < 0) {
        m.byte = errno > 0 && errno <= UINT8_MAX ? (unsigned char)errno : EIO;
        m.header.msg_control = NULL;
        m.header.msg_controllen = 0;
    }
    bool sent = sendmsg(to, &m.header, MSG_NOSIGNAL) == sizeof m.byte;
    if (fd >= 0) close(fd);
    return sent;
}

_Noreturn void opener_serve(struct opener *o)
{
    unsigned char request;
    while (receive_request(o->helper.fd, &request) &&
           send_answer(o->helper.fd, open_regular(o, request)))
        continue;
    _exit(EXIT_SUCCESS);
}

/* -- in klatchd -- */

/* Does not use the helper again, because a late answer would be taken for another one. */
static int give_up(struct opener *o)
{
    o->has_ended = true;
    shutdown(o->helper.fd, SHUT_WR);
    errno = OPENER_ENDED;
    return -1;
}

/* Returns the descriptor of an answer. The kernel drops it if klatchd has no number left for it. */
static int read_answer(struct message *m)
{
    int fd;
    const struct cmsghdr *c = CMSG_FIRSTHDR(&m->header);
    errno = m->byte != 0 ? m->byte : EMFILE;
    if (m->byte != 0 || !c || c->cmsg_len != CMSG_LEN(sizeof fd)) return -1;
    memcpy(&fd, CMSG_DATA(c), sizeof fd);
    return fd;
}

int opener_open(struct opener *o, unsigned char request)
{
    struct message m;
    ssize_t n;
    errno = OPENER_ENDED;
    if (o->has_ended) return -1;
    if (o->helper.pid == 0) return open_regular(o, request);
    init_message(&m);
    if (send(o->helper.fd, &request, sizeof request, MSG_NOSIGNAL) != sizeof request)
        return give_up(o);
    do {
        n = recvmsg(o->helper.fd, &m.header, MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);
    return n == sizeof m.byte ? read_answer(&m) : give_up(o);
}

const char *opener_strerror(int error)
{
    switch (error) {
    case OPENER_ENDED: return OPENER_ENDED_TEXT;
    case OPENER_FORBIDDEN: return OPENER_FORBIDDEN_TEXT;
    case OPENER_IRREGULAR: return OPENER_IRREGULAR_TEXT;
    default: return strerror(error);
    }
}
