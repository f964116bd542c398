/* session: PURE our side of the conversation with one server: what its packets mean, what we send,
 * how a lost connection comes back. It does no input and output: time and bytes come in as
 * arguments, and what it has to say goes out in two ways.
 *
 * Bytes to send wait in `out`, which session_io empties into the connection. Everything that the
 * user may see, hear or keep is an event (event.h): the session calls `config.sink`, session_io's
 * function, which writes the log and the ignore list and passes the event on to the screen or to
 * the line or JSON mode. So calls go one way: the loops, session_io, screen and stdio call the
 * session; the session calls nobody but the sink. A front end may call the session while it handles
 * an event, but for session_receive. What is wrong with a call is its result, an error code or a
 * sentence, and no event. */
#ifndef TUI_CORE_SESSION_H
#define TUI_CORE_SESSION_H

#include "tui/core/session_state.h"

/* The strings of `config` stay the caller's. */
void session_open(struct session *s, const struct session_config *config);
void session_close(struct session *s);

/* Sets the time and does what is due: first in each turn of a loop. */
void session_tick(struct session *s, int64_t local_time, int64_t now);

/* Returns when session_tick is due next; -1 when nothing waits for it. */
int64_t session_deadline(const struct session *s);

/* The connection is up. It is lost or could not be made, for this reason, or NULL when the server
 * closed it. */
void session_connected(struct session *s);
void session_disconnected(struct session *s, const char *why);

/* Takes bytes that the connection received. */
void session_receive(struct session *s, struct span bytes);

/* Asks the server for a nickname that nick_check accepts, as soon as it can be asked. Returns NULL,
 * or a sentence that says why not, valid until the next one. */
const char *session_request_nick(struct session *s, const char *nick);

/* Leaves once the server has our goodbye, or after a second. */
void session_quit(struct session *s);

/* Ends the session with an exit status and a message. */
void session_fail(struct session *s, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Keeps a failed session on the screen a little longer: the user is still there. */
void session_extend_exit(struct session *s);

/* Drops the connection, if there is one, and connects again at once. */
void session_reconnect(struct session *s);

/* Ends the wait for the next connection or the next request of the nickname. */
void session_retry_now(struct session *s);

/* Gives up waiting for answers: lines sent become unconfirmed. */
void session_drop_unacked(struct session *s);

/* Returns the seconds left until the server ends or until the next try to connect. */
int64_t session_countdown(const struct session *s);

#endif
