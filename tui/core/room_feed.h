/* room_feed: PURE handles the lines of the room: live ones, those buffered after a gap, and those
 * recalled from a log. */
#ifndef TUI_CORE_ROOM_FEED_H
#define TUI_CORE_ROOM_FEED_H

#include "tui/core/session_state.h"

/* Handles a broadcast. A line with a time was said before: puts a rule above the first of those
 * said before we joined, and one below the last. */
void session_broadcast(struct session *s, const struct packet *p);

/* Greets the user now, unless the history has begun: then after it. Called when no more packets
 * have arrived. */
void session_greet_early(struct session *s);

/* Puts the rule below the history, if it is not there yet, and greets the user, if that is due. */
void session_end_history(struct session *s);

/* Shows the buffered lines. After a reconnect, marks a gap if they do not overlap the lines shown
 * before. Then sends the queued lines. */
void session_flush_backlog(struct session *s);

/* Does both, because the connection ends, or the server has answered a question after READY. */
void session_end_feed(struct session *s);

/* Shows a line of an earlier run with its local time; after the last one, a rule that says where
 * the lines came from. */
void session_recall(struct session *s, int64_t at, const struct packet *p);
void session_recall_end(struct session *s, const char *from);

#endif
