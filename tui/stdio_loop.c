#include "tui/stdio_loop.h"

#include "tui/base/clock.h"
#include "tui/base/error.h"
#include "tui/base/messages.h"
#include "tui/stdio/line_bursts.h"
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
    READ_SIZE = 4096,
    UNACKED_MAX = 64, /* packets that the server has not answered */
    OUTBOX_MAX = 15,  /* lines in the outbox: so many of the longest fit */
    OUT_MAX = SESSION_OUT_MAX - FRAME_MAX,
    ECHO_TIMEOUT_MS = 5000, /* without an answer to any of them */
};

struct input {
    int fd;        /* -1: the input has ended */
    bool terminal; /* a person types */
    struct line_reader lines;
    struct line_bursts bursts;
    bool drained; /* all lines are handled */
    bool held;    /* the next line has to wait */
    bool skipped; /* a line could not be sent */
};

struct loop {
    struct frontend *frontend;
    struct session *session;
    struct session_io *io;
    int signals, out;     /* out: -1 if the reader of the output is gone */
    bool out_is_terminal; /* at the start: isatty(3) denies it after a hangup */
    struct input in;
    int64_t now;
    size_t unanswered;        /* lines without an answer, at the last turn */
    int64_t unanswered_since; /* milliseconds: when that number changed last */
    bool quit_by_signal;
};

static void tick(struct loop *l)
{
    l->now = clock_now();
    l->frontend->unix_ms = clock_unix();
    session_tick(l->session, clock_local(), l->now);
}

static bool is_over(const struct loop *l)
{
    return l->session->state == SESSION_FAILED || l->session->state == SESSION_FINISHED;
}

static bool is_writing(const struct loop *l)
{
    return l->out >= 0 && l->frontend->out.from < l->frontend->out.to;
}

/* Receives only when all output is written; until then, the server keeps the packets. */
static bool is_receiving(const struct loop *l)
{
    return l->session->state == SESSION_CONNECTING || !is_writing(l);
}

/* Whether no request of a nickname is under way. */
static bool is_settled(const struct session *s)
{
    return session_needs_nick(s) || (s->state == SESSION_JOINED && !s->nick.pending);
}

static bool is_answered(const struct session *s)
{
    return is_settled(s) && s->backlog_until < 0 && s->unacked == 0 &&
           outbox_waiting(&s->outbox) == 0;
}

static bool wants_line(const struct loop *l)
{
    const struct session *s = l->session;
    bool room = s->unacked < UNACKED_MAX && s->out.to - s->out.from <= OUT_MAX &&
                outbox_waiting(&s->outbox) < OUTBOX_MAX;
    bool ready = is_settled(s) || s->state == SESSION_DISCONNECTED || s->state == SESSION_UNTRUSTED;
    return ready && room && !l->frontend->ending && !l->in.drained;
}

/* Reads a person's lines ahead, to notice Ctrl+D before we are in the room, and to recognise pasted
 * lines by the time between them. */
static bool wants_input(const struct loop *l)
{
    const struct input *in = &l->in;
    if (in->terminal)
        return !session_is_over(l->session) && line_bursts_has_room(&in->bursts, in->lines.number);
    return wants_line(l) && !in->held;
}

/* -- input -- */

static void read_input(struct loop *l, short events)
{
    char bytes[READ_SIZE];
    if (events == 0) return;
    ssize_t n = read(l->in.fd, bytes, sizeof bytes);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0)
        l->in.fd = -1;
    else if (!line_reader_add(&l->in.lines, bytes, (size_t)n))
        l->frontend->failed = true;
    else if (l->in.terminal)
        line_bursts_add(&l->in.bursts, (struct span){bytes, (size_t)n}, l->now,
                        is_answered(l->session));
}

static void skip_line(struct loop *l, const char *why)
{
    error_print("line %zu: %s", l->in.lines.number, why);
    l->in.skipped = true;
}

/* Handles the next line. Returns false if there is none, or if it has to wait. */
static bool take_line(struct loop *l)
{
    struct frontend *f = l->frontend;
    struct span line;
    enum line_reader_status status = line_reader_next(&l->in.lines, l->in.fd < 0, &line);
    if (status == LINE_READER_NONE) {
        l->in.drained = l->in.fd < 0;
        return false;
    }
    if (status == LINE_READER_TOO_LONG) {
        skip_line(l, MESSAGE_LINE_TOO_LONG);
        return true;
    }
    size_t number = l->in.lines.number;
    f->pasted = l->in.terminal && line_bursts_is_pasted(&l->in.bursts, number);
    f->unsettled = l->in.terminal && l->now < line_bursts_settled_at(&l->in.bursts, number);
    l->in.held = !f->kind->take_line(f, line);
    if (l->in.held) {
        line_reader_unread(&l->in.lines);
        return false;
    }
    if (f->error != NULL) skip_line(l, f->error);
    return true;
}

/* Does not wait for answers if a person ends the input and all lines are confirmed. */
static bool may_end(const struct loop *l)
{
    const struct session *s = l->session;
    bool silent =
        line_reader_is_empty(&l->in.lines) && outbox_waiting(&s->outbox) == 0 && s->unacked == 0;
    if (l->in.terminal && l->in.fd < 0 && silent) return true;
    return (l->in.drained || l->frontend->ending) &&
           (is_answered(s) || s->state == SESSION_DISCONNECTED);
}

static void take_lines(struct loop *l)
{
    while (wants_line(l) && take_line(l)) continue;
    if (may_end(l)) l->frontend->kind->end(l->frontend);
}

/* Stops waiting for an echo after 5 s, because a client that is far behind misses messages. */
static void expire_unanswered(struct loop *l)
{
    struct session *s = l->session;
    size_t sent = outbox_count(&s->outbox, OUTBOX_SENT), unanswered = sent + s->unacked;
    if (unanswered != l->unanswered || !is_receiving(l)) l->unanswered_since = l->now;
    l->unanswered = unanswered;
    if (unanswered == 0 || l->now < l->unanswered_since + ECHO_TIMEOUT_MS) return;
    bool no_who = l->frontend->asked_who && unanswered == 1;
    if (no_who)
        error_print(MESSAGE_NO_WHO);
    else
        error_print(MESSAGE_NO_ECHO, s->unacked > sent ? s->unacked : sent);
    l->frontend->asked_who = false;
    l->in.skipped = true;
    session_drop_unacked(s);
}

/* -- output -- */

static void print_warning(struct frontend *f)
{
    if (f->warning == NULL) return;
    error_print("%s", f->warning);
    free(f->warning);
    f->warning = NULL;
}

/* Reports no error if the reader has closed the pipe, or if the terminal is gone: that sends a
 * signal. */
static void lose_output(struct loop *l, int error)
{
    bool quiet = l->quit_by_signal || l->out_is_terminal;
    l->out = -1;
    session_quit(l->session);
    if (quiet || l->session->exit.status != 0) return;
    l->session->exit.status = EX_IOERR;
    if (error != EPIPE) error_print("cannot write: %s", strerror(error));
}

/* Writes at most PIPE_BUF bytes, which do not block after POLLOUT. */
static void write_output(struct loop *l, short events)
{
    struct byte_queue *out = &l->frontend->out;
    size_t n = out->to - out->from;
    if (l->out < 0 || events == 0) return;
    ssize_t written = n > 0 ? write(l->out, out->p + out->from, n < PIPE_BUF ? n : PIPE_BUF) : -1;
    if (n == 0) errno = EPIPE;
    if (written > 0) out->from += (size_t)written;
    if (written < 0 && errno != EAGAIN && errno != EINTR) lose_output(l, errno);
}

/* -- one turn -- */

static void take_signals(struct loop *l, short events)
{
    struct signalfd_siginfo info;
    while (events != 0 && read(l->signals, &info, sizeof info) == sizeof info) {
        l->quit_by_signal = true;
        if (!is_over(l)) session_quit(l->session);
    }
}

static int poll_timeout(const struct loop *l)
{
    int64_t due = session_io_deadline(l->io);
    int64_t settled_at = line_bursts_settled_at(&l->in.bursts, l->in.lines.number + 1);
    if (l->in.held && settled_at > l->now) due = clock_sooner(due, settled_at);
    if (l->unanswered > 0) due = clock_sooner(due, l->unanswered_since + ECHO_TIMEOUT_MS);
    return is_over(l) ? -1 : clock_poll_timeout(due, l->now);
}

static struct pollfd connection_wish(const struct loop *l)
{
    struct pollfd wish = connection_pollfd(&l->io->connection);
    if (!is_receiving(l)) wish.events &= (short)~POLLIN;
    if (wish.events == 0 || is_over(l)) wish.fd = -1;
    return wish;
}

static bool turn(struct loop *l)
{
    struct frontend *f = l->frontend;
    bool receiving = is_receiving(l);
    struct pollfd fds[] = {{.fd = wants_input(l) ? l->in.fd : -1, .events = POLLIN},
                           {.fd = l->out, .events = is_writing(l) ? POLLOUT : 0},
                           {.fd = l->signals, .events = POLLIN},
                           connection_wish(l)};
    if (poll(fds, sizeof fds / sizeof *fds, poll_timeout(l)) < 0 && errno != EINTR) return false;
    tick(l);
    take_signals(l, fds[2].revents);
    write_output(l, fds[1].revents);
    if (is_over(l)) return true;
    session_io_process(l->io, receiving ? fds[3].revents : 0, l->now);
    print_warning(f);
    read_input(l, fds[0].revents);
    take_lines(l);
    session_io_flush(l->io);
    expire_unanswered(l);
    if (f->kind->update != NULL) f->kind->update(f);
    return true;
}

static bool goes_on(const struct loop *l)
{
    if (l->frontend->failed) return false;
    return !is_over(l) || (is_writing(l) && !l->quit_by_signal);
}

bool stdio_loop_run(struct frontend *f, struct session_io *io, int signals)
{
    struct loop l = {.frontend = f,
                     .session = io->session,
                     .io = io,
                     .signals = signals,
                     .out = STDOUT_FILENO,
                     .out_is_terminal = isatty(STDOUT_FILENO),
                     .in = {.fd = STDIN_FILENO, .terminal = isatty(STDIN_FILENO)}};
    tick(&l);
    session_io_process(io, 0, l.now);
    bool ok = true;
    while (ok && goes_on(&l)) ok = turn(&l);
    line_reader_free(&l.in.lines);
    if (f->failed) session_fail(l.session, EXIT_FAILURE, MESSAGE_NO_MEMORY);
    if (l.in.skipped && l.session->exit.status == 0) l.session->exit.status = EXIT_FAILURE;
    return ok;
}
