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
static const struct token_rate complaint_rate = {.step = 1000000, .slack = 10000000};

/* Of lines about strangers who are let in, ten a second, and fifty more after a rest. */
static const struct token_rate greeting_rate = {.step = 1000000 / 10, .slack = 5000000};

/* Of newcomers who are told that the server is full: those who dial again at once would take all of
 * its time. */
static const struct token_rate full_reply_rate = {.step = 1000000 / 320, .slack = 200000};

void door_init(struct door *d, struct listener *listener, struct counters *counters,
               const struct options *options, int epoll)
{
    *d = (struct door){
        .listener = listener, .counters = counters, .epoll = epoll, .room = listener->room};
    admission_init(&d->admission, 0);
    door_change(d, options);
}

void door_change(struct door *d, const struct options *options)
{
    int max = options->max_connections;
    struct limits remote = options_limits(options, false), local = options_limits(options, true);
    admission_configure(&d->admission, max > 0 && max < d->room ? max : d->room, &remote, &local);
}

void door_free(struct door *d)
{
    admission_deinit(&d->admission);
}

/* -- open and shut -- */

static bool watch(const struct door *d, size_t which)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = slots_special(which + 1)};
    return epoll_ctl(d->epoll, EPOLL_CTL_ADD, d->listener->fds[which], &event) == 0;
}

bool door_open(struct door *d, int64_t now)
{
    bool ok = true;
    for (size_t i = 0; i < d->listener->count; i++) ok = watch(d, i) && ok;
    d->open_at = ok ? 0 : now + PAUSE;
    return ok;
}

void door_reopen(struct door *d, int64_t now)
{
    if (d->open_at > 0 && now >= d->open_at) door_open(d, now);
}

static void shut(struct door *d, int64_t until)
{
    for (size_t i = 0; i < d->listener->count; i++)
        epoll_ctl(d->epoll, EPOLL_CTL_DEL, d->listener->fds[i], NULL);
    d->open_at = until;
}

/* -- newcomers -- */

static void note_turned_away(struct door *d, const struct arrivals *a, const char *from,
                             enum reject_reason why, const char *words)
{
    d->turned_away++;
    d->counters->rejected[why]++;
    if (!token_bucket_allows(&d->complaints, &complaint_rate, a->now)) return;
    token_bucket_take(&d->complaints, &complaint_rate, 1, a->now);
    log_event("turned away %s: %s (%ju so far)", from, words, (uintmax_t)d->turned_away);
}

static bool let_in(struct door *d, struct arrivals *a)
{
    const struct sockaddr *from = (const struct sockaddr *)&a->who.from;
    enum reject_reason why = admission_admit(&d->admission, from, a->now, &a->grant);
    if (why) {
        listener_dismiss(a->fd, admission_message(why));
        note_turned_away(d, a, a->who.name, why, admission_message(why));
        return false;
    }
    d->counters->accepted++;
    return true;
}

static bool is_out_of_descriptors(int why)
{
    return why == EMFILE || why == ENFILE;
}

static bool tells_too_many(struct door *d, const struct arrivals *a)
{
    if (a->told == 0) return false;
    token_bucket_take(&d->full_replies, &full_reply_rate, a->told, a->now);
    return !token_bucket_allows(&d->full_replies, &full_reply_rate, a->now);
}

/* `why` is what the last accept failed with; 0: it may go on. */
static void end_turn(struct door *d, const struct arrivals *a, int why)
{
    if (why != 0 && why != EAGAIN) {
        log_event("no new connections for a moment: %s", strerror(why));
        shut(d, a->now + PAUSE);
    } else if (tells_too_many(d, a)) {
        shut(d, a->now + FULL_PAUSE);
    }
}

bool door_next(struct door *d, struct arrivals *a)
{
    bool again = true;
    int why = 0;
    while (again && a->tried++ < ACCEPTS) {
        a->fd = listener_accept(d->listener, a->which, &a->who, &again);
        why = a->fd < 0 ? errno : 0;
        a->told += why ? is_out_of_descriptors(why) : admission_is_full(&d->admission);
        if (!why && let_in(d, a)) return true;
        if (again && is_out_of_descriptors(why))
            note_turned_away(d, a, "somebody", REJECT_FULL, strerror(why));
    }
    end_turn(d, a, again ? 0 : why);
    return false;
}

bool door_log(struct door *d, const struct arrivals *a, uint32_t number)
{
    if (!token_bucket_allows(&d->greetings, &greeting_rate, a->now)) {
        d->unlogged++;
        return false;
    }
    token_bucket_take(&d->greetings, &greeting_rate, 1, a->now);
    if (d->unlogged > 0)
        log_event("%ju more connected, too fast to be logged", (uintmax_t)d->unlogged);
    d->unlogged = 0;
    log_event("#%u connected from %s", number, a->who.name);
    return true;
}
