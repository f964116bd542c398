/* event: PURE the events that the session reports to the rest of the client. session.h says which
 * files call which. */
#ifndef TUI_CORE_EVENT_H
#define TUI_CORE_EVENT_H

#include "common/packet.h"
#include "tui/core/server_notice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_kind {
    /* Each event, and the fields that it sets. */

    /* Lines of the room; the log gets them, unless they were recalled from it: */
    EVENT_MESSAGE, /* from a member: at, unix_ms, nick, text, own, earlier, recalled */
    EVENT_NOTICE,  /* from the server: at, unix_ms, text, earlier, recalled; notice unless it is a
                      recalled one */
    EVENT_GAP, /* lines may be missing here, or the lines above are from an earlier run: at, text */

    EVENT_RULE, /* the history begins or ends here; never logged: at, text */

    /* Messages of the client itself; never logged: */
    EVENT_STATUS,         /* a line: at, text, warning */
    EVENT_STATUS_MESSAGE, /* shown until the next key: text */

    /* Our lines in the outbox, in its order, from Enter until the room repeats them: */
    EVENT_OWN_QUEUED,  /* a line was added at the end: at, nick, text */
    EVENT_OWN_CHANGED, /* line `index` has another state: state, text */
    EVENT_OWN_REMOVED, /* line `index` was removed: the room repeated it, or the user dropped it */

    EVENT_STATE_CHANGED,  /* the session's state, nickname or countdown changed */
    EVENT_NICK_REFUSED,   /* the user must choose another: nick; text: the nickname of another
member that it looks like, or NULL */
    EVENT_PACKET,         /* a packet was received and handled: packet */
    EVENT_KEY_TRUSTED,    /* the user trusts the server's key with the fingerprint `text` */
    EVENT_IGNORE_CHANGED, /* the user ignores nick from now on, or stops: nick, ignored */
    EVENT_LOG_REQUEST,    /* the user asks to log to the file `text`; NULL: to stop */
};

enum outbox_state {
    OUTBOX_QUEUED,
    OUTBOX_SENT,
    OUTBOX_UNCONFIRMED, /* sent, but perhaps not received: sent again on request only */
    OUTBOX_REJECTED,    /* not sent: too long for a packet with our nickname */
};

/* The strings are not sanitised, and valid during the call only. */
struct event {
    enum event_kind kind;
    enum outbox_state state;
    int64_t at;      /* seconds, local time; of a line of the room also 0: not known */
    int64_t unix_ms; /* when a line was said, in UTC, if the server says so; 0: it does not */
    size_t index;
    const char *nick, *text;
    const struct server_notice *notice;
    const struct packet *packet;
    bool own, ignored;
    bool warning;  /* of EVENT_STATUS: the server does not answer, which concerns a program too */
    bool earlier;  /* said before we joined, by the time that the server says */
    bool recalled; /* read from the log of an earlier run */
};

/* The function that receives the events. It returns NULL, or a sentence that says why it could not
 * act on the event: for EVENT_OWN_QUEUED, EVENT_KEY_TRUSTED, EVENT_IGNORE_CHANGED and
 * EVENT_LOG_REQUEST only. */
struct event_sink {
    const char *(*on_event)(void *context, const struct event *e); /* NULL: no receiver */
    void *context;
};

static inline const char *event_emit(const struct event_sink *sink, const struct event *e)
{
    return sink->on_event != NULL ? sink->on_event(sink->context, e) : NULL;
}

#endif
