/* session_output: PURE what the session sends to the server, and its own words to the user. */
#ifndef TUI_CORE_SESSION_OUTPUT_H
#define TUI_CORE_SESSION_OUTPUT_H

#include "tui/core/session_state.h"

/* Emits a status line; a message for the status bar; that the session's state is another. */
void session_status(struct session *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void session_message(struct session *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void session_state_changed(struct session *s);

/* Formats a sentence that a call returns; it is valid until the next one. */
const char *session_error(struct session *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *session_error_text(enum session_error error);

/* Returns how many bytes a message's text may have, as packet_text_size counts them, to fit into a
 * packet under our nickname; whether one does. */
size_t session_text_max(const struct session *s);
bool session_fits(const struct session *s, const char *text);

/* Queues a packet in our name for the connection. */
enum session_error session_send_packet(struct session *s, enum proto proto, const char *msg);

/* Takes a line to send as soon as it can be sent. Returns NULL, or a sentence that says why it is
 * not taken. */
const char *session_submit(struct session *s, const char *text);

/* Sends the queued lines that are due. */
void session_send_queued(struct session *s);

/* Tells the user about unconfirmed lines, if there are any. */
void session_explain_unconfirmed(struct session *s);

#endif
