#include "tui/stdio_loop.h"

#include "tui/base/clock.h"
#include "tui/base/error.h"
#include "tui/core/speech.h"
#include "tui/core/talk.h"
#include "tui/session_io.h"
#include "tui/stdio/line_reader.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    READ = 4096,
    WINDOW = 64,  /* lines on their way to the room and back */
    BACKLOG = 15, /* lines in the outbox, which holds as many of the longest */
    QUEUED_MAX = CONNECTION_QUEUE_SIZE - FRAME_MAX,
    ECHO_PATIENCE = 5000, /* ms without any of them coming back */
};

struct stream {
    struct face *face;
    struct app *app;
    struct connection *connection;
    int signals, in, out; /* in, out: -1 once it is over */
    bool person;          /* the input is a terminal */
    struct line_reader typed;
    size_t awaited;     /* as it was in the last turn */
    int64_t now, moved; /* moved: when it last changed */
    bool drained;       /* all of the input was taken */
    bool hurried;       /* a signal asked to leave */
    bool held;          /* the next line cannot be taken yet */
    bool left_out;      /* a line had no effect */
};

static void tell_time(struct stream *s)
{
    s->now = clock_now();
    s->face->unix_ms = clock_unix();
    app_tick(s->app, clock_local(), s->now);
    talk_tick(s->app);
}

static bool is_over(const struct stream *s)
{
    return s->app->stage == APP_LOST || s->app->stage == APP_DONE;
}

static bool is_writing(const struct stream *s)
{
    return s->out >= 0 && s->face->out.from < s->face->out.to;
}

/* What cannot be written yet is not received either: it waits at the server. */
static bool is_listening(const struct stream *s)
{
    return s->app->stage == APP_CONNECTING || !is_writing(s);
}

/* Nothing is under way. */
static bool is_settled(const struct app *a)
{
    bool chooses = a->stage == APP_CHOOSING && a->away.asks == AWAY_NEVER;
    return (chooses || a->stage == APP_HERE) && !a->asking;
}

static bool has_all_back(const struct app *a)
{
    return is_settled(a) && a->mends < 0 && a->awaited == 0 && speech_pending(a) == 0;
}

static bool wants_line(const struct stream *s)
{
    const struct app *a = s->app;
    size_t queued = s->connection->to - s->connection->from;
    bool room = a->awaited < WINDOW && queued <= QUEUED_MAX && speech_pending(a) < BACKLOG;
    return (is_settled(a) || a->stage == APP_AWAY) && room && !s->face->ending && !s->drained;
}

/* Ctrl+D is to be heard while nobody lets us in: a person's first line is read ahead. */
static bool wants_input(const struct stream *s)
{
    bool ahead = s->person && s->app->stage < APP_LEAVING && line_reader_is_empty(&s->typed);
    return wants_line(s) ? !s->held : ahead;
}

/* -- input -- */

static void read_input(struct stream *s, short events)
{
    char bytes[READ];
    if (events == 0) return;
    ssize_t n = read(s->in, bytes, sizeof bytes);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0)
        s->in = -1;
    else if (!line_reader_add(&s->typed, bytes, (size_t)n))
        s->face->failed = true;
}

static void leave_out(struct stream *s, const char *why)
{
    error_print("line %zu: %s", s->typed.number, why);
    s->left_out = true;
}

/* False when nothing more can be taken now. */
static bool take_line(struct stream *s)
{
    struct span line;
    enum line_reader_status status = line_reader_next(&s->typed, s->in < 0, &line);
    if (status == LINE_READER_NONE) {
        s->drained = s->in < 0;
        return false;
    }
    if (status == LINE_READER_TOO_LONG) {
        leave_out(s, "too long for a packet");
        return true;
    }
    s->held = !s->face->kind->take(s->face, line);
    if (s->held) {
        line_reader_unread(&s->typed);
        return false;
    }
    if (s->face->wrong != NULL) leave_out(s, s->face->wrong);
    return true;
}

/* A person who has said nothing has nothing to wait for. */
static bool may_end(const struct stream *s)
{
    const struct app *a = s->app;
    bool silent = line_reader_is_empty(&s->typed) && speech_pending(a) == 0 && a->awaited == 0;
    if (s->person && s->in < 0 && silent) return true;
    return (s->drained || s->face->ending) && (has_all_back(a) || a->stage == APP_AWAY);
}

static void take_lines(struct stream *s)
{
    while (wants_line(s) && take_line(s)) continue;
    if (may_end(s)) s->face->kind->end(s->face);
}

/* A line of ours may be lost, as one of anybody who is far behind; it is not waited for for ever.
 */
static void expire_awaited(struct stream *s)
{
    size_t sent = speech_sent(s->app), asked = s->app->awaited, awaited = sent + asked;
    if (awaited != s->awaited || !is_listening(s)) s->moved = s->now;
    s->awaited = awaited;
    if (awaited == 0 || s->now < s->moved + ECHO_PATIENCE) return;
    error_print("%zu of what was sent did not come back from the room",
                asked > sent ? asked : sent);
    s->left_out = true;
    s->app->awaited = 0;
    speech_lost(s->app);
}

/* -- output -- */

/* A reader that has had enough is no news; a closed window has sent its signal or will. */
static void lose_output(struct stream *s, int error)
{
    bool quiet = s->hurried || isatty(s->out);
    s->out = -1;
    talk_leave(s->app);
    if (quiet || s->app->status != 0) return;
    s->app->status = EX_IOERR;
    if (error != EPIPE) error_print("cannot write: %s", strerror(error));
}

/* What poll calls writable takes PIPE_BUF bytes without blocking. */
static void write_output(struct stream *s, short events)
{
    struct byte_queue *out = &s->face->out;
    size_t n = out->to - out->from;
    if (s->out < 0 || events == 0) return;
    ssize_t written = n > 0 ? write(s->out, out->p + out->from, n < PIPE_BUF ? n : PIPE_BUF) : -1;
    if (n == 0) errno = EPIPE;
    if (written > 0) out->from += (size_t)written;
    if (written < 0 && errno != EAGAIN && errno != EINTR) lose_output(s, errno);
}

/* -- the turn -- */

static void take_signals(struct stream *s)
{
    struct signalfd_siginfo info;
    while (read(s->signals, &info, sizeof info) == sizeof info) {
        s->hurried = true;
        if (!is_over(s)) talk_leave(s->app);
    }
}

static int patience(const struct stream *s)
{
    int64_t due = app_due(s->app);
    due = app_sooner(due, connection_deadline(s->connection));
    if (s->awaited > 0) due = app_sooner(due, s->moved + ECHO_PATIENCE);
    if (due < 0 || is_over(s)) return -1;
    return due > s->now ? (int)(due - s->now) : 0;
}

static struct pollfd link_wish(const struct stream *s)
{
    struct pollfd wish = connection_pollfd(s->connection);
    if (!is_listening(s)) wish.events &= (short)~POLLIN;
    if (wish.events == 0 || is_over(s)) wish.fd = -1;
    return wish;
}

static bool turn(struct stream *s)
{
    bool listening = is_listening(s);
    struct pollfd fds[] = {{.fd = wants_input(s) ? s->in : -1, .events = POLLIN},
                           {.fd = s->out, .events = is_writing(s) ? POLLOUT : 0},
                           {.fd = s->signals, .events = POLLIN},
                           link_wish(s)};
    if (poll(fds, sizeof fds / sizeof *fds, patience(s)) < 0 && errno != EINTR) return false;
    tell_time(s);
    take_signals(s);
    write_output(s, fds[1].revents);
    if (is_over(s)) return true;
    carrier_turn(s->app, s->connection, listening ? fds[3].revents : 0, s->now);
    read_input(s, fds[0].revents);
    take_lines(s);
    expire_awaited(s);
    if (s->face->kind->turn != NULL) s->face->kind->turn(s->face);
    return true;
}

static bool goes_on(const struct stream *s)
{
    if (s->face->failed) return false;
    return !is_over(s) || (is_writing(s) && !s->hurried);
}

bool stream_live(struct face *f, struct connection *l, int signals)
{
    struct stream s = {.face = f, .app = f->app, .connection = l, .signals = signals};
    s.in = STDIN_FILENO;
    s.person = isatty(STDIN_FILENO);
    s.out = STDOUT_FILENO;
    tell_time(&s);
    carrier_turn(f->app, l, 0, s.now);
    bool ok = true;
    while (ok && goes_on(&s)) ok = turn(&s);
    line_reader_free(&s.typed);
    if (f->failed) app_lose(f->app, EXIT_FAILURE, "Out of memory.");
    if (s.left_out && f->app->status == 0) f->app->status = EXIT_FAILURE;
    return ok;
}
