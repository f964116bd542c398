#include "tui/core/session_waiting.h"

#include "tui/base/clock.h"
#include "tui/base/messages.h"
#include "tui/core/session_output.h"
#include "tui/core/session_who.h"

static size_t unanswered(const struct session *s)
{
    return s->state == SESSION_JOINED ? outbox_count(&s->outbox, OUTBOX_SENT) : 0;
}

static enum waiting_for waited_for_by_member(const struct session *s)
{
    if (unanswered(s) > 0) return WAITING_ECHO;
    return s->nick.pending ? WAITING_NICK : WAITING_NOTHING;
}

static enum waiting_for waited_for(const struct session *s)
{
    switch (s->state) {
    case SESSION_CONNECTING: return s->resolved ? WAITING_CONNECTION : WAITING_ADDRESS;
    case SESSION_HANDSHAKE: return WAITING_GREETING;
    case SESSION_UNNAMED: return s->nick.pending ? WAITING_NICK : WAITING_NOTHING;
    case SESSION_JOINED: return waited_for_by_member(s);
    case SESSION_DISCONNECTED:
    case SESSION_UNTRUSTED:
    case SESSION_CLOSING:
    case SESSION_FAILED:
    case SESSION_FINISHED: break;
    }
    return WAITING_NOTHING;
}

void session_set_resolved(struct session *s, bool resolved)
{
    if (resolved == s->resolved) return;
    s->resolved = resolved;
    session_state_changed(s);
}

static void report_waiting(struct session *s)
{
    const char *host = s->config.host;
    switch (s->waiting.what) {
    case WAITING_ADDRESS: session_warn(s, MESSAGE_WAITING_ADDRESS, host); break;
    case WAITING_CONNECTION: session_warn(s, MESSAGE_WAITING_CONNECTION, host); break;
    case WAITING_GREETING:
        if (s->not_hello[0] != '\0')
            session_warn(s, MESSAGE_WAITING_OTHER, host, s->not_hello);
        else
            session_warn(s, MESSAGE_WAITING_GREETING, host);
        break;
    case WAITING_NICK: session_warn(s, MESSAGE_WAITING_NICK, host, s->nick.wanted); break;
    case WAITING_NOTHING:
    case WAITING_ECHO: break;
    }
}

void session_waiting_update(struct session *s)
{
    struct waiting *w = &s->waiting;
    if (s->state == SESSION_JOINED && !s->nick.pending) w->reported = false;
    if (waiting_update(w, waited_for(s), unanswered(s), s->now)) session_state_changed(s);
    if (waiting_report(w, s->now)) report_waiting(s);
    session_who_update(s);
}

/* Returns now if a wait began or ended since the last update. */
static int64_t waited_for_deadline(const struct session *s)
{
    const struct waiting *w = &s->waiting;
    enum waiting_for what = waited_for(s);
    if (what == WAITING_NOTHING && w->shown == 0) return -1;
    if (what != w->what || unanswered(s) < w->unanswered) return s->now;
    return waiting_deadline(w, s->now);
}

int64_t session_waiting_deadline(const struct session *s)
{
    return clock_sooner(waited_for_deadline(s), session_who_deadline(s));
}
