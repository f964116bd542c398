/* outbox: PURE outgoing messages: queue, confirmation, retry. A line stays from Enter until the
 * room repeats it. Each change is an event. */
#ifndef TUI_CORE_OUTBOX_H
#define TUI_CORE_OUTBOX_H

#include "common/token_bucket.h"
#include "tui/core/event.h"

enum {
    OUTBOX_LINES = 500,
    OUTBOX_BYTES = 1 << 20,
    OUTBOX_PACE = 100, /* milliseconds between two lines, */
    OUTBOX_BURST = 10, /* after a burst of this many */
};

struct outbox_line {
    char *text;
    enum outbox_state state;
    bool pasted; /* a line of a paste, which the user may stop */
};

/* All zero is empty, without an event sink. */
struct outbox {
    struct event_sink sink;
    struct outbox_line lines[OUTBOX_LINES];
    size_t count, bytes;
    size_t pasted; /* lines of the pastes being sent, including those already sent */
    struct token_bucket pace;
};

/* Queues a copy of a line, with the nickname to show. Returns NULL, or a sentence that says why it
 * is not queued. */
const char *outbox_submit(struct outbox *o, int64_t at, const char *nick, const char *text);

/* Begin a paste, whose lines the caller then submits one by one; mark the newest line as a line of
 * the paste. */
void outbox_begin_paste(struct outbox *o);
void outbox_mark_pasted(struct outbox *o);

/* Removes all lines, without events. */
void outbox_clear(struct outbox *o);

/* Returns the first line in this state; the number of lines if there is none. */
size_t outbox_first(const struct outbox *o, enum outbox_state state);

/* Returns how many lines are in this state. */
size_t outbox_count(const struct outbox *o, enum outbox_state state);

/* Returns how many lines the room may still repeat: those queued and those sent. */
size_t outbox_waiting(const struct outbox *o);

/* Returns when the first queued line may be sent, in milliseconds; -1 if none is queued. */
int64_t outbox_due(const struct outbox *o);

/* Note that line i was sent; that it is too long to send; or that it could not be sent now, which
 * delays it a little. */
void outbox_sent(struct outbox *o, size_t i, int64_t now);
void outbox_reject(struct outbox *o, size_t i);
void outbox_delay(struct outbox *o, int64_t now);

/* Removes the line that the room has repeated. The room repeats lines in order, so earlier sent
 * lines become unconfirmed. Returns how many do. */
size_t outbox_confirm(struct outbox *o, const char *text);

/* Removes an unconfirmed line that the room's history contains. */
void outbox_confirm_from_backlog(struct outbox *o, const char *text);

/* Makes all sent lines unconfirmed, because the connection is lost. */
void outbox_connection_lost(struct outbox *o);

/* Queue unconfirmed and rejected lines again, or remove them: the first, or all. If there are none,
 * outbox_discard takes back queued lines. Return false if there are none. */
bool outbox_retry(struct outbox *o, bool all);
bool outbox_discard(struct outbox *o, bool all);

/* For queued lines: return the text of the newest one, NULL if there is none; remove the newest
 * one, or all, or return false if there are none. */
const char *outbox_newest_waiting(const struct outbox *o);
bool outbox_take_back(struct outbox *o, bool all);

/* For the lines of pastes that are still queued: return their number; return their text, one on a
 * line, which the caller frees, or NULL without memory; remove them. */
size_t outbox_paste_left(const struct outbox *o);
char *outbox_paste_text(const struct outbox *o);
void outbox_cancel_paste(struct outbox *o);

#endif
