/* session_key: PURE what happens when the server shows a key that klatch does not know. */
#ifndef TUI_CORE_SESSION_KEY_H
#define TUI_CORE_SESSION_KEY_H

#include "tui/core/session_state.h"

/* Notes that the connection was ended because the server's key is not known. Asks the user whether
 * to trust it; without a user, fails the session. */
void session_unknown_key(struct session *s, const char *fingerprint);

/* The user trusts the key. Emits EVENT_KEY_TRUSTED, and connects again. */
void session_trust_key(struct session *s);

#endif
