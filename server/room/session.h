/* session: PURE one peer's side of the protocol: packets in, what the room does and what the peer
 * is told out. Knows nothing of what carries its bytes. */
#ifndef SERVER_ROOM_SESSION_H
#define SERVER_ROOM_SESSION_H

#include "server/base/buffer.h"
#include "server/room/room.h"

struct session {
    struct room *room;
    struct member member;
    struct buffer out;        /* owed to this peer before anything from the ring */
    struct cursor stream_end; /* of one who has left: where its stream ends */
};

enum session_state {
    SESSION_CONTINUE,
    SESSION_GOODBYE,        /* the peer said goodbye */
    SESSION_PROTOCOL_ERROR, /* the peer broke the protocol: cut it */
    SESSION_NOMEM,          /* there is no memory to go on */
};

/* What one packet led to. */
struct session_result {
    enum session_state state;
    const char *error;          /* with SESSION_PROTOCOL_ERROR: what was wrong */
    bool nick_changed;          /* it was given the nickname it asked for */
    struct member *nick_holder; /* who has that one, so that it was refused; or NULL */
};

/* Starts with HELLO. False without memory. */
bool session_init(struct session *s, struct room *room);

/* Takes one payload from the peer, which stays the caller's. */
struct session_result session_handle(struct session *s, struct span payload);

/* Tells the peer something by a packet of the server's own, to it alone. False without memory. */
bool session_send(struct session *s, enum proto proto, const char *msg);

/* The last words to a peer whose packet was broken, in a packet that it understands in any state.
 * False without memory. */
bool session_send_error(struct session *s, const char *why);

/* Whether it has a nickname, and so is in the room. */
bool session_is_member(const struct session *s);

/* Leaves the room; what is owed to the peer stays. */
void session_leave(struct session *s);

/* Leaves the room and frees what the session holds. */
void session_deinit(struct session *s);

#endif
