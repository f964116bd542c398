/* session_io: connects the session to the world. Moves bytes between it and the connection, reports
 * the connection's state to it, and handles its events: writes the log and the ignore list, and
 * passes the events to the front end. */
#ifndef TUI_SESSION_IO_H
#define TUI_SESSION_IO_H

#include "tui/core/session.h"
#include "tui/encryption.h"
#include "tui/net/connection.h"
#include "tui/storage/chat_log.h"
#include "tui/storage/ignore_file.h"

struct session_io {
    struct session *session;
    struct connection connection; /* sends from the session's queue */
    struct encryption encryption;
    struct chat_log log;
    size_t log_failures; /* lines that are missing in the log */
    struct ignore_file ignore_file;
    struct event_sink frontend;
    bool has_told_no_dialer;
    bool tells_on_stderr; /* print to standard error: the front end shows no status lines */
};

/* Sets the server's address and opens the log; NULL: none. Reports an error and exits if one of
 * them is not usable. */
void session_io_open(struct session_io *io, const char *host, const char *port, const char *log);
void session_io_close(struct session_io *io);

/* Handles an event of the session; see struct event_sink. */
const char *session_io_on_event(void *session_io, const struct event *e);

/* Tells the user what happened to a file of klatch. */
void session_io_tell(const struct session_io *io, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Tells the user once that the last append found the file moved, removed, replaced or shortened. If
 * several clients share the file, ignores a replaced file: another klatch has written a shorter
 * one. */
void session_io_tell_file(const struct session_io *io, struct append_file *f, bool shared);

/* Recalls the last lines of the log in the session, at most `lines`. */
void session_io_recall(struct session_io *io, size_t lines);

/* Handles poll's events and timeouts of the connection: connects, receives, sends. */
void session_io_process(struct session_io *io, short events, int64_t now);

/* Sends the bytes that the session has queued. */
void session_io_flush(struct session_io *io);

/* Returns when session_io_process or session_tick is due, in milliseconds; -1: never. */
int64_t session_io_deadline(const struct session_io *io);

#endif
