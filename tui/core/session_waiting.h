/* session_waiting: PURE finds what the session waits for, for the status bar and, after 10 seconds,
 * for a status line. */
#ifndef TUI_CORE_SESSION_WAITING_H
#define TUI_CORE_SESSION_WAITING_H

#include "tui/core/session_state.h"

/* Notes whether the addresses of the host are known, or being looked up. */
void session_set_resolved(struct session *s, bool resolved);

/* Updates session->waiting and emits the events that are due. Called in each turn of a loop, after
 * session_tick and session_receive: after a time in which klatch was stopped, an answer may have
 * come that is not read yet. */
void session_waiting_update(struct session *s);

/* Returns when session_waiting_update is due next, in milliseconds; -1: never. */
int64_t session_waiting_deadline(const struct session *s);

#endif
