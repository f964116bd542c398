#include "server/loop.h"

#include "server/clock.h"
#include "server/conn.h"
#include "server/countdown.h"
#include "server/door.h"
#include "server/fairness.h"
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
    LOOKS = 64,             /* at peers that may be gone, in a turn */
    LOG_RETRY = 100,        /* milliseconds until a log reader that stalled is tried again */
    LAST_LOOK = 20, /* milliseconds between looks whether the last peers have their last words */
};

struct loop {
    struct room *room;
    struct listener *listener;
    struct journal *journal;
    const struct options *options;
    struct door door;
    struct slots slots;
    struct conn_list active; /* with something to do now */
    struct waits waits;
    struct round talk, round; /* of those who spoke lately; of all */
    struct cursor told;       /* the log's place in the ring */
    struct countdown countdown;
    struct fairness fairness;
    int64_t now;            /* milliseconds */
    int64_t began, longest; /* microseconds: this turn since, the longest turn so far */
    bool log_left, finishing, done;
    int epoll, signals;
    char scratch[CONN_READ];
};

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

static void welcome(struct loop *l, const struct arrivals *a)
{
    struct conn *c = slots_add(&l->slots, a->fd, l->room, &a->guest);
    if (!c) {
        admission_leave(&l->door.admission, &a->guest, l->now);
        log_event("no memory for a connection from %s", a->who.name);
        return;
    }
    log_event("#%u connected from %s", c->number, a->who.name);
    uint32_t events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    if (!watch(l, a->fd, events, slots_id(c))) conn_kill(c, strerror(errno));
    activate(l, c);
}

static void on_newcomers(struct loop *l, size_t which)
{
    struct arrivals arrivals = {.which = which, .now = l->now};
    while (door_next(&l->door, &arrivals)) welcome(l, &arrivals);
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
        "statistics: %zu members, %u connections, %ju messages and notices of %ju bytes in all, "
        "%ju turned away, longest turn %jd us",
        l->room->count, l->slots.used, (uintmax_t)ring->head.seq, (uintmax_t)ring->head.pos,
        (uintmax_t)l->door.turned_away, (intmax_t)l->longest);
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

static bool someone_is_due(const struct loop *l)
{
    return round_is_due(&l->talk, l->room, l->room->talkers) ||
           round_is_due(&l->round, l->room, l->room->count);
}

/* Milliseconds until something is due; -1 when nothing is. */
static int patience(const struct loop *l)
{
    if (!TAILQ_EMPTY(&l->active) || someone_is_due(l)) return 0;
    int64_t due = INT64_MAX;
    due = earliest(due, waits_next(&l->waits));
    if (l->countdown.running) due = earliest(due, l->countdown.next);
    if (l->finishing) due = earliest(due, l->now + LAST_LOOK);
    if (l->log_left) due = earliest(due, l->now + LOG_RETRY);
    due = earliest(due, l->door.open_at);
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
        on_newcomers(l, special - 1);
}

static bool take_events(struct loop *l)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(l->epoll, events, EVENTS, patience(l));
    l->began = clock_us();
    l->now = l->began / 1000;
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
    if (what == WAIT_TAKE && c->wait != WAIT_TAKE) c->took_at = (uint32_t)l->now;
    if (what != c->wait || (c->progressed && !takes)) waits_set(&l->waits, c, what, l->now);
    c->progressed = false;
}

/* Who has a nickname that somebody else wants may be nobody any more. */
static void probe(struct loop *l, struct conn *rival, const struct conn *c)
{
    if (!rival || rival->state != CONN_OPEN) return;
    conn_probe(rival, c);
    keep_waiting(l, rival);
}

/* While others talk, nobody fills their sockets at one go, and one who floods makes pauses. */
static size_t read_one(struct loop *l, struct conn *c)
{
    uint64_t who = slots_id(c);
    bool share = fairness_others_talk(&l->fairness, who, l->now);
    struct budget budget = {share ? FAIRNESS_READ : CONN_READ, l->now, l->began + TURN_US, NULL};
    size_t taken = conn_read(c, l->scratch, &budget);
    probe(l, budget.rival, c);
    if (taken > 0) fairness_note(&l->fairness, who, &c->volume, l->now);
    if (share && fairness_floods(&c->volume, l->now)) c->is_paced = true;
    return taken;
}

/* Returns how many were looked at: the first ones of those who are active. */
static int read_active(struct loop *l)
{
    struct conn *c = TAILQ_FIRST(&l->active);
    size_t taken = 0;
    int visited = 0;
    for (; c && visited < VISITS && taken < TURN_READ; c = TAILQ_NEXT(c, active), visited++) {
        if (clock_us() >= l->began + TURN_US) break;
        if (conn_wants_read(c) && may_read(l)) taken += read_one(l, c);
    }
    return visited;
}

/* One that we do not read, as it does not take what it is owed, is not to blame. */
static void end_waits(struct loop *l, enum wait what, const char *words)
{
    struct conn *c;
    while ((c = waits_due(&l->waits, what, l->now))) {
        if (!conn_has_unread(c)) {
            conn_cut(c, words);
            activate(l, c);
        }
        waits_set(&l->waits, c, conn_wait(c), l->now);
    }
}

/* Those who spoke too fast are heard again. */
static void end_pauses(struct loop *l)
{
    struct conn *c;
    while ((c = waits_due(&l->waits, WAIT_PACE, l->now))) {
        c->is_paced = false;
        waits_set(&l->waits, c, conn_wait(c), l->now);
        activate(l, c);
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

/* Those who were heard from are served first; who is left with more to read goes behind the others.
 */
static void serve_active(struct loop *l, int visited)
{
    while (visited-- > 0) {
        struct conn *c = TAILQ_FIRST(&l->active);
        flush(l, c);
        if (c->state != CONN_OPEN) conn_serve_end(c);
        keep_waiting(l, c);
        TAILQ_REMOVE(&l->active, c, active);
        c->is_active = false;
        if (conn_wants_read(c)) activate(l, c);
    }
}

/* True when it sent something. */
static bool serve(struct loop *l, struct member *m)
{
    struct conn *c = conn_of(m);
    if (c->blocked || !conn_is_behind(c)) return false;
    flush(l, c);
    keep_waiting(l, c);
    if (c->state == CONN_DEAD) activate(l, c);
    return true;
}

static void serve_some(struct loop *l, struct round *round, size_t seats, int slice)
{
    struct member *next;
    while (slice > 0 && (next = round_next(round, l->room, seats)))
        slice -= serve(l, next) ? SEND : 1;
}

/* Some of those who spoke lately, then some of all; the others have their turn after the next poll.
 */
static void serve_room(struct loop *l)
{
    serve_some(l, &l->talk, l->room->talkers, TALK_SLICE);
    serve_some(l, &l->round, l->room->count, SLICE);
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
    int burials = 0;
    for (c = TAILQ_FIRST(&l->waits.lists[WAIT_END]); c && burials < BURIALS; c = next) {
        next = TAILQ_NEXT(c, waiting);
        if (!is_over(l, c)) continue;
        burials++;
        log_event("#%u is gone: %s", c->number, c->why);
        if (c->is_active) TAILQ_REMOVE(&l->active, c, active);
        waits_set(&l->waits, c, WAIT_NOTHING, l->now);
        admission_leave(&l->door.admission, &c->guest, l->now);
        slots_remove(&l->slots, c);
    }
    if ((l->finishing || l->countdown.running) && l->slots.used == 0) l->done = true;
}

static bool turn(struct loop *l)
{
    if (!take_events(l)) return false;
    door_reopen(&l->door, l->now);
    count_down(l);
    end_waits(l, WAIT_NICK, "You chose no nickname in time. Connect again when you have one.");
    end_waits(l, WAIT_FRAME, "Your packet did not come whole in time.");
    end_pauses(l);
    look_at_some(l);
    int visited = read_active(l);
    room_end_turn(l->room);
    journal_write(l->journal, &l->room->ring);
    serve_active(l, visited);
    serve_room(l);
    roomlog_read(&l->room->ring, &l->told, l->options->quiet);
    bury(l);
    l->log_left = !log_flush();
    int64_t took = clock_us() - l->began;
    if (took > l->longest) l->longest = took;
    return true;
}

/* -- start and end -- */

static bool start(struct loop *l)
{
    TAILQ_INIT(&l->active);
    waits_init(&l->waits, l->options->nick_timeout, l->options->stall_timeout);
    l->now = clock_us() / 1000;
    l->told = l->room->ring.head;
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    door_init(&l->door, l->listener, l->options, l->epoll);
    return l->epoll >= 0 && watch(l, l->signals, EPOLLIN, slots_special(SLOTS_SIGNALS)) &&
           door_open(&l->door, l->now);
}

static void stop(struct loop *l)
{
    int why = errno;
    slots_free(&l->slots);
    door_free(&l->door);
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
