#include "tui/session_io.h"

#include "common/command_line.h"
#include "tui/base/clock.h"
#include "tui/base/error.h"
#include "tui/base/messages.h"
#include "tui/core/room_feed.h"
#include "tui/core/session_key.h"
#include "tui/core/session_output.h"
#include "tui/core/session_receive.h"
#include "tui/core/session_waiting.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
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
    encryption_close(&io->encryption);
    connection_free(&io->connection);
}

/* -- events -- */

void session_io_tell(const struct session_io *io, const char *format, ...)
{
    char text[PATH_MAX + 256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (io->tells_on_stderr)
        error_print("%s", text);
    else
        session_status(io->session, "%s", text);
}

void session_io_tell_file(const struct session_io *io, struct append_file *f, bool shared)
{
    switch (f->event) {
    case APPEND_FILE_UNCHANGED: break;
    case APPEND_FILE_REPLACED:
        if (!shared) session_io_tell(io, MESSAGE_FILE_REPLACED, f->path);
        break;
    case APPEND_FILE_RECREATED: session_io_tell(io, MESSAGE_FILE_REPLACED, f->path); break;
    case APPEND_FILE_STRANDED: session_io_tell(io, MESSAGE_FILE_STRANDED, f->path); break;
    case APPEND_FILE_CUT: session_io_tell(io, MESSAGE_FILE_CUT, f->path); break;
    }
    f->event = APPEND_FILE_UNCHANGED;
}

/* Logs a line. Reports the first failed write, and the first that succeeds again. */
static void log_line(struct session_io *io, const struct event *e)
{
    const char *nick = e->kind == EVENT_MESSAGE ? e->nick : NULL;
    size_t failures = io->log_failures;
    if (io->log.file.fd < 0 || e->recalled) return;
    if (e->kind == EVENT_NOTICE) nick = PACKET_SERVER;
    int64_t at = e->unix_ms != 0 ? e->unix_ms : clock_unix();
    bool written = chat_log_append(&io->log, at, nick, e->text, PROTO_BROADCAST);
    int error = errno;
    io->log_failures = written ? 0 : failures + 1;
    session_io_tell_file(io, &io->log.file, false);
    if (!written && failures == 0) session_io_tell(io, MESSAGE_LOG_FAILS, strerror(error));
    if (written && failures > 0) session_io_tell(io, MESSAGE_LOG_WORKS, failures);
}

/* Appends a change of the ignore list. If the file is new, also writes all ignored nicknames. */
static const char *store_ignored(struct session_io *io, const char *nick, bool ignored)
{
    struct ignore_file *f = &io->ignore_file;
    const struct ignore_list *list = &io->session->ignored;
    const char *error = ignore_file_append(f, nick, ignored);
    enum append_file_event event = f->file.event;
    bool is_new = event == APPEND_FILE_RECREATED || event == APPEND_FILE_REPLACED;
    if (f->file.fd < 0 || error != NULL) return error;
    session_io_tell_file(io, &f->file, true);
    for (size_t i = 0; is_new && error == NULL && i < list->count; i++)
        error = ignore_file_append(f, list->nicks[i], true);
    return error;
}

static const char *change_log(struct session_io *io, const char *path)
{
    const char *error = path != NULL ? chat_log_open(&io->log, path) : NULL;
    if (error != NULL) return error;
    if (path == NULL) chat_log_close(&io->log);
    io->session->log_path = path != NULL ? io->log.file.path : NULL;
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
    case EVENT_KEY_TRUSTED: return encryption_trust(&io->encryption, &io->connection.tls, e->text);
    case EVENT_IGNORE_CHANGED: return store_ignored(io, e->nick, e->ignored);
    case EVENT_LOG_REQUEST: return change_log(io, e->text);
    case EVENT_RULE:
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
    session_recall(session, clock_to_local(r->unix_ms / 1000), &r->said);
}

void session_io_recall(struct session_io *io, size_t lines)
{
    if (io->log.file.fd < 0 || lines == 0) return;
    chat_log_tail(&io->log, lines, recall_line, io->session);
    session_recall_end(io->session, io->log.file.path);
}

/* -- the connection -- */

/* Tells once that no attempt can succeed any more. */
static void tell_no_dialer(struct session_io *io)
{
    const struct dialer *d = &io->connection.dialer;
    if (!d->is_gone || io->has_told_no_dialer || io->session->state != SESSION_DISCONNECTED) return;
    io->has_told_no_dialer = true;
    session_io_tell(io, MESSAGE_NO_DIALER, d->error);
}

static enum session_security security_of(const struct connection *c)
{
    if (c->tls.verdict == TLS_NO_VERDICT) return c->is_local ? SECURITY_LOCAL : SECURITY_NONE;
    return c->tls.verdict == TLS_CERTIFIED ? SECURITY_CERTIFIED : SECURITY_KNOWN;
}

static void report_up(struct session_io *io)
{
    struct tls_channel *t = &io->connection.tls;
    const char *error =
        t->verdict == TLS_CERTIFIED ? encryption_certified(&io->encryption, t) : NULL;
    io->session->security = security_of(&io->connection);
    session_connected(io->session);
    if (error != NULL) session_io_tell(io, MESSAGE_KEY_NOT_SAVED, error);
}

static void refuse_key(struct session_io *io)
{
    char text[ENCRYPTION_TEXT];
    if (session_is_over(io->session)) return;
    encryption_explain(&io->encryption, &io->connection.tls, io->session->config.where, text);
    session_fail(io->session, EX_PROTOCOL, "%s", text);
}

static void report_down(struct session_io *io)
{
    const struct connection *c = &io->connection;
    if (c->tls.verdict == TLS_UNKNOWN)
        session_unknown_key(io->session, c->tls.fingerprint);
    else if (c->tls.verdict == TLS_CHANGED)
        refuse_key(io);
    else
        session_disconnected(io->session, c->error);
}

void session_io_process(struct session_io *io, short events, int64_t now)
{
    struct session *s = io->session;
    struct connection *c = &io->connection;
    bool connecting = s->state == SESSION_CONNECTING;
    if (connecting && c->state != CONNECTION_CONNECTING) connection_start(c, now);
    if (s->state == SESSION_CLOSING && !c->finishing) connection_finish(c);
    struct span received = connection_process(c, events, now);
    session_set_resolved(s, connection_is_resolved(c));
    if (connecting && c->state == CONNECTION_UP) report_up(io);
    session_receive(s, received);
    if (c->state == CONNECTION_DOWN) report_down(io);
    tell_no_dialer(io);
    session_waiting_update(s);
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
