/* session_io: moves bytes and connection state between the session and its connection, and carries
 * out the session's events: writes the log and the ignore list, and passes them on to the front
 * end. */
#ifndef TUI_SESSION_IO_H
#define TUI_SESSION_IO_H

#include "tui/core/session.h"
#include "tui/net/connection.h"
#include "tui/storage/chat_log.h"
#include "tui/storage/ignore_file.h"

struct session_io {
    struct session *session;
    struct connection connection; /* sends from the session's queue */
    struct chat_log log;
    size_t log_failures; /* lines that are missing in the log */
    struct ignore_file ignore_file;
    struct event_sink frontend;
};

/* Looks up the server's address and opens the log, NULL for none. Prints what is wrong with them
 * and exits. */
void session_io_open(struct session_io *io, const char *host, const char *port, const char *log);
void session_io_close(struct session_io *io);

/* Takes an event of the session, as struct event_sink does. */
const char *session_io_on_event(void *session_io, const struct event *e);

/* Says the last lines of the log, at most so many, to the session. */
void session_io_recall(struct session_io *io, size_t lines);

/* Acts on what poll found, or on the time: connects, receives, sends. */
void session_io_process(struct session_io *io, short events, int64_t now);

/* Sends now what the session has queued. */
void session_io_flush(struct session_io *io);

/* Returns when session_io_process or session_tick is due, -1 when never. */
int64_t session_io_deadline(const struct session_io *io);

#endif
