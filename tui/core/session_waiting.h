/* session_waiting: PURE what the session waits for, for the status bar and in a line after 10
 * seconds. */
#ifndef TUI_CORE_SESSION_WAITING_H
#define TUI_CORE_SESSION_WAITING_H

#include "tui/core/session.h"

/* The addresses of the host are known, or are being looked up again. */
void session_set_resolved(struct session *s, bool resolved);

/* Brings session->waiting up to date and emits what is due: after session_tick in each turn of a
 * loop. */
void session_waiting_update(struct session *s);

/* Returns when it is due next; -1: never. */
int64_t session_waiting_deadline(const struct session *s);

#endif
