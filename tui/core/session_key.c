#include "tui/core/session_key.h"

#include "tui/base/messages.h"
#include "tui/core/session.h"
#include "tui/core/session_output.h"

#include <stdio.h>
#include <sysexits.h>

static void set_state(struct session *s, enum session_state state)
{
    s->state = state;
    session_state_changed(s);
}

void session_unknown_key(struct session *s, const char *fingerprint)
{
    if (s->state != SESSION_CONNECTING) return;
    snprintf(s->unknown_key, sizeof s->unknown_key, "%s", fingerprint);
    if (s->config.asks_key)
        set_state(s, SESSION_UNTRUSTED);
    else
        session_fail(s, EX_PROTOCOL, MESSAGE_KEY_UNKNOWN, s->config.where, fingerprint);
}

void session_trust_key(struct session *s)
{
    if (s->state != SESSION_UNTRUSTED) return;
    const char *error = event_emit(
        &s->config.sink, &(struct event){.kind = EVENT_KEY_TRUSTED, .text = s->unknown_key});
    if (error != NULL) session_status(s, MESSAGE_KEY_NOT_SAVED, error);
    set_state(s, SESSION_CONNECTING);
}
