#include "server/net/acceptor.h"

#include "common/packet.h"
#include "server/net/connection.h"
#include "server/net/ip.h"
#include "server/net/socket.h"
#include "server/system/log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
    ACCEPTS = 32,      /* from one socket in an iteration, so that the others do not wait long */
    REJECT_COST = 4,   /* accepts that a rejection counts as: a send, some reads, and a close */
    PAUSE = 500,       /* milliseconds without accepting after accept(2) failed */
    FULL_PAUSE = 200,  /* the same after too many rejections because the server is full */
    REJECT_READS = 16, /* of input dropped before a rejected connection is closed */
};

/* Log lines of rejected connections: one per second, and ten more after a pause. */
static const struct token_rate reject_line_rate = {.step = 1000000, .slack = 10000000};

/* Log lines of accepted connections: ten per second, and fifty more after a pause. */
static const struct token_rate accept_line_rate = {.step = 1000000 / 10, .slack = 5000000};

/* Rejections because the server is full: without a limit, clients that reconnect at once would take
 * all of its time. */
static const struct token_rate full_reply_rate = {.step = 1000000 / 320, .slack = 200000};

/* Connections that make place for others, because finding one takes up to a millisecond. */
static const struct token_rate displaced_rate = {.step = 1000000 / 50, .slack = 500000};

void acceptor_init(struct acceptor *a, struct listener *listener, struct counters *counters,
                   const struct poller *poller, struct conn_table *conns)
{
    *a = (struct acceptor){
        .listener = listener, .counters = counters, .poller = poller, .conns = conns};
    admission_init(&a->admission, 0);
}

void acceptor_configure(struct acceptor *a, int max, size_t socket_memory,
                        const struct limits limits[LIMITS_KINDS])
{
    a->admission.socket_memory = socket_memory;
    int capacity = a->listener->capacity;
    admission_configure(&a->admission, max > 0 && max < capacity ? max : capacity, limits);
}

void acceptor_deinit(struct acceptor *a)
{
    admission_deinit(&a->admission);
}

/* -- pauses -- */

static bool watch_socket(const struct acceptor *a, size_t which)
{
    const struct poller_token token = {.kind = POLLER_LISTENER, .index = (uint32_t)which};
    return poller_add(a->poller, a->listener->fds[which], POLLER_READ, token);
}

bool acceptor_resume(struct acceptor *a, int64_t now)
{
    bool ok = true;
    for (size_t i = 0; i < a->listener->count; i++) ok = watch_socket(a, i) && ok;
    a->resume_at = ok ? 0 : now + PAUSE;
    return ok;
}

void acceptor_tick(struct acceptor *a, int64_t now)
{
    if (a->resume_at > 0 && now >= a->resume_at) acceptor_resume(a, now);
}

static void pause_until(struct acceptor *a, int64_t until)
{
    for (size_t i = 0; i < a->listener->count; i++) poller_remove(a->poller, a->listener->fds[i]);
    a->resume_at = until;
}

/* A socket that the service manager has too stays in the poller when it is closed. */
void acceptor_stop(struct acceptor *a)
{
    pause_until(a, 0);
    listener_stop(a->listener);
}

static bool replies_too_often(struct acceptor *a, const struct accept_batch *batch)
{
    if (batch->full == 0) return false;
    token_bucket_take(&a->full_replies, &full_reply_rate, batch->full, batch->now);
    return !token_bucket_allows(&a->full_replies, &full_reply_rate, batch->now);
}

/* Pauses if `error`, the errno of an accept(2) that must not be retried at once, is not 0, or after
 * too many rejections. */
static void finish_batch(struct acceptor *a, const struct accept_batch *batch, int error)
{
    if (error != 0 && error != EAGAIN) {
        log_event("accept failed, pausing %d ms: %s", PAUSE, strerror(error));
        pause_until(a, batch->now + PAUSE);
    } else if (replies_too_often(a, batch)) {
        pause_until(a, batch->now + FULL_PAUSE);
    }
}

/* -- rejecting -- */

/* Reads before closing, because unread input turns close(2) into a reset, which destroys the
 * message. Reads a few times only, because the client may send faster than the server reads. */
static void reject(int fd, const char *message)
{
    char frame[PACKET_ROOM], dropped[512];
    size_t n = packet_encode(frame, PROTO_SHUTDOWN, PACKET_SERVER, message);
    if (send(fd, frame, n, MSG_NOSIGNAL) > 0 && shutdown(fd, SHUT_WR) == 0)
        for (int i = 0; i < REJECT_READS && recv(fd, dropped, sizeof dropped, 0) > 0; i++) continue;
    close(fd);
}

/* Uses the address that accept4(2) returned, because getpeername(2) fails after a reset. */
static void format_client(const struct accept_batch *batch, char text[static IP_SOCKADDR_TEXT])
{
    if (batch->from.ss_family == AF_UNIX)
        ip_format_peer(batch->fd, text);
    else
        ip_format_sockaddr((const struct sockaddr *)&batch->from, text);
}

/* Without a descriptor, the client's address is not known. */
static void note_rejected(struct acceptor *a, const struct accept_batch *batch,
                          enum reject_reason reason, const char *message)
{
    char from[IP_SOCKADDR_TEXT] = "a client";
    a->rejected++;
    a->counters->rejected[reason]++;
    if (!token_bucket_allows(&a->reject_lines, &reject_line_rate, batch->now)) return;
    token_bucket_take(&a->reject_lines, &reject_line_rate, 1, batch->now);
    if (batch->fd >= 0) format_client(batch, from);
    log_event(ACCEPTOR_REJECTED("%s") ": %s (%ju so far)", from, message, (uintmax_t)a->rejected);
}

/* Rejects a connection with the reserved descriptor. Returns false with *error set to the errno of
 * accept(2) if there is no connection. */
static bool reject_without_fd(struct acceptor *a, struct accept_batch *batch, int *error)
{
    int fd = listener_accept_reserved(a->listener, batch->which), failed = errno;
    if (fd >= 0) {
        reject(fd, ADMISSION_FULL);
        batch->full++;
        note_rejected(a, batch, REJECT_FULL, strerror(*error));
    } else {
        *error = failed;
    }
    listener_reserve_fd(a->listener);
    return fd >= 0;
}

/* -- accepting -- */

/* Disconnects a client of the largest network, if the server or a network is full. Returns whether
 * it did. */
static bool make_place(struct acceptor *a, const struct ip *from, int64_t now)
{
    if (!token_bucket_allows(&a->displaced, &displaced_rate, now)) return false;
    const struct network *largest = admission_find_largest(&a->admission, from, now);
    if (!largest) return false;
    token_bucket_take(&a->displaced, &displaced_rate, 1, now);
    struct conn *c = conn_table_find_displaced(a->conns, largest, now);
    if (!c) return false;
    conn_displace(c, &a->admission, now);
    conn_table_update(a->conns, c, now);
    return true;
}

/* Tries again after a client has made place. */
static enum reject_reason check(struct acceptor *a, struct accept_batch *batch, const struct ip *ip)
{
    if (batch->is_closing) return REJECT_CLOSING;
    enum reject_reason reason = admission_admit(&a->admission, ip, batch->now, &batch->grant);
    if (reason != REJECT_FULL && reason != REJECT_PER_ADDRESS) return reason;
    if (!make_place(a, ip, batch->now)) return reason;
    return admission_admit(&a->admission, ip, batch->now, &batch->grant);
}

/* Shrinks the receive buffers at the listening sockets, because a connected one has promised its
 * peer a window already. */
static void shrink_buffers(struct acceptor *a, struct accept_batch *batch)
{
    batch->share = admission_socket_share(&a->admission, &batch->grant);
    if (batch->share > 0) socket_set_share(batch->fd, batch->share);
    int share = admission_socket_share(&a->admission, NULL);
    if (share == a->receive_share) return;
    a->receive_share = share;
    for (size_t i = 0; i < a->listener->count; i++)
        socket_set_option(a->listener->fds[i], SOL_SOCKET, SO_RCVBUF, SOCKET_BUFFER >> share);
}

static bool admit(struct acceptor *a, struct accept_batch *batch)
{
    struct ip ip = ip_from_sockaddr((const struct sockaddr *)&batch->from);
    if (ip.is_unix) ip_of_peer(batch->fd, &ip);
    enum reject_reason reason = check(a, batch, &ip);
    if (reason) {
        batch->full += batch->is_closing || admission_is_full(&a->admission);
        const char *message = admission_message(reason);
        note_rejected(a, batch, reason, message);
        reject(batch->fd, message);
        return false;
    }
    a->counters->accepted++;
    shrink_buffers(a, batch);
    return true;
}

static bool is_out_of_descriptors(int error)
{
    return error == EMFILE || error == ENFILE;
}

bool acceptor_accept(struct acceptor *a, struct accept_batch *batch)
{
    bool again = true;
    int error = 0;
    while (again && batch->accepts++ < ACCEPTS) {
        batch->from = (struct sockaddr_storage){0};
        batch->fd = listener_accept(a->listener, batch->which, &batch->from, &again);
        error = batch->fd < 0 ? errno : 0;
        if (is_out_of_descriptors(error)) again = reject_without_fd(a, batch, &error);
        if (error) continue;
        if (admit(a, batch)) return true;
        batch->accepts += REJECT_COST - 1;
    }
    finish_batch(a, batch, again ? 0 : error);
    return false;
}

bool acceptor_log(struct acceptor *a, const struct accept_batch *batch, uint32_t number)
{
    char from[IP_SOCKADDR_TEXT];
    if (!token_bucket_allows(&a->accept_lines, &accept_line_rate, batch->now)) {
        a->unlogged++;
        return false;
    }
    token_bucket_take(&a->accept_lines, &accept_line_rate, 1, batch->now);
    if (a->unlogged > 0)
        log_event("%ju more connected, not logged individually", (uintmax_t)a->unlogged);
    a->unlogged = 0;
    format_client(batch, from);
    log_event(CONN_LOG_CONNECTED("%u", "%s"), number, from);
    return true;
}
