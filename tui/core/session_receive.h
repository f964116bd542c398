/* session_receive: PURE reads packets from the server's stream, and skips those that cannot be
 * read. Ends the session if the server is not a klatch server. */
#ifndef TUI_CORE_SESSION_RECEIVE_H
#define TUI_CORE_SESSION_RECEIVE_H

#include "tui/core/session_state.h"

/* Handles bytes that the connection received. Skips packets that cannot be read; after 8 in a row
 * that are not JSON objects, disconnects, because the lengths must be wrong. Ends the session with
 * EX_PROTOCOL if the packet comes before HELLO, or is not an object and comes before READY; also if
 * the stream starts with the greeting of another protocol, such as SSH or HTTP. */
void session_receive(struct session *s, struct span bytes);

#endif
