#include "server/admin/endpoint.h"

#include "server/net/connections.h"
#include "server/system/log.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAUSE = 500 /* milliseconds without accepting when it failed */ };

static bool watch(const struct service *s, int op, int fd, size_t which, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.u64 = slots_special(s->first + which)};
    return epoll_ctl(s->epoll, op, fd, &event) == 0;
}

/* -- visits -- */

static void end(struct service *s, struct visit *v)
{
    if (v->state == VISIT_NONE) return;
    close(v->fd);
    v->state = VISIT_NONE;
    s->count--;
    listener_keep_last(&s->listener);
}

static size_t id_of(const struct service *s, const struct visit *v)
{
    return LISTENER_MAX + (size_t)(v - s->visits);
}

static void wait_for(struct service *s, struct visit *v, uint32_t events)
{
    if (v->events == events) return;
    v->events = events;
    if (!watch(s, EPOLL_CTL_MOD, v->fd, id_of(s, v), events)) end(s, v);
}

static void leave(struct service *s, struct visit *v, int64_t now)
{
    v->state = VISIT_LEAVES;
    v->deadline = now + SERVICE_PATIENCE;
    if (shutdown(v->fd, SHUT_WR) < 0)
        end(s, v);
    else
        wait_for(s, v, EPOLLIN);
}

static bool is_over_for_now(ssize_t n)
{
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}

/* One part at the most. */
static void tell(struct service *s, struct visit *v, int64_t now)
{
    if (v->from == v->to && v->more) {
        v->more = false;
        v->from = 0;
        v->to = s->kind->answer(s->context, v);
    }
    ssize_t n = send(v->fd, v->part + v->from, v->to - v->from, MSG_NOSIGNAL);
    if (n < 0 && !is_over_for_now(n)) {
        end(s, v);
        return;
    }
    if (n > 0) v->from += (size_t)n;
    if (v->from == v->to) v->deadline = now + SERVICE_PATIENCE;
    if (v->from == v->to && !v->more)
        leave(s, v, now);
    else
        wait_for(s, v, EPOLLOUT);
}

static void hear(struct service *s, struct visit *v, int64_t now)
{
    ssize_t n = recv(v->fd, v->request + v->n, SERVICE_REQUEST - v->n, 0);
    if (is_over_for_now(n)) return;
    if (n <= 0) {
        end(s, v);
        return;
    }
    v->n += (size_t)n;
    v->request[v->n] = '\0';
    if (!s->kind->is_whole(v->request, v->n) && v->n < SERVICE_REQUEST) return;
    v->state = VISIT_HEARS;
    v->more = true;
    tell(s, v, now);
}

/* What it sends after its request is dropped: left unread, it would turn our close into a reset,
 * and that would destroy the answer. */
static void see_off(struct service *s, struct visit *v)
{
    ssize_t n = recv(v->fd, v->part, sizeof v->part, 0);
    if (n <= 0 && !is_over_for_now(n)) end(s, v);
}

static void serve(struct service *s, struct visit *v, int64_t now)
{
    if (v->state == VISIT_ASKS)
        hear(s, v, now);
    else if (v->state == VISIT_HEARS)
        tell(s, v, now);
    else if (v->state == VISIT_LEAVES)
        see_off(s, v);
}

/* -- newcomers -- */

/* The one that was waited for longest, where there is any. */
static struct visit *oldest(struct service *s)
{
    struct visit *oldest = s->visits;
    for (struct visit *v = s->visits; v < s->visits + SERVICE_VISITS; v++)
        if (v->state != VISIT_NONE &&
            (oldest->state == VISIT_NONE || v->deadline < oldest->deadline))
            oldest = v;
    return oldest;
}

static struct visit *find_place(struct service *s)
{
    if (s->count == SERVICE_VISITS) end(s, oldest(s));
    struct visit *v = s->visits;
    while (v->state != VISIT_NONE) v++;
    return v;
}

static void pause_a_little(struct service *s, int64_t now)
{
    log_event("%s: nobody is heard for a moment: %s", s->kind->name, strerror(errno));
    for (size_t i = 0; i < s->listener.count; i++)
        epoll_ctl(s->epoll, EPOLL_CTL_DEL, s->listener.fds[i], NULL);
    s->open_at = now + PAUSE;
}

/* When descriptors run out there is always one for the administrator: the spare one, or else that
 * of the oldest visit. */
static int accept_one(struct service *s, size_t which, bool *ret_again)
{
    struct sockaddr_storage from;
    int fd = listener_accept_plainly(&s->listener, which, &from, ret_again);
    if (fd >= 0 || (errno != EMFILE && errno != ENFILE)) return fd;
    if (s->listener.spare < 0) end(s, oldest(s));
    fd = listener_accept_last(&s->listener, which);
    *ret_again = fd >= 0;
    return fd;
}

static void welcome(struct service *s, size_t which, int64_t now)
{
    bool again;
    int fd = accept_one(s, which, &again);
    if (fd < 0 && !again && errno != EAGAIN) pause_a_little(s, now);
    if (fd < 0) return;
    struct visit *v = find_place(s);
    v->state = VISIT_ASKS;
    v->fd = fd;
    v->events = EPOLLIN;
    v->deadline = now + SERVICE_PATIENCE;
    v->n = v->from = v->to = v->at = 0;
    v->more = false;
    s->count++;
    if (!watch(s, EPOLL_CTL_ADD, fd, id_of(s, v), EPOLLIN)) end(s, v);
}

/* -- the service -- */

static bool listen_again(struct service *s)
{
    bool ok = true;
    for (size_t i = 0; i < s->listener.count; i++)
        if (!watch(s, EPOLL_CTL_ADD, s->listener.fds[i], i, EPOLLIN) && errno != EEXIST) ok = false;
    return ok;
}

bool service_start(struct service *s, const struct service_kind *kind, void *context, int epoll,
                   size_t first)
{
    s->kind = kind;
    s->context = context;
    s->epoll = epoll;
    s->first = first;
    return listen_again(s);
}

void service_act(struct service *s, size_t which, int64_t now)
{
    if (which >= LISTENER_MAX)
        serve(s, &s->visits[which - LISTENER_MAX], now);
    else if (which < s->listener.count)
        welcome(s, which, now);
}

void service_end_turn(struct service *s, int64_t now)
{
    if (s->open_at > 0 && now >= s->open_at) s->open_at = listen_again(s) ? 0 : now + PAUSE;
    for (struct visit *v = s->visits; s->count > 0 && v < s->visits + SERVICE_VISITS; v++)
        if (now >= v->deadline) end(s, v);
}

int64_t service_next(const struct service *s)
{
    int64_t next = s->open_at;
    for (const struct visit *v = s->visits; s->count > 0 && v < s->visits + SERVICE_VISITS; v++)
        if (v->state != VISIT_NONE && (next == 0 || v->deadline < next)) next = v->deadline;
    return next;
}

void service_close(struct service *s)
{
    for (struct visit *v = s->visits; s->count > 0 && v < s->visits + SERVICE_VISITS; v++)
        end(s, v);
    if (s->listener.count > 0) listener_close(&s->listener);
}
