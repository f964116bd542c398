#include "tui/session_io.h"

#include "common/command_line.h"
#include "tui/base/clock.h"
#include "tui/base/error.h"
#include "tui/base/messages.h"
#include "tui/core/room_feed.h"
#include "tui/core/session_receive.h"
#include "tui/core/session_output.h"
#include "tui/core/session_waiting.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

void session_io_open(struct session_io *io, const char *host, const char *port, const char *log)
{
    const char *error = connection_init(&io->connection, host, port);
    if (error != NULL) error_exit(EXIT_USAGE, "%s: %s", host, error);
    io->connection.out = &io->session->out;
    error = log != NULL ? chat_log_open(&io->log, log) : NULL;
    if (error != NULL) error_exit(EX_IOERR, "%s: %s", log, error);
}

void session_io_close(struct session_io *io)
{
    chat_log_close(&io->log);
    ignore_file_close(&io->ignore_file);
    connection_free(&io->connection);
}

/* -- events -- */

/* Logs a line. Reports the first failed write, and the first that succeeds again. */
static void log_line(struct session_io *io, const struct event *e)
{
    const char *nick = e->kind == EVENT_MESSAGE ? e->nick : NULL;
    size_t failures = io->log_failures;
    if (io->log.fd < 0 || e->recalled) return;
    if (e->kind == EVENT_NOTICE) nick = PACKET_SERVER;
    bool written = chat_log_append(&io->log, nick, e->text, PROTO_BROADCAST);
    io->log_failures = written ? 0 : failures + 1;
    if (!written && failures == 0) session_status(io->session, MESSAGE_LOG_FAILS, strerror(errno));
    if (written && failures > 0) session_status(io->session, MESSAGE_LOG_WORKS, failures);
}

static const char *change_log(struct session_io *io, const char *path)
{
    const char *error = path != NULL ? chat_log_open(&io->log, path) : NULL;
    if (error != NULL) return error;
    if (path == NULL) chat_log_close(&io->log);
    io->session->log_path = path != NULL ? io->log.path : NULL;
    io->log_failures = 0;
    return NULL;
}

const char *session_io_on_event(void *session_io, const struct event *e)
{
    struct session_io *io = session_io;
    switch (e->kind) {
    case EVENT_MESSAGE:
    case EVENT_NOTICE:
    case EVENT_GAP:
        event_emit(&io->frontend, e);
        log_line(io, e);
        return NULL;
    case EVENT_IGNORE_CHANGED: return ignore_file_append(&io->ignore_file, e->nick, e->ignored);
    case EVENT_LOG_REQUEST: return change_log(io, e->text);
    case EVENT_STATUS:
    case EVENT_STATUS_MESSAGE:
    case EVENT_OWN_QUEUED:
    case EVENT_OWN_CHANGED:
    case EVENT_OWN_REMOVED:
    case EVENT_STATE_CHANGED:
    case EVENT_NICK_REFUSED:
    case EVENT_PACKET: break;
    }
    return event_emit(&io->frontend, e);
}

static void recall_line(void *session, const struct record *r)
{
    time_t at = (time_t)(r->unix_ms / 1000);
    struct tm local;
    if (localtime_r(&at, &local) != NULL) session_recall(session, at + local.tm_gmtoff, &r->said);
}

void session_io_recall(struct session_io *io, size_t lines)
{
    if (io->log.fd < 0 || lines == 0) return;
    chat_log_tail(&io->log, lines, recall_line, io->session);
    session_recall_end(io->session, io->log.path);
}

/* -- the connection -- */

void session_io_process(struct session_io *io, short events, int64_t now)
{
    struct session *s = io->session;
    struct connection *c = &io->connection;
    bool connecting = s->state == SESSION_CONNECTING;
    session_waiting_update(s);
    if (connecting && c->state != CONNECTION_CONNECTING) connection_start(c, now);
    if (s->state == SESSION_CLOSING && !c->finishing) connection_finish(c);
    struct span received = connection_process(c, events, now);
    session_set_resolved(s, connection_is_resolved(c));
    if (connecting && c->state == CONNECTION_UP) session_connected(s);
    session_receive(s, received);
    if (c->state == CONNECTION_DOWN) session_disconnected(s, c->error);
}

void session_io_flush(struct session_io *io)
{
    struct connection *c = &io->connection;
    if (io->session->state == SESSION_CLOSING && !c->finishing)
        connection_finish(c);
    else
        connection_flush(c);
}

int64_t session_io_deadline(const struct session_io *io)
{
    int64_t due = clock_sooner(session_deadline(io->session), connection_deadline(&io->connection));
    return clock_sooner(due, session_waiting_deadline(io->session));
}
