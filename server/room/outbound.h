/* outbound: PURE the bytes to send to a client, in order: its private packets first, then the
 * history, then the member list that it asked for, then the ring from its cursor on. Knows nothing
 * of the socket. */
#ifndef SERVER_ROOM_OUTBOUND_H
#define SERVER_ROOM_OUTBOUND_H

#include "server/room/session.h"

/* The notice to a member that fell behind by more than the ring. */
#define OUTBOUND_MISSED(n) "You fell behind and missed " n " messages."

/* Returns whether there may be bytes to send; false if there are none, or if they are held back. */
bool outbound_has_data(const struct session *s);

/* Returns whether the member has everything, also the frames that are held back. */
bool outbound_is_complete(const struct session *s);

/* Returns what to send now: *first, then *second, both valid until the next call on the session or
 * the room. There may be more to send after that: the rest of the history, of the member list, and
 * the ring after it. If the ring has overwritten frames, or the history has dropped some, continues
 * with the oldest one and sends a notice. Returns false if out of memory. */
bool outbound_peek(struct session *s, struct span *first, struct span *second);

/* Removes the first n bytes of what outbound_peek returned: they were sent. If they end inside a
 * frame of the ring, the rest of that frame becomes private, so that the cursor stays between two
 * frames. Returns false if out of memory; then the stream is broken. */
bool outbound_consume(struct session *s, size_t n);

#endif
