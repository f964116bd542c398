/* session_output: PURE sends packets to the server, and status messages to the user. */
#ifndef TUI_CORE_SESSION_OUTPUT_H
#define TUI_CORE_SESSION_OUTPUT_H

#include "tui/core/session_state.h"

/* Emit EVENT_STATUS, the same as a warning, EVENT_STATUS_MESSAGE and EVENT_STATE_CHANGED. */
void session_status(struct session *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void session_warn(struct session *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void session_message(struct session *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void session_state_changed(struct session *s);

/* Formats a sentence for a call to return; it is valid until the next one. */
const char *session_error(struct session *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *session_error_text(enum session_error error);

/* Return the maximum size of a text, as packet_text_size counts it, in a packet with our nickname;
 * and whether a text fits. */
size_t session_text_max(const struct session *s);
bool session_fits(const struct session *s, const char *text);

/* Queues a packet with our nickname for the connection. */
enum session_error session_send_packet(struct session *s, enum proto proto, const char *msg);

/* Requests a nickname. Adds the server's secret if we had this nickname before. */
enum session_error session_send_verify(struct session *s, const char *nick);

/* Puts a line into the outbox, to be sent as soon as possible. Returns NULL, or a sentence that
 * says why it cannot. */
const char *session_submit(struct session *s, const char *text);

/* Sends the queued lines that are due. */
void session_send_queued(struct session *s);

/* Tells the user about unconfirmed lines, if there are any. */
void session_explain_unconfirmed(struct session *s);

#endif
