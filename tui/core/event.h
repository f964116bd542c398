/* event: PURE what the session tells the rest of the client. See session.h for who calls whom. */
#ifndef TUI_CORE_EVENT_H
#define TUI_CORE_EVENT_H

#include "common/packet.h"
#include "tui/core/server_notice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_kind {
    /* Lines of the room, which a log keeps unless they come from it: */
    EVENT_MESSAGE, /* a member's: at, nick, text, own, recalled */
    EVENT_NOTICE,  /* the server's: at, text, recalled; notice unless it is a recalled one */
    EVENT_GAP,     /* lines may be missing here, or those above are of another visit: at, text */

    /* The client's own words, never logged: */
    EVENT_STATUS,         /* a line: at, text */
    EVENT_STATUS_MESSAGE, /* shown until the next key: text */

    /* Our lines from Enter until the room repeats them, in the order of the outbox: */
    EVENT_OWN_QUEUED,  /* one was added at the end: at, nick, text */
    EVENT_OWN_CHANGED, /* line `index` is in another state: state, text */
    EVENT_OWN_REMOVED, /* line `index` is gone: the room repeated it, or the user gave it up */

    EVENT_STATE_CHANGED,  /* the session's state, nickname or countdown */
    EVENT_NICK_REFUSED,   /* the user has to choose another: nick; text: the nickname of another
member that it looks like, or NULL */
    EVENT_PACKET,         /* a packet came and has had its effect: packet */
    EVENT_IGNORE_CHANGED, /* the user ignores nick from now on, or no more: ignored */
    EVENT_LOG_REQUEST,    /* the user wants the log in file `text` from now on; NULL: in none */
};

enum outbox_state {
    OUTBOX_QUEUED,
    OUTBOX_SENT,
    OUTBOX_UNCONFIRMED, /* sent, and the room may never have got it: sent again on request only */
    OUTBOX_REJECTED,    /* not sent: too long for a packet under our nickname */
};

/* The strings are as they came, unsafe to show, and valid during the call. */
struct event {
    enum event_kind kind;
    enum outbox_state state;
    int64_t at; /* seconds, local time */
    size_t index;
    const char *nick, *text;
    const struct server_notice *notice;
    const struct packet *packet;
    bool own, ignored;
    bool recalled; /* read from the log of an earlier visit */
};

/* Takes an event. Returns NULL, or a sentence that says why it could not be carried out; that
 * matters for EVENT_OWN_QUEUED, EVENT_IGNORE_CHANGED and EVENT_LOG_REQUEST. */
struct event_sink {
    const char *(*on_event)(void *context, const struct event *e); /* NULL: nobody listens */
    void *context;
};

static inline const char *event_emit(const struct event_sink *sink, const struct event *e)
{
    return sink->on_event != NULL ? sink->on_event(sink->context, e) : NULL;
}

#endif
