#include "server/server.h"

#include "server/store/chat_log.h"
#include "server/system/clock.h"
#include "server/system/log.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
    REAPED = 64,      /* connections freed in an iteration */
    LOG_RETRY = 100,  /* milliseconds until it writes the waiting log lines again */
    CLOSE_CHECK = 20, /* milliseconds between checks whether clients received their last packets */
    READ_RETRY = 10,  /* milliseconds until it reads input again that waits for the journal */
};

/* -- connections -- */

static void on_accept(struct server *s, struct accept_batch *batch)
{
    struct conn *c = conn_table_add(&s->conns, batch->fd, &s->room, &batch->grant, s->now);
    if (!c) {
        admission_release(&s->acceptor.admission, &batch->grant, s->now);
        s->counters.rejected[REJECT_NO_MEMORY]++;
        log_event(CONN_NO_MEMORY ": a connection was not accepted");
        return;
    }
    conn_set_share(c, batch->share);
    bool is_encrypted = s->listener.is_tls[batch->which];
    if (is_encrypted && !conn_start_tls(c, s->tls_files.context)) conn_abort_without_memory(c);
    conn_check_key(c);
    if (acceptor_log(&s->acceptor, batch, c->number)) conn_set_logged(c);
    unsigned what = POLLER_READ | POLLER_WRITE | POLLER_EDGE;
    if (!poller_add(&s->poller, batch->fd, what, conn_token(c))) conn_abort(c, strerror(errno));
    conn_table_activate(&s->conns, c);
}

static void accept_connections(struct server *s, size_t which)
{
    struct accept_batch batch = {
        .which = which, .now = s->now, .is_closing = s->shutdown.requested};
    while (acceptor_accept(&s->acceptor, &batch)) on_accept(s, &batch);
}

static void on_conn_event(struct server *s, const struct poller_event *event)
{
    struct conn *c = conn_table_find(&s->conns, event->token);
    if (!c) return;
    conn_handle_event(c, event->what);
    conn_table_activate(&s->conns, c);
}

/* Frees closed connections; their members leave the room now. */
static void reap(struct server *s)
{
    struct conn *c;
    if (s->shutdown.finishing) conn_table_close_delivered(&s->conns, s->now);
    for (int i = 0; i < REAPED && (c = conn_table_first_ended(&s->conns, s->now)); i++) {
        if (c->is_logged) log_event(CONN_LOG_CLOSED("%u", "%s"), c->number, c->closing.reason);
        admission_release(&s->acceptor.admission, &c->grant, s->now);
        conn_table_remove(&s->conns, c, s->now);
    }
    s->reap_pending = conn_table_first_ended(&s->conns, s->now) != NULL;
    if (s->conns.used == 0) shutdown_note_empty(&s->shutdown);
}

/* -- signals -- */

static void configure_acceptor(struct server *s)
{
    struct limits limits[LIMITS_KINDS];
    for (int kind = 0; kind < LIMITS_KINDS; kind++)
        limits[kind] = options_limits(&s->options, (enum limits_kind)kind);
    size_t memory = s->options.socket_memory;
    if (memory == 0) memory = s->default_socket_memory;
    acceptor_configure(&s->acceptor, s->options.max_connections, memory, limits);
}

/* Applies the settings once they are read. */
static void reload(struct server *s)
{
    struct options *o = &s->options;
    if (!config_reload_finish(&s->reload, o, &s->worker)) return;
    configure_acceptor(s);
    s->journal.max = (off_t)o->journal_max;
    conn_table_configure(&s->conns, o->nick_timeout, o->stall_timeout, o->packet_memory, s->now);
    room_set_history(&s->room, (size_t)o->history);
}

static void on_hangup(struct server *s)
{
    sd_notify_reloading(&s->notify, clock_us());
    journal_reopen(&s->journal);
    tls_files_reload_start(&s->tls_files, &s->options, &s->config_opener, &s->worker);
    members_file_reload(&s->members_file);
    if (s->options.config) config_reload_start(&s->reload, &s->config_opener, &s->worker);
    if (!s->journal.path && !s->options.config && !s->options.members &&
        !options_use_tls(&s->options))
        log_event(SERVER_NOTHING_TO_RELOAD);
}

static void on_signal(struct server *s)
{
    struct signalfd_siginfo info;
    while (read(s->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
            shutdown_request(&s->shutdown, s->options.shutdown_delay, s->conns.used > 0, s->now);
        if (info.ssi_signo == SIGUSR1) metrics_log(&s->metrics, s->now);
        if (info.ssi_signo == SIGHUP) on_hangup(s);
    }
}

/* -- waiting -- */

static int64_t earliest(int64_t a, int64_t b)
{
    return b > 0 && b < a ? b : a;
}

/* Returns the seconds until the server exits, for the service manager. */
static int seconds_left(const struct server *s)
{
    if (s->shutdown.countdown.running) return s->shutdown.countdown.left;
    return s->shutdown.finishing ? 0 : SD_NOTIFY_RUNNING;
}

/* Returns the milliseconds until something is due; -1: nothing is. */
static int poll_timeout(const struct server *s)
{
    bool may_read = schedule_may_read(&s->schedule, &s->room.ring);
    if ((may_read && !STAILQ_EMPTY(&s->conns.active)) || s->reap_pending) return 0;
    if (!STAILQ_EMPTY(&s->conns.handshakes)) return 0;
    if (schedule_has_sends(&s->schedule, &s->room)) return 0;
    int64_t due = may_read ? INT64_MAX : s->now + READ_RETRY;
    due = earliest(due, journal_deadline(&s->journal, &s->room.ring));
    due = earliest(due, deadlines_next(&s->conns.deadlines, s->now));
    due = earliest(due, shutdown_deadline(&s->shutdown));
    if (s->shutdown.finishing) due = earliest(due, s->now + CLOSE_CHECK);
    if (s->log_pending) due = earliest(due, s->now + LOG_RETRY);
    due = earliest(due, s->acceptor.resume_at);
    due = earliest(due, sd_notify_deadline(&s->notify, seconds_left(s), s->room.count));
    due = earliest(due, endpoint_deadline(&s->metrics.endpoint));
    due = earliest(due, control_deadline(&s->control));
    if (due == INT64_MAX) return -1;
    return due > s->now ? (int)(due - s->now) : 0;
}

static void dispatch(struct server *s, const struct poller_event *event)
{
    uint32_t index = event->token.index;
    switch (event->token.kind) {
    case POLLER_CONN: on_conn_event(s, event); break;
    case POLLER_LISTENER: accept_connections(s, index); break;
    case POLLER_SIGNALS: on_signal(s); break;
    case POLLER_METRICS: endpoint_handle(&s->metrics.endpoint, index, s->now); break;
    case POLLER_CONTROL: endpoint_handle(&s->control.endpoint, index, s->now); break;
    case POLLER_WORKER: break; /* collect handles it in each iteration */
    }
}

/* Waits again if it is interrupted, as by a stop and a continue (signal(7)): clients were in time
 * with the events of that time, so these must be handled before any deadline. */
static bool wait_for_events(struct server *s)
{
    struct poller_event events[POLLER_EVENTS];
    int n = poller_wait(&s->poller, events, poll_timeout(s));
    if (n < 0 && errno == EINTR) n = poller_wait(&s->poller, events, 0);
    s->began_us = clock_us();
    s->now = s->began_us / 1000;
    s->room.unix_ms = clock_unix_ms();
    for (int i = 0; i < n; i++) dispatch(s, &events[i]);
    return n >= 0 || errno == EINTR;
}

/* -- an iteration -- */

/* Activates ending connections whose last frames the ring has released. */
static void activate_flushing(struct server *s)
{
    struct conn *c;
    for (c = conn_table_first_closing(&s->conns); c; c = conn_table_next_closing(c))
        if (conn_has_output(c)) conn_table_activate(&s->conns, c);
}

static void write_journal(struct server *s)
{
    struct ring *ring = &s->room.ring;
    uint64_t before = ring_end(ring).pos;
    journal_write(&s->journal, ring, s->now);
    if (ring_end(ring).pos != before) activate_flushing(s);
}

/* Handles the finished jobs of the workers. */
static void collect(struct server *s)
{
    worker_collect(&s->worker);
    reload(s);
    tls_files_reload_finish(&s->tls_files, &s->worker);
    if (members_file_finish(&s->members_file)) control_sweep(&s->control);
    if (!config_reload_is_pending(&s->reload) && !tls_files_reload_is_pending(&s->tls_files) &&
        !members_file_is_pending(&s->members_file) && !journal_is_reopening(&s->journal))
        sd_notify_reloaded(&s->notify);
}

/* Appends frames before write_journal or in reap, and sends between the two: the journal holds
 * frames back until they are in the file. */
static bool iterate(struct server *s)
{
    if (!wait_for_events(s)) return false;
    collect(s);
    acceptor_tick(&s->acceptor, s->now);
    shutdown_tick(&s->shutdown, &s->conns, &s->room, &s->acceptor, s->now);
    endpoint_tick(&s->metrics.endpoint, s->now);
    control_tick(&s->control, s->now);
    conn_table_expire(&s->conns, s->now, (int64_t)s->options.stall_timeout * 1000);
    conn_table_handshake(&s->conns, s->now);
    schedule_read(&s->schedule, &s->conns, &s->room, s->began_us);
    room_tick(&s->room);
    write_journal(s);
    schedule_send(&s->schedule, &s->conns, &s->room, s->now);
    chat_log_write(&s->room.ring, &s->log_cursor, s->options.quiet);
    reap(s);
    sd_notify_tick(&s->notify, seconds_left(s), s->room.count, s->now);
    s->log_pending = !log_flush();
    counters_add_iteration(&s->counters, clock_us() - s->began_us);
    return true;
}

/* -- start and end -- */

/* Gives the administrator's endpoints pointers to the parts that they read and change. */
static void connect_endpoints(struct server *s)
{
    struct metrics *m = &s->metrics;
    m->counters = &s->counters;
    m->room = &s->room;
    m->conns = &s->conns;
    m->bans = &s->acceptor.admission.bans;
    m->journal = &s->journal;
    struct control *ctl = &s->control;
    ctl->room = &s->room;
    ctl->conns = &s->conns;
    ctl->bans = &s->acceptor.admission.bans;
    ctl->ban_file = &s->ban_file;
    ctl->shutdown = &s->shutdown;
    ctl->options = &s->options;
    ctl->members_file = &s->members_file;
}

static bool watch_worker(const struct server *s, const struct worker *w)
{
    const struct poller_token token = {.kind = POLLER_WORKER};
    return !w->is_started || poller_add(&s->poller, w->event, POLLER_READ | POLLER_EDGE, token);
}

static bool start(struct server *s)
{
    const struct poller_token signals = {.kind = POLLER_SIGNALS};
    s->now = clock_us() / 1000;
    conn_table_init(&s->conns, s->options.nick_timeout, s->options.stall_timeout,
                    s->options.packet_memory);
    bool ok = poller_open(&s->poller);
    acceptor_init(&s->acceptor, &s->listener, &s->counters, &s->poller, &s->conns);
    configure_acceptor(s);
    s->acceptor.admission.bans = s->ban_file.bans;
    s->conns.bans = &s->acceptor.admission.bans;
    connect_endpoints(s);
    return ok && metrics_start(&s->metrics, &s->poller) && control_start(&s->control, &s->poller) &&
           poller_add(&s->poller, s->signals, POLLER_READ, signals) &&
           watch_worker(s, s->log_worker) && watch_worker(s, &s->worker) &&
           watch_worker(s, &s->journal.writer) && acceptor_resume(&s->acceptor, s->now);
}

static void stop(struct server *s)
{
    int error = errno;
    conn_table_deinit(&s->conns);
    acceptor_deinit(&s->acceptor);
    poller_close(&s->poller);
    chat_log_write(&s->room.ring, &s->log_cursor, s->options.quiet);
    log_flush();
    errno = error;
}

bool server_run(struct server *s)
{
    bool ok = start(s);
    while (ok && !s->shutdown.done) ok = iterate(s);
    stop(s);
    return ok;
}
