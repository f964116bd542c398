/* outbox: PURE outgoing messages: queue, confirmation, retry. A line stays from Enter until the
 * room repeats it. Each change is an event. */
#ifndef TUI_CORE_OUTBOX_H
#define TUI_CORE_OUTBOX_H

#include "common/token_bucket.h"
#include "tui/core/event.h"

enum {
    OUTBOX_LINES = 500,
    OUTBOX_BYTES = 1 << 20,
    OUTBOX_PACE = 100, /* milliseconds between lines of a backlog, */
    OUTBOX_BURST = 10, /* after this many at once */
};

struct outbox_line {
    char *text;
    enum outbox_state state;
    bool pasted; /* a line of a paste, which the user may stop */
};

/* All zero is empty, without a listener. */
struct outbox {
    struct event_sink sink;
    struct outbox_line lines[OUTBOX_LINES];
    size_t count, bytes;
    size_t pasted; /* lines of the pastes being sent, those that have gone included */
    struct token_bucket pace;
};

/* Queues a copy of a line, said under that nickname. Returns NULL, or a sentence that says why it
 * is not queued. */
const char *outbox_submit(struct outbox *o, int64_t at, const char *nick, const char *text);

/* Begins a paste, whose lines are submitted one by one; marks the newest line as one of them. */
void outbox_begin_paste(struct outbox *o);
void outbox_mark_pasted(struct outbox *o);

/* Drops every line, without events. */
void outbox_clear(struct outbox *o);

/* Returns the first line in that state; the count where there is none. */
size_t outbox_first(const struct outbox *o, enum outbox_state state);

/* Returns how many lines are in that state. */
size_t outbox_count(const struct outbox *o, enum outbox_state state);

/* Returns how many lines the room has not repeated but still may: the queued and the sent. */
size_t outbox_waiting(const struct outbox *o);

/* Returns when the first queued line may be sent; -1 where none is queued. */
int64_t outbox_due(const struct outbox *o);

/* Line i was sent; is too long to send; or could not be sent now, which delays it a little. */
void outbox_sent(struct outbox *o, size_t i, int64_t now);
void outbox_reject(struct outbox *o, size_t i);
void outbox_delay(struct outbox *o, int64_t now);

/* The room repeats this line of ours: removes it. Echoes come in order, so an earlier line without
 * one becomes unconfirmed. Returns how many do. */
size_t outbox_confirm(struct outbox *o, const char *text);

/* The room's history has this line of ours: removes it where it is unconfirmed. */
void outbox_confirm_from_backlog(struct outbox *o, const char *text);

/* The connection is lost: every line sent becomes unconfirmed. */
void outbox_connection_lost(struct outbox *o);

/* Queues lines again that are unconfirmed or rejected, or drops them: the first, or all. Return
 * false where there are none. */
bool outbox_retry(struct outbox *o, bool all);
bool outbox_discard(struct outbox *o, bool all);

/* How many lines of a paste are still queued; their text, one to a line, NULL without memory, which
 * the caller frees; takes them out. */
size_t outbox_paste_left(const struct outbox *o);
char *outbox_paste_text(const struct outbox *o);
void outbox_cancel_paste(struct outbox *o);

#endif
