#include "tui/core/session_state.h"

bool session_is_connected(const struct session *s)
{
    switch (s->state) {
    case SESSION_HANDSHAKE:
    case SESSION_UNNAMED:
    case SESSION_JOINED: return true;
    case SESSION_DISCONNECTED:
    case SESSION_CONNECTING:
    case SESSION_UNTRUSTED:
    case SESSION_CLOSING:
    case SESSION_FAILED:
    case SESSION_FINISHED: break;
    }
    return false;
}

bool session_is_over(const struct session *s)
{
    return s->state == SESSION_CLOSING || s->state == SESSION_FAILED ||
           s->state == SESSION_FINISHED;
}

bool session_needs_nick(const struct session *s)
{
    if (s->state == SESSION_DISCONNECTED)
        return s->nick.lapsed && s->reconnect.reconnect_at == RECONNECT_NEVER;
    return s->state == SESSION_UNNAMED && !s->nick.pending &&
           s->reconnect.nick_retry_at == RECONNECT_NEVER;
}
