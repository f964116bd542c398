#include "server/net/poller.h"

#include <sys/epoll.h>
#include <unistd.h>

/* A token in the 64 bits that epoll(7) carries: number, kind, index. */
enum { KIND_SHIFT = 28, NUMBER_SHIFT = 32 };

static uint64_t pack(struct poller_token token)
{
    return (uint64_t)token.number << NUMBER_SHIFT | (uint64_t)token.kind << KIND_SHIFT |
           token.index;
}

static struct poller_token unpack(uint64_t bits)
{
    return (struct poller_token){
        .kind = (enum poller_kind)((uint32_t)bits >> KIND_SHIFT),
        .index = (uint32_t)bits & POLLER_INDEX_MAX,
        .number = (uint32_t)(bits >> NUMBER_SHIFT),
    };
}

static bool control(const struct poller *p, int op, int fd, unsigned what,
                    struct poller_token token)
{
    uint32_t events = (what & POLLER_READ ? EPOLLIN : 0) | (what & POLLER_WRITE ? EPOLLOUT : 0);
    if (what & POLLER_EDGE) events |= EPOLLET;
    struct epoll_event event = {.events = events, .data.u64 = pack(token)};
    return epoll_ctl(p->fd, op, fd, &event) == 0;
}

bool poller_open(struct poller *p)
{
    p->fd = epoll_create1(EPOLL_CLOEXEC);
    return p->fd >= 0;
}

bool poller_add(const struct poller *p, int fd, unsigned what, struct poller_token token)
{
    return control(p, EPOLL_CTL_ADD, fd, what, token);
}

bool poller_modify(const struct poller *p, int fd, unsigned what, struct poller_token token)
{
    return control(p, EPOLL_CTL_MOD, fd, what, token);
}

void poller_remove(const struct poller *p, int fd)
{
    epoll_ctl(p->fd, EPOLL_CTL_DEL, fd, NULL);
}

static struct poller_event convert(const struct epoll_event *event)
{
    unsigned what = event->events & (EPOLLIN | EPOLLHUP | EPOLLERR) ? POLLER_READ : 0;
    if (event->events & EPOLLOUT) what |= POLLER_WRITE;
    return (struct poller_event){unpack(event->data.u64), what};
}

int poller_wait(const struct poller *p, struct poller_event events[static POLLER_EVENTS],
                int timeout)
{
    struct epoll_event received[POLLER_EVENTS];
    int n = epoll_wait(p->fd, received, POLLER_EVENTS, timeout);
    for (int i = 0; i < n; i++) events[i] = convert(&received[i]);
    return n;
}

void poller_close(struct poller *p)
{
    if (p->fd >= 0) close(p->fd);
    p->fd = -1;
}
