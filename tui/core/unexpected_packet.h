/* unexpected_packet: PURE handles packets that klatchd would not send, but other servers do. */
#ifndef TUI_CORE_UNEXPECTED_PACKET_H
#define TUI_CORE_UNEXPECTED_PACKET_H

#include "tui/core/session_state.h"

/* Whether a packet comes from the server and has a text. */
bool packet_has_server_text(const struct packet *p);

/* Shows the text of a packet from the server as a notice. */
void session_unexpected(struct session *s, const struct packet *p);

/* Keeps the first packet that comes before HELLO, to tell the user if no HELLO follows. */
void session_note_not_hello(struct session *s, const struct packet *p);

#endif
