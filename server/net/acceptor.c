#include "server/net/acceptor.h"

#include "server/net/connections.h"
#include "server/system/log.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

enum {
    ACCEPTS = 64,     /* in a turn, from one socket */
    PAUSE = 500,      /* milliseconds without accepting when it failed, */
    FULL_PAUSE = 200, /* and between newcomers who are told that the server is full */
};

/* Of lines about those who are turned away, one a second, and ten more after a rest. */
static const struct token_rate reject_line_rate = {.step = 1000000, .slack = 10000000};

/* Of lines about strangers who are let in, ten a second, and fifty more after a rest. */
static const struct token_rate accept_line_rate = {.step = 1000000 / 10, .slack = 5000000};

/* Of newcomers who are told that the server is full: those who dial again at once would take all of
 * its time. */
static const struct token_rate full_reply_rate = {.step = 1000000 / 320, .slack = 200000};

void acceptor_init(struct acceptor *a, struct listener *listener, struct counters *counters,
                   const struct options *options, int epoll)
{
    *a = (struct acceptor){
        .listener = listener, .counters = counters, .epoll = epoll, .capacity = listener->capacity};
    admission_init(&a->admission, 0);
    acceptor_configure(a, options);
}

void acceptor_configure(struct acceptor *a, const struct options *options)
{
    int max = options->max_connections;
    struct limits remote = options_limits(options, false), local = options_limits(options, true);
    admission_configure(&a->admission, max > 0 && max < a->capacity ? max : a->capacity, &remote,
                        &local);
}

void acceptor_deinit(struct acceptor *a)
{
    admission_deinit(&a->admission);
}

/* -- open and shut -- */

static bool watch_socket(const struct acceptor *a, size_t which)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = conn_table_special(which + 1)};
    return epoll_ctl(a->epoll, EPOLL_CTL_ADD, a->listener->fds[which], &event) == 0;
}

bool acceptor_resume(struct acceptor *a, int64_t now)
{
    bool ok = true;
    for (size_t i = 0; i < a->listener->count; i++) ok = watch_socket(a, i) && ok;
    a->resume_at = ok ? 0 : now + PAUSE;
    return ok;
}

void acceptor_resume_if_due(struct acceptor *a, int64_t now)
{
    if (a->resume_at > 0 && now >= a->resume_at) acceptor_resume(a, now);
}

static void pause_until(struct acceptor *a, int64_t until)
{
    for (size_t i = 0; i < a->listener->count; i++)
        epoll_ctl(a->epoll, EPOLL_CTL_DEL, a->listener->fds[i], NULL);
    a->resume_at = until;
}

/* -- newcomers -- */

static void note_rejected(struct acceptor *a, const struct accept_batch *batch, const char *from,
                          enum reject_reason why, const char *words)
{
    a->rejected++;
    a->counters->rejected[why]++;
    if (!token_bucket_allows(&a->reject_lines, &reject_line_rate, batch->now)) return;
    token_bucket_take(&a->reject_lines, &reject_line_rate, 1, batch->now);
    log_event("turned away %s: %s (%ju so far)", from, words, (uintmax_t)a->rejected);
}

static bool admit(struct acceptor *a, struct accept_batch *batch)
{
    const struct sockaddr *from = (const struct sockaddr *)&batch->peer.from;
    enum reject_reason why = admission_admit(&a->admission, from, batch->now, &batch->grant);
    if (why) {
        listener_reject(batch->fd, admission_message(why));
        note_rejected(a, batch, batch->peer.name, why, admission_message(why));
        return false;
    }
    a->counters->accepted++;
    return true;
}

static bool is_out_of_descriptors(int why)
{
    return why == EMFILE || why == ENFILE;
}

static bool replies_too_often(struct acceptor *a, const struct accept_batch *batch)
{
    if (batch->full_replies == 0) return false;
    token_bucket_take(&a->full_replies, &full_reply_rate, batch->full_replies, batch->now);
    return !token_bucket_allows(&a->full_replies, &full_reply_rate, batch->now);
}

/* `why` is what the last accept failed with; 0: it may go on. */
static void finish(struct acceptor *a, const struct accept_batch *batch, int why)
{
    if (why != 0 && why != EAGAIN) {
        log_event("no new connections for a moment: %s", strerror(why));
        pause_until(a, batch->now + PAUSE);
    } else if (replies_too_often(a, batch)) {
        pause_until(a, batch->now + FULL_PAUSE);
    }
}

bool acceptor_accept(struct acceptor *a, struct accept_batch *batch)
{
    bool again = true;
    int why = 0;
    while (again && batch->accepts++ < ACCEPTS) {
        batch->fd = listener_accept(a->listener, batch->which, &batch->peer, &again);
        why = batch->fd < 0 ? errno : 0;
        batch->full_replies += why ? is_out_of_descriptors(why) : admission_is_full(&a->admission);
        if (!why && admit(a, batch)) return true;
        if (again && is_out_of_descriptors(why))
            note_rejected(a, batch, "somebody", REJECT_FULL, strerror(why));
    }
    finish(a, batch, again ? 0 : why);
    return false;
}

bool acceptor_log(struct acceptor *a, const struct accept_batch *batch, uint32_t number)
{
    if (!token_bucket_allows(&a->accept_lines, &accept_line_rate, batch->now)) {
        a->unlogged++;
        return false;
    }
    token_bucket_take(&a->accept_lines, &accept_line_rate, 1, batch->now);
    if (a->unlogged > 0)
        log_event("%ju more connected, too fast to be logged", (uintmax_t)a->unlogged);
    a->unlogged = 0;
    log_event("#%u connected from %s", number, batch->peer.name);
    return true;
}
