/* session_receive: PURE reads the packets of the stream from the server, and leaves out those that
 * cannot be read. Ends the session if the server is none of klatch's. */
#ifndef TUI_CORE_SESSION_RECEIVE_H
#define TUI_CORE_SESSION_RECEIVE_H

#include "tui/core/session_state.h"

/* Handles bytes that the connection received. After 8 packets in a row that are no JSON objects,
 * disconnects: the lengths are not where the session reads them. Before HELLO, and before READY
 * unless it is an object, a packet that cannot be read ends the session with EX_PROTOCOL; so does
 * the greeting of another protocol, such as SSH or HTTP, at once. */
void session_receive(struct session *s, struct span bytes);

#endif
