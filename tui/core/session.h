/* session: PURE the protocol with one server, from the client's side: handles its packets, sends
 * ours, and reconnects. It does no input or output: it receives time and bytes as arguments, and
 * has two outputs.
 *
 * The bytes to send are in `out`; session_io moves them to the connection. Everything that the user
 * may see, hear or keep is an event (event.h): the session passes it to `config.sink`, a function
 * of session_io, which writes the log and the ignore list, and then passes the event to the screen,
 * the line mode or the JSON mode. So calls have one direction: the loops, session_io, screen and
 * stdio call the session, and the session calls only the sink. While a front end handles an event,
 * it may call the session, except session_receive. A call that fails returns an error code or a
 * sentence, and causes no event. */
#ifndef TUI_CORE_SESSION_H
#define TUI_CORE_SESSION_H

#include "tui/core/session_state.h"

/* The strings of `config` stay the caller's. */
void session_open(struct session *s, const struct session_config *config);
void session_close(struct session *s);

/* Sets the time and does what is due. The first call in each turn of a loop. */
void session_tick(struct session *s, int64_t local_time, int64_t now);

/* Returns when session_tick is due next, in milliseconds; -1: never. */
int64_t session_deadline(const struct session *s);

/* Note that the connection is up; or that it was lost or could not be made, with the reason, which
 * is NULL if the server closed it. */
void session_connected(struct session *s);
void session_disconnected(struct session *s, const char *why);

/* Handles a packet that session_receive has read. */
void session_act(struct session *s, const struct packet *p);

/* Requests a nickname that nick_check accepts, as soon as the server can be asked. Returns NULL, or
 * a sentence that says why it cannot, valid until the next one. */
const char *session_request_nick(struct session *s, const char *nick);

/* Sends a goodbye, and finishes when the server has closed the connection, or after a second. */
void session_quit(struct session *s);

/* Ends the session with an exit status and a message. */
void session_fail(struct session *s, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Shows the message of a failed session a little longer, because the user still presses keys. */
void session_extend_exit(struct session *s);

/* Closes the connection, if there is one, and connects again at once. */
void session_reconnect(struct session *s);

/* Ends the wait before the next connection, or before the next request of the nickname. */
void session_retry_now(struct session *s);

/* Stops waiting for answers: sent lines become unconfirmed. */
void session_drop_unacked(struct session *s);

/* Returns the seconds until the server closes, or until the next attempt to connect. */
int64_t session_countdown(const struct session *s);

#endif
