/* session: PURE the protocol with one client: handles its packets, acts on the room and queues the
 * replies. Knows nothing of the socket. */
#ifndef SERVER_ROOM_SESSION_H
#define SERVER_ROOM_SESSION_H

#include "server/base/buffer.h"
#include "server/room/room.h"

/* Replies to packets that the server refuses. */
#define SESSION_UNEXPECTED "Packet refused: a member may send broadcast, verify, who and goodbye."
#define SESSION_TOO_LONG                                                                           \
    "Your message was not sent: with your nickname it is over 65535 bytes. "                       \
    "Make it shorter, or send it in parts."
#define SESSION_LIST_UNDER_WAY "Ignored: your previous member list is still being sent."
#define SESSION_LIST_LIMIT                                                                         \
    "Ignored: you, or others at your network address, asked for too many member lists. Ask again " \
    "in a few seconds."
#define SESSION_NO_HISTORY                                                                         \
    "Earlier messages are left out, because your network address has received too many of them. "  \
    "Connect again in a minute to see them."
#define SESSION_LIST_CUT                                                                           \
    "Your member list is incomplete, because the members changed while you were reading it. Ask "  \
    "again."
#define SESSION_INVALID(why)                                                                       \
    "Your packet was not understood: " why ". Send a 2-byte length and a flat JSON object in "     \
    "UTF-8 with nick, msg and proto."

struct session {
    struct room *room;
    struct member member;
    const char *key;          /* the fingerprint of the client's key, the caller's; "": none */
    struct buffer out;        /* private packets, sent before anything from the ring */
    struct list_reader *list; /* the member list, sent after `out`; NULL: none is to be sent */
    struct cursor stream_end; /* after leaving the room: the end of its stream */
};

enum session_state {
    SESSION_CONTINUE,
    SESSION_GOODBYE,        /* the client said goodbye */
    SESSION_PROTOCOL_ERROR, /* the packet is invalid and was ignored */
    SESSION_NOMEM,          /* out of memory: disconnect the client */
};

struct session_result {
    enum session_state state;
    const char *error;          /* SESSION_PROTOCOL_ERROR: a clause that says what is wrong */
    bool nick_changed;          /* the client received the requested nickname */
    bool joined;                /* it is its first one: the caller may call session_skip_history */
    bool asks_list;             /* the caller calls session_send_list or session_refuse_list */
    struct member *nick_holder; /* the member that has the requested nickname, or NULL */
    struct member *replaced;    /* the member that left because its client came back, or NULL */
};

/* Starts a session and queues HELLO. Returns false if out of memory. */
bool session_init(struct session *s, struct room *room);

/* Whether the list of the room lets the client in; and whether it leaves its nickname to it. */
bool session_is_admitted(const struct session *s);
bool session_may_keep_nick(const struct session *s);

/* Handles the payload of one packet from the client. */
struct session_result session_handle(struct session *s, struct span payload);

/* Queues a packet from the server to this client only. Returns false if out of memory. */
bool session_send(struct session *s, enum proto proto, const char *msg);

/* Queues a packet of this kind that says why the client's packet is invalid. Returns false if out
 * of memory. */
bool session_send_error(struct session *s, enum proto proto, const char *why);

/* Leaves out the history after a join, and tells the client. Returns false if out of memory. */
bool session_skip_history(struct session *s);

/* Refuses to send the list of members, because of a limit. Returns false if out of memory. */
bool session_refuse_list(struct session *s);

/* Starts to send the list of members. Returns its size in bytes; 0 if out of memory. */
size_t session_send_list(struct session *s);

/* Frees the list that is being sent. If the room has dropped the rest of it, tells the client.
 * Returns false if out of memory. */
bool session_finish_list(struct session *s);

/* Returns whether the client has a nickname, and so is in the room. */
bool session_is_member(const struct session *s);

/* Leaves the room; keeps the packets that are not sent yet. */
void session_leave(struct session *s);

/* Leaves the room and frees the session's memory. */
void session_deinit(struct session *s);

#endif
