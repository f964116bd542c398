#include "server/loop.h"

#include "server/conn.h"
#include "server/countdown.h"
#include "server/log.h"
#include "server/roomlog.h"
#include "server/round.h"
#include "server/slots.h"
#include "server/waits.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum {
    EVENTS = 256,          /* taken from the kernel in a turn */
    ACCEPTS = 64,          /* newcomers in a turn, from one socket */
    TURN_READ = 64 * 1024, /* bytes taken from all peers in a turn */
    SLICE = 128,           /* members served before the next look at the sockets */
    STORM = 8,             /* newcomers in a turn who make a storm */
    STORM_SLICE = 16,      /* members served in one: so many come and go that the news can wait */
    PAUSE = 500,           /* milliseconds without accepting when it failed */
    LOOKS = 64,            /* at peers that may be gone, in a turn */
    LOG_RETRY = 100,       /* milliseconds until a log reader that stalled is tried again */
    LAST_LOOK = 20, /* milliseconds between looks whether the last peers have their last words */
};

struct loop {
    struct room *room;
    struct listener *listener;
    struct journal *journal;
    const struct options *options;
    struct slots slots;
    struct conn_list active; /* with something to do now */
    struct waits waits;
    struct round round;
    struct cursor told; /* the log's place in the ring */
    struct countdown countdown;
    int64_t now, accept_at; /* accept_at: when to accept again; 0 while it goes on */
    bool log_left, finishing, done;
    int welcomed; /* in this turn */
    int epoll, signals;
    char scratch[CONN_READ];
};

static int64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* -- events -- */

static bool watch(struct loop *l, int fd, uint32_t events, uint64_t id)
{
    struct epoll_event event = {.events = events, .data.u64 = id};
    return epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void activate(struct loop *l, struct conn *c)
{
    if (c->is_active) return;
    c->is_active = true;
    TAILQ_INSERT_TAIL(&l->active, c, active);
}

static void on_peer(struct loop *l, struct conn *c, uint32_t events)
{
    if (events & EPOLLOUT) c->blocked = false;
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) c->readable = true;
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) c->hung_up = true;
    activate(l, c);
}

static void welcome(struct loop *l, int fd, const char *from)
{
    struct conn *c = slots_add(&l->slots, fd, l->room);
    if (!c) {
        log_event("no memory for a connection from %s", from);
        return;
    }
    log_event("#%u connected from %s", c->number, from);
    l->welcomed++;
    uint32_t events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    if (!watch(l, fd, events, slots_id(c))) conn_kill(c, strerror(errno));
    activate(l, c);
}

static void pause_accepting(struct loop *l)
{
    log_event("no new connections for a moment: %s", strerror(errno));
    for (size_t i = 0; i < l->listener->count; i++)
        epoll_ctl(l->epoll, EPOLL_CTL_DEL, l->listener->fds[i], NULL);
    l->accept_at = l->now + PAUSE;
}

static void accept_some(struct loop *l, size_t which)
{
    char from[LISTENER_NAME];
    bool again = true;
    for (int i = 0; i < ACCEPTS && again; i++) {
        int fd = listener_accept(l->listener, which, from, &again);
        if (fd >= 0) welcome(l, fd, from);
    }
    if (!again && errno != EAGAIN) pause_accepting(l);
}

static bool watch_listener(struct loop *l)
{
    bool ok = true;
    for (size_t i = 0; i < l->listener->count; i++)
        ok = watch(l, l->listener->fds[i], EPOLLIN, slots_special(i + 1)) && ok;
    l->accept_at = ok ? 0 : l->now + PAUSE;
    return ok;
}

/* -- signals and the end -- */

static void say_goodbye_to_all(struct loop *l)
{
    l->finishing = true;
    room_close(l->room);
    for (uint32_t i = 0; i < l->slots.size; i++) {
        struct conn *c = l->slots.conns[i];
        if (!c || c->state != CONN_OPEN) continue;
        conn_end(c, "the server closed");
        activate(l, c);
    }
}

/* Members hear it from the ring, the others each by itself. */
static void tell_seconds(struct loop *l, int seconds)
{
    char text[64];
    snprintf(text, sizeof text, "Server Shutting down in %d seconds", seconds);
    room_announce(l->room, PROTO_SHUTDOWN, text);
    for (uint32_t i = 0; i < l->slots.size; i++) {
        struct conn *c = l->slots.conns[i];
        if (!c || c->state != CONN_OPEN || session_is_member(&c->session)) continue;
        if (!session_tell(&c->session, PROTO_SHUTDOWN, text)) conn_kill(c, "no memory");
        activate(l, c);
    }
}

static void on_stop_signal(struct loop *l)
{
    int delay = l->options->shutdown_delay;
    bool at_once = l->countdown.running || l->slots.used == 0;
    if (l->finishing) {
        l->done = true;
        return;
    }
    listener_close(l->listener);
    if (at_once) {
        say_goodbye_to_all(l);
        return;
    }
    if (delay == 0) tell_seconds(l, 0);
    countdown_start(&l->countdown, delay, l->now);
    log_event("closing in %d seconds", delay);
}

static void log_statistics(const struct loop *l)
{
    const struct ring *ring = &l->room->ring;
    log_event(
        "statistics: %zu members, %u connections, %ju messages and notices of %ju bytes in all",
        l->room->count, l->slots.used, (uintmax_t)ring->head.seq, (uintmax_t)ring->head.pos);
    if (l->journal->path)
        log_event("statistics: %ju lines are missing from the journal",
                  (uintmax_t)(l->journal->lost + l->journal->missing));
}

static void on_hangup(struct loop *l)
{
    if (l->journal->path)
        journal_reopen(l->journal);
    else
        log_event("there are no files to open again");
}

static void on_signal(struct loop *l)
{
    struct signalfd_siginfo info;
    while (read(l->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) on_stop_signal(l);
        if (info.ssi_signo == SIGUSR1) log_statistics(l);
        if (info.ssi_signo == SIGHUP) on_hangup(l);
    }
}

static void count_down(struct loop *l)
{
    int left;
    if (!countdown_due(&l->countdown, l->now, &left)) return;
    if (left > 0)
        tell_seconds(l, left);
    else
        say_goodbye_to_all(l);
}

/* -- one turn -- */

static int64_t earliest(int64_t a, int64_t b)
{
    return b > 0 && b < a ? b : a;
}

/* Milliseconds until something is due; -1 when nothing is. */
static int patience(const struct loop *l)
{
    if (!TAILQ_EMPTY(&l->active) || round_is_due(&l->round, l->room)) return 0;
    int64_t due = INT64_MAX;
    due = earliest(due, waits_next(&l->waits));
    if (l->countdown.running) due = earliest(due, l->countdown.next);
    if (l->finishing) due = earliest(due, l->now + LAST_LOOK);
    if (l->log_left) due = earliest(due, l->now + LOG_RETRY);
    due = earliest(due, l->accept_at);
    if (due == INT64_MAX) return -1;
    return due > l->now ? (int)(due - l->now) : 0;
}

static void dispatch(struct loop *l, const struct epoll_event *event)
{
    size_t special;
    struct conn *c = slots_find(&l->slots, event->data.u64, &special);
    if (c)
        on_peer(l, c, event->events);
    else if (special == SLOTS_SIGNALS)
        on_signal(l);
    else if (special > 0 && special <= l->listener->count)
        accept_some(l, special - 1);
}

static bool take_events(struct loop *l)
{
    struct epoll_event events[EVENTS];
    l->welcomed = 0;
    int n = epoll_wait(l->epoll, events, EVENTS, patience(l));
    l->now = clock_ms();
    for (int i = 0; i < n; i++) dispatch(l, &events[i]);
    return n >= 0 || errno == EINTR;
}

/* Nobody is read while those who wait for their turn to be served are far behind. */
static bool may_read(const struct loop *l)
{
    const struct ring *ring = &l->room->ring;
    return ring->head.pos - l->round.head <= ring->size / 2;
}

/* Every packet that comes whole is worth another wait for the next; bytes alone are not. What it
 * sends is nothing to what it takes. */
static void keep_waiting(struct loop *l, struct conn *c)
{
    enum wait what = conn_wait(c);
    bool takes = what == WAIT_TAKE || what == WAIT_PROBE;
    if (what == WAIT_TAKE && c->wait != WAIT_TAKE) c->sent_at = c->took_at = l->now;
    if (what != c->wait || (c->progressed && !takes)) waits_set(&l->waits, c, what, l->now);
    c->progressed = false;
}

/* Who has a nickname that somebody else wants may be nobody any more. */
static void probe_rival(struct loop *l, struct conn *c)
{
    struct conn *rival = c->rival;
    c->rival = NULL;
    if (!rival || rival->state != CONN_OPEN) return;
    conn_probe(rival, c);
    keep_waiting(l, rival);
}

/* Whoever was read goes behind the others, so that all come to be read. */
static void read_active(struct loop *l)
{
    struct conn *last = TAILQ_LAST(&l->active, conn_list), *c = NULL,
                *next = TAILQ_FIRST(&l->active);
    size_t taken = 0;
    while (c != last && taken < TURN_READ && may_read(l)) {
        c = next;
        next = TAILQ_NEXT(c, active);
        if (!conn_wants_read(c)) continue;
        taken += conn_read(c, l->scratch);
        probe_rival(l, c);
        TAILQ_REMOVE(&l->active, c, active);
        TAILQ_INSERT_TAIL(&l->active, c, active);
    }
}

/* One that we do not read, as it does not take what it is owed, is not to blame. */
static void end_waits(struct loop *l, enum wait what, const char *words)
{
    struct conn *c;
    while ((c = waits_due(&l->waits, what, l->now))) {
        if (!c->readable) {
            conn_cut(c, words);
            activate(l, c);
        }
        waits_set(&l->waits, c, conn_wait(c), l->now);
    }
}

/* Who is found gone is buried in this turn. */
static void look_at_some(struct loop *l)
{
    struct conn *c;
    for (int i = 0; i < LOOKS && (c = waits_due(&l->waits, WAIT_TAKE, l->now)); i++) {
        conn_look(c, l->now, (int64_t)l->options->stall_timeout * 1000);
        waits_set(&l->waits, c, conn_wait(c), l->now);
        if (c->state == CONN_DEAD) activate(l, c);
    }
    for (int i = 0; i < LOOKS && (c = waits_due(&l->waits, WAIT_PROBE, l->now)); i++) {
        conn_probed(c);
        keep_waiting(l, c);
        if (c->state == CONN_DEAD) activate(l, c);
    }
}

/* Whatever anybody reads is in the journal before, even the news of one whom serving has lost. */
static void flush(struct loop *l, struct conn *c)
{
    journal_write(l->journal, &l->room->ring);
    conn_flush(c);
}

/* Those who were heard from are served first; who is left with more to read stays active. */
static void serve_active(struct loop *l)
{
    struct conn *c, *next;
    for (c = TAILQ_FIRST(&l->active); c; c = next) {
        next = TAILQ_NEXT(c, active);
        flush(l, c);
        if (c->state != CONN_OPEN) conn_serve_end(c);
        keep_waiting(l, c);
        if (conn_wants_read(c)) continue;
        TAILQ_REMOVE(&l->active, c, active);
        c->is_active = false;
    }
}

/* True when it sent something. */
static bool serve(struct loop *l, const struct member *m)
{
    struct conn *c = m->carrier;
    if (c->blocked || !conn_is_behind(c)) return false;
    flush(l, c);
    keep_waiting(l, c);
    if (c->state == CONN_DEAD) activate(l, c);
    return true;
}

/* Who spoke lately, then some of the rest; the others have their turn after the next poll. */
static void serve_room(struct loop *l, int slice)
{
    for (size_t i = l->room->talkers; i > 0; i--)
        if (i <= l->room->count) serve(l, l->room->seats[i - 1]);
    struct member *next;
    for (int served = 0; served < slice && (next = round_next(&l->round, l->room));)
        served += serve(l, next);
}

/* At the end of the room nobody waits for peers who have it all and do not close. */
static bool is_over(const struct loop *l, const struct conn *c)
{
    if (c->state == CONN_DEAD || l->now >= c->deadline) return true;
    return l->finishing && conn_is_delivered(c);
}

static void bury(struct loop *l)
{
    struct conn *c, *next;
    for (c = TAILQ_FIRST(&l->waits.lists[WAIT_END]); c; c = next) {
        next = TAILQ_NEXT(c, waiting);
        if (!is_over(l, c)) continue;
        log_event("#%u is gone: %s", c->number, c->why);
        if (c->is_active) TAILQ_REMOVE(&l->active, c, active);
        waits_set(&l->waits, c, WAIT_NOTHING, l->now);
        slots_remove(&l->slots, c);
    }
    if ((l->finishing || l->countdown.running) && l->slots.used == 0) l->done = true;
}

static bool turn(struct loop *l)
{
    if (!take_events(l)) return false;
    if (l->accept_at > 0 && l->now >= l->accept_at) watch_listener(l);
    count_down(l);
    end_waits(l, WAIT_NICK, "You chose no nickname in time. Connect again when you have one.");
    end_waits(l, WAIT_FRAME, "Your packet did not come whole in time.");
    look_at_some(l);
    read_active(l);
    bool storm = room_end_turn(l->room) || l->welcomed >= STORM;
    journal_write(l->journal, &l->room->ring);
    serve_active(l);
    serve_room(l, storm ? STORM_SLICE : SLICE);
    roomlog_read(&l->room->ring, &l->told, l->options->quiet);
    bury(l);
    l->log_left = !log_flush();
    return true;
}

/* -- start and end -- */

static bool start(struct loop *l)
{
    TAILQ_INIT(&l->active);
    waits_init(&l->waits, l->options->nick_timeout, l->options->stall_timeout);
    l->now = clock_ms();
    l->told = l->room->ring.head;
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    return l->epoll >= 0 && watch(l, l->signals, EPOLLIN, slots_special(SLOTS_SIGNALS)) &&
           watch_listener(l);
}

static void stop(struct loop *l)
{
    int why = errno;
    slots_free(&l->slots);
    if (l->epoll >= 0) close(l->epoll);
    journal_write(l->journal, &l->room->ring);
    roomlog_read(&l->room->ring, &l->told, l->options->quiet);
    log_flush();
    errno = why;
}

bool loop_run(struct room *room, struct listener *listener, struct journal *journal, int signals,
              const struct options *options)
{
    static struct loop l;
    l = (struct loop){.room = room,
                      .listener = listener,
                      .journal = journal,
                      .options = options,
                      .signals = signals};
    bool ok = start(&l);
    while (ok && !l.done) ok = turn(&l);
    stop(&l);
    return ok;
}
