#include "server/server.h"

#include "server/base/clock.h"
#include "server/fairness.h"
#include "server/net/acceptor.h"
#include "server/net/peers.h"
#include "server/net/timeouts.h"
#include "server/reload.h"
#include "server/round.h"
#include "server/shutdown.h"
#include "server/store/chat_log.h"
#include "server/system/log.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
    EVENTS = 256,           /* taken from the kernel in a turn */
    TURN_READ = 64 * 1024,  /* bytes taken from all peers in a turn */
    TURN_US = 1000,         /* and microseconds spent on that; the last packet may take longer */
    VISITS = 64,            /* peers with something to do, in a turn */
    BURIALS = 64,           /* in a turn */
    SEND = 16,              /* what a send costs, in looks at members who are owed nothing */
    TALK_SLICE = 32 * SEND, /* spent on those who talk before the next look at the sockets, */
    SLICE = 16 * SEND,      /* and on all of the room */
    LOG_RETRY = 100,        /* milliseconds until a log reader that stalled is tried again */
    LAST_LOOK = 20, /* milliseconds between looks whether the last peers have their last words */
};

struct loop {
    struct room *room;
    struct listener *listener;
    struct journal *journal;
    struct admin *admin;
    struct options *options;
    struct sd_notify *notify;
    struct acceptor acceptor;
    struct peers peers;
    struct fairness fairness;
    struct round speakers, all; /* in which those who spoke lately are served, and everybody */
    struct closing closing;
    struct cursor told; /* the log's place in the ring */
    bool log_left;      /* it has lines that could not be written yet */
    int64_t now;        /* milliseconds */
    int64_t began;      /* microseconds: this turn since */
    int epoll, signals;
    char scratch[CONN_READ];
};

/* -- events -- */

static bool watch(struct loop *l, int fd, uint32_t events, uint64_t id)
{
    struct epoll_event event = {.events = events, .data.u64 = id};
    return epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void on_conn_event(struct loop *l, struct conn *c, uint32_t events)
{
    if (events & EPOLLOUT) c->out.blocked = false;
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) c->in.readable = true;
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) c->in.peer_closed = true;
    peers_activate(&l->peers, c);
}

static void on_accept(struct loop *l, const struct accept_batch *batch)
{
    struct conn *c = slots_add(&l->peers.slots, batch->fd, l->room, &batch->grant);
    if (!c) {
        admission_release(&l->acceptor.admission, &batch->grant, l->now);
        l->room->counters.rejected[REJECT_NO_MEMORY]++;
        log_event("no memory for a connection from %s", batch->peer.name);
        return;
    }
    c->connected_at = (uint32_t)(l->now / 1000);
    c->is_logged = acceptor_log(&l->acceptor, batch, c->number);
    uint32_t events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    if (!watch(l, batch->fd, events, slots_id(c))) conn_abort(c, strerror(errno));
    peers_activate(&l->peers, c);
}

static void accept_peers(struct loop *l, size_t which)
{
    struct accept_batch batch = {.which = which, .now = l->now};
    while (acceptor_accept(&l->acceptor, &batch)) on_accept(l, &batch);
}

/* -- signals -- */

static void reload(struct loop *l)
{
    struct options *o = l->options;
    if (!reload_read(o)) return;
    acceptor_configure(&l->acceptor, o);
    peers_change(&l->peers, o->nick_timeout, o->stall_timeout, l->now);
    if (room_set_history(l->room, (size_t)o->history)) return;
    log_event("no memory for so much history: it stays as it was");
    o->history = (int)l->room->history.frames;
}

static void on_hangup(struct loop *l)
{
    sd_notify_reloading(l->notify, clock_us());
    if (l->journal->path) journal_reopen(l->journal);
    if (l->options->config) reload(l);
    if (!l->journal->path && !l->options->config) log_event("there are no files to open again");
}

static void on_signal(struct loop *l)
{
    struct signalfd_siginfo info;
    while (read(l->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
            closing_ask(&l->closing, l->options->shutdown_delay, l->now);
        if (info.ssi_signo == SIGUSR1) admin_log_metrics(l->admin, l->now);
        if (info.ssi_signo == SIGHUP) on_hangup(l);
    }
}

/* -- waiting -- */

static int64_t earliest(int64_t a, int64_t b)
{
    return b > 0 && b < a ? b : a;
}

/* Seconds until the end, for the service manager. */
static int end(const struct loop *l)
{
    if (l->closing.countdown.running) return l->closing.countdown.left;
    return l->closing.finishing ? 0 : SD_NOTIFY_RUNNING;
}

static bool someone_is_due(const struct loop *l)
{
    return round_is_due(&l->speakers, l->room, l->room->speakers) ||
           round_is_due(&l->all, l->room, l->room->count);
}

/* Milliseconds until something is due; -1 when nothing is. */
static int patience(const struct loop *l)
{
    if (!TAILQ_EMPTY(&l->peers.active) || someone_is_due(l)) return 0;
    int64_t due = INT64_MAX;
    due = earliest(due, deadlines_earliest(&l->peers.waits));
    due = earliest(due, closing_next(&l->closing));
    if (l->closing.finishing) due = earliest(due, l->now + LAST_LOOK);
    if (l->log_left) due = earliest(due, l->now + LOG_RETRY);
    due = earliest(due, l->acceptor.resume_at);
    due = earliest(due, sd_notify_deadline(l->notify, end(l), l->room->count));
    due = earliest(due, admin_deadline(l->admin));
    if (due == INT64_MAX) return -1;
    return due > l->now ? (int)(due - l->now) : 0;
}

static void dispatch(struct loop *l, const struct epoll_event *event)
{
    size_t special;
    struct conn *c = slots_find(&l->peers.slots, event->data.u64, &special);
    if (c)
        on_conn_event(l, c, event->events);
    else if (special == SLOTS_SIGNALS)
        on_signal(l);
    else if (special > 0 && special <= l->listener->count)
        accept_peers(l, special - 1);
    else
        admin_handle(l->admin, special, l->now);
}

/* A stop and its end break off the wait, too (signal(7)): what has come meanwhile was in time. */
static bool take_events(struct loop *l)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(l->epoll, events, EVENTS, patience(l));
    if (n < 0 && errno == EINTR) n = epoll_wait(l->epoll, events, EVENTS, 0);
    l->began = clock_us();
    l->now = l->began / 1000;
    for (int i = 0; i < n; i++) dispatch(l, &events[i]);
    return n >= 0 || errno == EINTR;
}

/* -- reading -- */

/* Nobody is read while those who wait for their turn to be served are far behind. */
static bool may_read(const struct loop *l)
{
    const struct ring *ring = &l->room->ring;
    return ring->head.pos - l->all.head <= ring->size / 2;
}

/* Who has a nickname that somebody else wants may be nobody any more. */
static void probe(struct loop *l, struct conn *rival, const struct conn *c)
{
    if (!rival || rival->state != CONN_OPEN) return;
    conn_keepalive_start(rival, c);
    peers_keep_waiting(&l->peers, rival, l->now);
}

/* While others talk, nobody fills their sockets at one go, and one who floods makes pauses. */
static size_t read_one(struct loop *l, struct conn *c)
{
    uint64_t who = slots_id(c);
    bool share = fairness_others_talk(&l->fairness, who, l->now);
    struct read_budget budget = {share ? FAIRNESS_READ : CONN_READ, l->now, l->began + TURN_US,
                                 NULL};
    size_t taken = conn_read(c, l->scratch, &budget);
    probe(l, budget.nick_holder, c);
    if (taken > 0) fairness_note(&l->fairness, who, &c->in.byte_bucket, l->now);
    if (share && fairness_floods(&c->in.byte_bucket, l->now)) c->in.paused = true;
    return taken;
}

/* Returns how many were looked at: the first ones of those who are active. */
static int read_active(struct loop *l)
{
    struct conn *c = TAILQ_FIRST(&l->peers.active);
    size_t taken = 0;
    int visited = 0;
    for (; c && visited < VISITS && taken < TURN_READ; c = TAILQ_NEXT(c, active), visited++) {
        if (clock_us() >= l->began + TURN_US) break;
        if (conn_wants_read(c) && may_read(l)) taken += read_one(l, c);
    }
    return visited;
}

/* -- serving -- */

/* Whatever anybody reads is in the journal before, even the news of one whom serving has lost. */
static void flush(struct loop *l, struct conn *c)
{
    journal_write(l->journal, &l->room->ring);
    conn_flush(c);
}

/* Those who were heard from come first; who is left with more to read goes behind the others. */
static void serve_active(struct loop *l, int visited)
{
    while (visited-- > 0) {
        struct conn *c = TAILQ_FIRST(&l->peers.active);
        flush(l, c);
        if (c->state != CONN_OPEN) conn_close_step(c);
        peers_keep_waiting(&l->peers, c, l->now);
        peers_rest(&l->peers, c);
        if (conn_wants_read(c)) peers_activate(&l->peers, c);
    }
}

/* True when it sent something. */
static bool serve(struct loop *l, struct member *m)
{
    struct conn *c = conn_of(m);
    if (c->out.blocked || !conn_has_output(c)) return false;
    flush(l, c);
    peers_keep_waiting(&l->peers, c, l->now);
    if (c->state == CONN_CLOSED || conn_wants_read(c)) peers_activate(&l->peers, c);
    return true;
}

static void serve_some(struct loop *l, struct round *round, size_t seats, int slice)
{
    struct member *next;
    while (slice > 0 && (next = round_next(round, l->room, seats)))
        slice -= serve(l, next) ? SEND : 1;
}

/* Some of those who spoke lately, then some of all; the others come after the next poll. */
static void serve_room(struct loop *l)
{
    serve_some(l, &l->speakers, l->room->speakers, TALK_SLICE);
    serve_some(l, &l->all, l->room->count, SLICE);
}

/* -- burying -- */

/* At the end of the room nobody waits for peers who have it all and do not close. */
static bool is_over(const struct loop *l, const struct conn *c)
{
    if (c->state == CONN_CLOSED || l->now >= c->timer.deadline) return true;
    return l->closing.finishing && conn_is_delivered(c);
}

static void bury(struct loop *l)
{
    struct conn *c, *next;
    int burials = 0;
    for (c = TAILQ_FIRST(&l->peers.waits.lists[TIMER_CLOSE]); c && burials < BURIALS; c = next) {
        next = TAILQ_NEXT(c, timer.link);
        if (!is_over(l, c)) continue;
        burials++;
        if (c->is_logged) log_event("#%u is gone: %s", c->number, c->closing.reason);
        admission_release(&l->acceptor.admission, &c->grant, l->now);
        peers_remove(&l->peers, c, l->now);
    }
    closing_end_turn(&l->closing);
}

/* -- one turn -- */

static bool turn(struct loop *l)
{
    if (!take_events(l)) return false;
    acceptor_resume_if_due(&l->acceptor, l->now);
    closing_count_down(&l->closing, l->now);
    admin_tick(l->admin, l->now);
    timeouts_end(&l->peers, l->now, (int64_t)l->options->stall_timeout * 1000);
    int visited = read_active(l);
    room_tick(l->room);
    journal_write(l->journal, &l->room->ring);
    serve_active(l, visited);
    serve_room(l);
    chat_log_write(&l->room->ring, &l->told, l->options->quiet);
    bury(l);
    sd_notify_tick(l->notify, end(l), l->room->count, l->now);
    l->log_left = !log_flush();
    counters_add_iteration(&l->room->counters, clock_us() - l->began);
    return true;
}

/* -- start and end -- */

static bool start(struct loop *l)
{
    peers_init(&l->peers, l->options->nick_timeout, l->options->stall_timeout);
    l->closing = (struct closing){.room = l->room, .peers = &l->peers, .listener = l->listener};
    l->now = clock_us() / 1000;
    l->told = l->room->ring.head;
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    acceptor_init(&l->acceptor, l->listener, &l->room->counters, l->options, l->epoll);
    const struct premises premises = {l->room,    &l->peers,  &l->acceptor, &l->closing,
                                      l->journal, l->options, l->epoll};
    return l->epoll >= 0 && admin_start(l->admin, &premises) &&
           watch(l, l->signals, EPOLLIN, slots_special(SLOTS_SIGNALS)) &&
           acceptor_resume(&l->acceptor, l->now);
}

static void stop(struct loop *l)
{
    int why = errno;
    peers_free(&l->peers);
    acceptor_deinit(&l->acceptor);
    if (l->epoll >= 0) close(l->epoll);
    journal_write(l->journal, &l->room->ring);
    chat_log_write(&l->room->ring, &l->told, l->options->quiet);
    log_flush();
    errno = why;
}

bool loop_run(struct room *room, struct listener *listener, struct journal *journal,
              struct admin *admin, int signals, struct options *options, struct sd_notify *notify)
{
    static struct loop l;
    l = (struct loop){.room = room,
                      .listener = listener,
                      .journal = journal,
                      .admin = admin,
                      .options = options,
                      .notify = notify,
                      .signals = signals};
    bool ok = start(&l);
    while (ok && !l.closing.done) ok = turn(&l);
    stop(&l);
    return ok;
}
