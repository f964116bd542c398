/* room_feed: PURE the lines of the room: now, buffered after a gap, or recalled from a log. */
#ifndef TUI_CORE_ROOM_FEED_H
#define TUI_CORE_ROOM_FEED_H

#include "tui/core/session_state.h"

/* Takes a broadcast. */
void session_broadcast(struct session *s, const struct packet *p);

/* Shows the buffered backlog; after a return, adds a gap where it does not overlap the lines shown
 * before. Then sends what waits. */
void session_flush_backlog(struct session *s);

/* Shows a line of an earlier visit, said at that local time; after the last one, where they came
 * from. */
void session_recall(struct session *s, int64_t at, const struct packet *p);
void session_recall_end(struct session *s, const char *from);

#endif
