/* room_feed: PURE handles the lines of the room: live ones, those buffered after a gap, and those
 * recalled from a log. */
#ifndef TUI_CORE_ROOM_FEED_H
#define TUI_CORE_ROOM_FEED_H

#include "tui/core/session_state.h"

/* Handles a broadcast. */
void session_broadcast(struct session *s, const struct packet *p);

/* Shows the buffered lines. After a reconnect, marks a gap if they do not overlap the lines shown
 * before. Then sends the queued lines. */
void session_flush_backlog(struct session *s);

/* Shows a line of an earlier run with its local time; after the last one, a rule that says where
 * the lines came from. */
void session_recall(struct session *s, int64_t at, const struct packet *p);
void session_recall_end(struct session *s, const char *from);

#endif
