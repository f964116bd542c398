#include "server/admin/endpoint.h"

#include "server/net/socket.h"
#include "server/system/log.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PAUSE = 500, /* milliseconds without accepting after accept(2) failed */
    DEFER = 1,   /* seconds for which the kernel waits for the first byte */
};

/* Returns the token of a listening socket, or of a request. */
static struct poller_token token_of(const struct endpoint *e, size_t index)
{
    return (struct poller_token){.kind = e->kind, .index = (uint32_t)index};
}

static struct poller_token request_token(const struct endpoint *e, const struct request *r)
{
    return token_of(e, LISTENER_MAX + (size_t)(r - e->requests));
}

/* -- requests -- */

static void close_request(struct endpoint *e, struct request *r)
{
    if (r->state == REQUEST_NONE) return;
    close(r->fd);
    r->state = REQUEST_NONE;
    e->count--;
    listener_reserve_fd(&e->listener);
}

static void wait_for(struct endpoint *e, struct request *r, unsigned what)
{
    if (r->waits_for == what) return;
    r->waits_for = what;
    if (!poller_modify(e->poller, r->fd, what, request_token(e, r))) close_request(e, r);
}

static void half_close_request(struct endpoint *e, struct request *r, int64_t now)
{
    r->state = REQUEST_CLOSING;
    r->deadline = now + ENDPOINT_TIMEOUT;
    if (shutdown(r->fd, SHUT_WR) < 0)
        close_request(e, r);
    else
        wait_for(e, r, POLLER_READ);
}

static bool would_block(ssize_t n)
{
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}

/* Writes at most one part, to bound the work. */
static void write_output(struct endpoint *e, struct request *r, int64_t now)
{
    if (r->from == r->to && r->more) {
        r->more = false;
        r->from = 0;
        r->to = e->ops->answer(e->context, r, now);
    }
    ssize_t n = send(r->fd, r->output + r->from, r->to - r->from, MSG_NOSIGNAL);
    if (n < 0 && !would_block(n)) {
        close_request(e, r);
        return;
    }
    if (n > 0) r->from += (size_t)n;
    if (r->from == r->to) r->deadline = now + ENDPOINT_TIMEOUT;
    if (r->from == r->to && !r->more)
        half_close_request(e, r, now);
    else
        wait_for(e, r, POLLER_WRITE);
}

static void read_input(struct endpoint *e, struct request *r, int64_t now)
{
    ssize_t n = recv(r->fd, r->input + r->n, ENDPOINT_INPUT - r->n, 0);
    if (would_block(n)) return;
    if (n <= 0) {
        close_request(e, r);
        return;
    }
    r->n += (size_t)n;
    r->input[r->n] = '\0';
    if (!e->ops->is_complete(r->input, r->n) && r->n < ENDPOINT_INPUT) return;
    r->state = REQUEST_WRITING;
    r->more = true;
    write_output(e, r, now);
}

/* Reads and drops what follows the request: unread bytes turn close(2) into a reset, which destroys
 * the answer. */
static void discard_input(struct endpoint *e, struct request *r)
{
    ssize_t n = recv(r->fd, r->output, sizeof r->output, 0);
    if (n <= 0 && !would_block(n)) close_request(e, r);
}

static void handle_request(struct endpoint *e, struct request *r, int64_t now)
{
    if (r->state == REQUEST_READING)
        read_input(e, r, now);
    else if (r->state == REQUEST_WRITING)
        write_output(e, r, now);
    else if (r->state == REQUEST_CLOSING)
        discard_input(e, r);
}

/* -- accepting -- */

/* Returns the open request with the earliest deadline. */
static struct request *oldest_request(struct endpoint *e)
{
    struct request *oldest = e->requests;
    for (struct request *r = e->requests; r < e->requests + ENDPOINT_REQUESTS; r++)
        if (r->state != REQUEST_NONE &&
            (oldest->state == REQUEST_NONE || r->deadline < oldest->deadline))
            oldest = r;
    return oldest;
}

static struct request *free_request(struct endpoint *e)
{
    if (e->count == ENDPOINT_REQUESTS) close_request(e, oldest_request(e));
    struct request *r = e->requests;
    while (r->state != REQUEST_NONE) r++;
    return r;
}

static void pause_accepting(struct endpoint *e, int64_t now)
{
    log_event("%s: accept failed, pausing %d ms: %s", e->ops->name, PAUSE, strerror(errno));
    for (size_t i = 0; i < e->listener.count; i++) poller_remove(e->poller, e->listener.fds[i]);
    e->resume_at = now + PAUSE;
}

/* If no descriptor is free, uses the reserved one, or closes the oldest request. */
static int accept_one(struct endpoint *e, size_t which, bool *ret_again)
{
    struct sockaddr_storage from;
    int fd = listener_accept(&e->listener, which, &from, ret_again);
    if (fd >= 0 || (errno != EMFILE && errno != ENFILE)) return fd;
    if (e->listener.reserved_fd < 0) close_request(e, oldest_request(e));
    fd = listener_accept_reserved(&e->listener, which);
    *ret_again = fd >= 0;
    return fd;
}

static void accept_request(struct endpoint *e, size_t which, int64_t now)
{
    bool again;
    int fd = accept_one(e, which, &again);
    if (fd < 0 && !again && errno != EAGAIN) pause_accepting(e, now);
    if (fd < 0) return;
    struct request *r = free_request(e);
    r->state = REQUEST_READING;
    r->fd = fd;
    r->waits_for = POLLER_READ;
    r->deadline = now + ENDPOINT_TIMEOUT;
    r->n = r->from = r->to = r->at = 0;
    r->more = false;
    e->count++;
    if (poller_add(e->poller, fd, POLLER_READ, request_token(e, r)))
        read_input(e, r, now); /* before the next connection replaces it */
    else
        close_request(e, r);
}

/* -- the endpoint -- */

void endpoint_defer_silent(struct endpoint *e)
{
    for (size_t i = 0; i < e->listener.count; i++)
        socket_set_option(e->listener.fds[i], IPPROTO_TCP, TCP_DEFER_ACCEPT, DEFER);
}

static bool watch_listeners(struct endpoint *e)
{
    bool ok = true;
    for (size_t i = 0; i < e->listener.count; i++)
        if (!poller_add(e->poller, e->listener.fds[i], POLLER_READ, token_of(e, i)) &&
            errno != EEXIST)
            ok = false;
    return ok;
}

bool endpoint_start(struct endpoint *e, const struct endpoint_ops *ops, void *context,
                    const struct poller *poller, enum poller_kind kind)
{
    e->ops = ops;
    e->context = context;
    e->poller = poller;
    e->kind = kind;
    return watch_listeners(e);
}

void endpoint_handle(struct endpoint *e, uint32_t index, int64_t now)
{
    if (index >= LISTENER_MAX)
        handle_request(e, &e->requests[index - LISTENER_MAX], now);
    else if (index < e->listener.count)
        accept_request(e, index, now);
}

void endpoint_tick(struct endpoint *e, int64_t now)
{
    if (e->resume_at > 0 && now >= e->resume_at)
        e->resume_at = watch_listeners(e) ? 0 : now + PAUSE;
    for (struct request *r = e->requests; e->count > 0 && r < e->requests + ENDPOINT_REQUESTS; r++)
        if (now >= r->deadline) close_request(e, r);
}

int64_t endpoint_deadline(const struct endpoint *e)
{
    int64_t next = e->resume_at;
    for (const struct request *r = e->requests; e->count > 0 && r < e->requests + ENDPOINT_REQUESTS;
         r++)
        if (r->state != REQUEST_NONE && (next == 0 || r->deadline < next)) next = r->deadline;
    return next;
}

void endpoint_close(struct endpoint *e)
{
    for (struct request *r = e->requests; e->count > 0 && r < e->requests + ENDPOINT_REQUESTS; r++)
        close_request(e, r);
    if (e->listener.count > 0) listener_close(&e->listener);
}
