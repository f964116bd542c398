#include "server/server.h"

#include "server/fairness.h"
#include "server/net/acceptor.h"
#include "server/net/connections.h"
#include "server/reload.h"
#include "server/round.h"
#include "server/shutdown.h"
#include "server/store/chat_log.h"
#include "server/system/clock.h"
#include "server/system/log.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
    READ_MAX = 64 * 1024, /* bytes taken from all peers in a turn */
    READ_US = 1000,       /* and microseconds spent on that; the last packet may take longer */
    READS = 64,           /* peers with something to do, in a turn */
    REAPED = 64,          /* in a turn */
    SEND = 16,            /* what a send costs, in looks at members who are owed nothing */
    SPEAKERS_SLICE = 32 * SEND, /* spent on those who talk before the next look at the sockets, */
    SLICE = 16 * SEND,          /* and on all of the room */
    LOG_RETRY = 100,            /* milliseconds until a log reader that stalled is tried again */
    CLOSE_CHECK = 20, /* milliseconds between looks whether the last peers have their last words */
};

struct server {
    struct room *room;
    struct listener *listener;
    struct journal *journal;
    struct admin *admin;
    struct options *options;
    struct sd_notify *notify;
    struct acceptor acceptor;
    struct conn_table conns;
    struct speakers speakers;
    struct send_pass speakers_pass,
        all_pass; /* in which those who spoke lately are served, and everybody */
    struct shutdown shutdown;
    struct cursor log_cursor; /* the log's place in the ring */
    bool log_pending;         /* it has lines that could not be written yet */
    int64_t now;              /* milliseconds */
    int64_t began_us;         /* microseconds: this turn since */
    struct poller poller;
    int signals;
    char read_buf[CONN_READ];
};

/* -- events -- */

static void on_conn_event(struct server *s, struct conn *c, unsigned what)
{
    if (what & POLLER_WRITE) c->out.blocked = false;
    if (what & POLLER_READ) c->in.readable = true;
    if (what & POLLER_CLOSED) c->in.peer_closed = true;
    conn_table_activate(&s->conns, c);
}

static void on_accept(struct server *s, const struct accept_batch *batch)
{
    struct conn *c = conn_table_add(&s->conns, batch->fd, s->room, &batch->grant);
    if (!c) {
        admission_release(&s->acceptor.admission, &batch->grant, s->now);
        s->room->counters.rejected[REJECT_NO_MEMORY]++;
        log_event("no memory for a connection");
        return;
    }
    c->connected_at = (uint32_t)(s->now / 1000);
    c->is_logged = acceptor_log(&s->acceptor, batch, c->number);
    unsigned what = POLLER_READ | POLLER_WRITE | POLLER_EDGE;
    if (!poller_add(&s->poller, batch->fd, what, conn_token(c))) conn_abort(c, strerror(errno));
    conn_table_activate(&s->conns, c);
}

static void accept_peers(struct server *s, size_t which)
{
    struct accept_batch batch = {.which = which, .now = s->now};
    while (acceptor_accept(&s->acceptor, &batch)) on_accept(s, &batch);
}

/* -- signals -- */

static void configure_acceptor(struct server *s)
{
    const struct limits remote = options_limits(s->options, false);
    const struct limits local = options_limits(s->options, true);
    acceptor_configure(&s->acceptor, s->options->max_connections, &remote, &local);
}

static void reload(struct server *s)
{
    struct options *o = s->options;
    if (!reload_read(o)) return;
    configure_acceptor(s);
    conn_table_configure(&s->conns, o->nick_timeout, o->stall_timeout, s->now);
    if (room_set_history(s->room, (size_t)o->history)) return;
    log_event("no memory for so much history: it stays as it was");
    o->history = (int)s->room->history.frames;
}

static void on_hangup(struct server *s)
{
    sd_notify_reloading(s->notify, clock_us());
    if (s->journal->path) journal_reopen(s->journal);
    if (s->options->config) reload(s);
    if (!s->journal->path && !s->options->config) log_event("there are no files to open again");
}

static void on_signal(struct server *s)
{
    struct signalfd_siginfo info;
    while (read(s->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
            shutdown_request(&s->shutdown, s->options->shutdown_delay, s->now);
        if (info.ssi_signo == SIGUSR1) metrics_log(&s->admin->metrics, s->now);
        if (info.ssi_signo == SIGHUP) on_hangup(s);
    }
}

/* -- waiting -- */

static int64_t earliest(int64_t a, int64_t b)
{
    return b > 0 && b < a ? b : a;
}

/* Seconds until the end, for the service manager. */
static int seconds_left(const struct server *s)
{
    if (s->shutdown.countdown.running) return s->shutdown.countdown.left;
    return s->shutdown.finishing ? 0 : SD_NOTIFY_RUNNING;
}

static bool has_sends_due(const struct server *s)
{
    return send_pass_is_due(&s->speakers_pass, s->room, s->room->speakers) ||
           send_pass_is_due(&s->all_pass, s->room, s->room->count);
}

/* Milliseconds until something is due; -1 when nothing is. */
static int poll_timeout(const struct server *s)
{
    if (!TAILQ_EMPTY(&s->conns.active) || has_sends_due(s)) return 0;
    int64_t due = INT64_MAX;
    due = earliest(due, deadlines_earliest(&s->conns.deadlines));
    due = earliest(due, shutdown_deadline(&s->shutdown));
    if (s->shutdown.finishing) due = earliest(due, s->now + CLOSE_CHECK);
    if (s->log_pending) due = earliest(due, s->now + LOG_RETRY);
    due = earliest(due, s->acceptor.resume_at);
    due = earliest(due, sd_notify_deadline(s->notify, seconds_left(s), s->room->count));
    due = earliest(due, admin_deadline(s->admin));
    if (due == INT64_MAX) return -1;
    return due > s->now ? (int)(due - s->now) : 0;
}

static void dispatch(struct server *s, const struct poller_event *event)
{
    struct conn *c;
    switch (event->token.kind) {
    case POLLER_CONN:
        c = conn_table_find(&s->conns, event->token);
        if (c) on_conn_event(s, c, event->what);
        break;
    case POLLER_LISTENER: accept_peers(s, event->token.index); break;
    case POLLER_SIGNALS: on_signal(s); break;
    case POLLER_METRICS:
    case POLLER_CONTROL: admin_handle(s->admin, event->token, s->now); break;
    }
}

/* A stop and its end break off the wait, too (signal(7)): what has come meanwhile was in time. */
static bool wait_for_events(struct server *s)
{
    struct poller_event events[POLLER_EVENTS];
    int n = poller_wait(&s->poller, events, poll_timeout(s));
    if (n < 0 && errno == EINTR) n = poller_wait(&s->poller, events, 0);
    s->began_us = clock_us();
    s->now = s->began_us / 1000;
    for (int i = 0; i < n; i++) dispatch(s, &events[i]);
    return n >= 0 || errno == EINTR;
}

/* -- reading -- */

/* Nobody is read while those who wait for their turn to be served are far behind. */
static bool may_read(const struct server *s)
{
    const struct ring *ring = &s->room->ring;
    return ring->head.pos - s->all_pass.head <= ring->size / 2;
}

/* Who has a nickname that somebody else wants may be nobody any more. */
static void probe_nick_holder(struct server *s, struct conn *holder, const struct conn *c)
{
    if (!holder || holder->state != CONN_OPEN) return;
    conn_keepalive_start(holder, c);
    conn_table_update_timer(&s->conns, holder, s->now);
}

/* While others talk, nobody fills their sockets at one go, and one who floods makes pauses. */
static size_t read_conn(struct server *s, struct conn *c)
{
    uint32_t who = c->number;
    bool share = speakers_others_active(&s->speakers, who, s->now);
    struct read_budget budget = {share ? SPEAKERS_READ : CONN_READ, s->now, s->began_us + READ_US,
                                 NULL};
    size_t taken = conn_read(c, s->read_buf, &budget);
    probe_nick_holder(s, budget.nick_holder, c);
    if (taken > 0) speakers_note(&s->speakers, who, conn_is_typing(c, s->now), s->now);
    if (share && conn_is_flooding(c, s->now)) c->in.paused = true;
    return taken;
}

/* Returns how many were looked at: the first ones of those who are active. */
static int read_active(struct server *s)
{
    struct conn *c = TAILQ_FIRST(&s->conns.active);
    size_t taken = 0;
    int reads = 0;
    for (; c && reads < READS && taken < READ_MAX; c = TAILQ_NEXT(c, active), reads++) {
        if (clock_us() >= s->began_us + READ_US) break;
        if (conn_wants_read(c) && may_read(s)) taken += read_conn(s, c);
    }
    return reads;
}

/* -- serving -- */

/* Whatever anybody reads is in the journal before, even the news of one whom serving has lost. */
static void flush(struct server *s, struct conn *c)
{
    journal_write(s->journal, &s->room->ring);
    conn_flush(c);
}

/* Those who were heard from come first; who is left with more to read goes behind the others. */
static void send_to_active(struct server *s, int reads)
{
    while (reads-- > 0) {
        struct conn *c = TAILQ_FIRST(&s->conns.active);
        flush(s, c);
        if (c->state != CONN_OPEN) conn_close_step(c);
        conn_table_update_timer(&s->conns, c, s->now);
        conn_table_deactivate(&s->conns, c);
        if (conn_wants_read(c)) conn_table_activate(&s->conns, c);
    }
}

/* True when it sent something. */
static bool send_to(struct server *s, struct member *m)
{
    struct conn *c = conn_of(m);
    if (c->out.blocked || !conn_has_output(c)) return false;
    flush(s, c);
    conn_table_update_timer(&s->conns, c, s->now);
    if (c->state == CONN_CLOSED || conn_wants_read(c)) conn_table_activate(&s->conns, c);
    return true;
}

static void send_pass_run(struct server *s, struct send_pass *round, size_t count, int slice)
{
    struct member *next;
    while (slice > 0 && (next = send_pass_next(round, s->room, count)))
        slice -= send_to(s, next) ? SEND : 1;
}

/* Some of those who spoke lately, then some of all; the others come after the next poll. */
static void send_to_room(struct server *s)
{
    send_pass_run(s, &s->speakers_pass, s->room->speakers, SPEAKERS_SLICE);
    send_pass_run(s, &s->all_pass, s->room->count, SLICE);
}

/* -- burying -- */

/* At the end of the room nobody waits for peers who have it all and do not close. */
static bool may_reap(const struct server *s, const struct conn *c)
{
    if (c->state == CONN_CLOSED || s->now >= c->timer.deadline) return true;
    return s->shutdown.finishing && conn_is_delivered(c);
}

static void reap(struct server *s)
{
    struct conn *c, *next;
    int reaped = 0;
    for (c = TAILQ_FIRST(&s->conns.deadlines.lists[TIMER_CLOSE]); c && reaped < REAPED; c = next) {
        next = TAILQ_NEXT(c, timer.link);
        if (!may_reap(s, c)) continue;
        reaped++;
        if (c->is_logged) log_event("#%u is gone: %s", c->number, c->closing.reason);
        admission_release(&s->acceptor.admission, &c->grant, s->now);
        conn_table_remove(&s->conns, c, s->now);
    }
    shutdown_check_done(&s->shutdown);
}

/* -- one turn -- */

static bool iterate(struct server *s)
{
    if (!wait_for_events(s)) return false;
    acceptor_tick(&s->acceptor, s->now);
    shutdown_tick(&s->shutdown, s->now);
    admin_tick(s->admin, s->now);
    conn_table_expire(&s->conns, s->now, (int64_t)s->options->stall_timeout * 1000);
    int reads = read_active(s);
    room_tick(s->room);
    journal_write(s->journal, &s->room->ring);
    send_to_active(s, reads);
    send_to_room(s);
    chat_log_write(&s->room->ring, &s->log_cursor, s->options->quiet);
    reap(s);
    sd_notify_tick(s->notify, seconds_left(s), s->room->count, s->now);
    s->log_pending = !log_flush();
    counters_add_iteration(&s->room->counters, clock_us() - s->began_us);
    return true;
}

/* -- start and end -- */

static void connect_admin(struct server *s)
{
    struct metrics *m = &s->admin->metrics;
    m->counters = &s->room->counters;
    m->room = s->room;
    m->conns = &s->conns;
    m->bans = &s->acceptor.admission.bans;
    m->journal = s->journal;
    struct control *ctl = &s->admin->control;
    ctl->room = s->room;
    ctl->conns = &s->conns;
    ctl->bans = &s->acceptor.admission.bans;
    ctl->shutdown = &s->shutdown;
    ctl->options = s->options;
}

static bool start(struct server *s)
{
    conn_table_init(&s->conns, s->options->nick_timeout, s->options->stall_timeout);
    s->shutdown = (struct shutdown){.room = s->room, .conns = &s->conns, .listener = s->listener};
    s->now = clock_us() / 1000;
    s->log_cursor = s->room->ring.head;
    bool ok = poller_open(&s->poller);
    acceptor_init(&s->acceptor, s->listener, &s->room->counters, &s->poller);
    configure_acceptor(s);
    connect_admin(s);
    return ok && admin_start(s->admin, &s->poller) &&
           poller_add(&s->poller, s->signals, POLLER_READ,
                      (struct poller_token){.kind = POLLER_SIGNALS}) &&
           acceptor_resume(&s->acceptor, s->now);
}

static void stop(struct server *s)
{
    int why = errno;
    conn_table_deinit(&s->conns);
    acceptor_deinit(&s->acceptor);
    poller_close(&s->poller);
    journal_write(s->journal, &s->room->ring);
    chat_log_write(&s->room->ring, &s->log_cursor, s->options->quiet);
    log_flush();
    errno = why;
}

bool server_run(struct room *room, struct listener *listener, struct journal *journal,
                struct admin *admin, int signals, struct options *options, struct sd_notify *notify)
{
    static struct server s;
    s = (struct server){.room = room,
                        .listener = listener,
                        .journal = journal,
                        .admin = admin,
                        .options = options,
                        .notify = notify,
                        .signals = signals};
    bool ok = start(&s);
    while (ok && !s.shutdown.done) ok = iterate(&s);
    stop(&s);
    return ok;
}
