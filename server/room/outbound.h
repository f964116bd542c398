/* outbound: PURE what a peer is owed, in which order, and how far a send has brought it: what is
 * pending first, then the ring from its cursor on. Knows nothing of what carries the bytes. */
#ifndef SERVER_ROOM_OUTBOUND_H
#define SERVER_ROOM_OUTBOUND_H

#include "server/room/session.h"

/* Whether the peer is owed anything. */
bool outbound_has_data(const struct session *s);

/* What to send now: *own, and then *stream; both may be empty, and are valid until the next call on
 * the session or the room. A peer that the ring has lapped goes on with the oldest frame there is,
 * and is told how many it missed. False without memory. */
bool outbound_peek(struct session *s, struct span *own, struct span *stream);

/* Takes n bytes that were sent off what outbound_peek gave. Where they end inside a frame of the
 * ring, the rest of that frame becomes pending and the cursor steps behind it. False without
 * memory: then the stream is torn. */
bool outbound_consume(struct session *s, size_t n);

#endif
