/* room: PURE the members and the messages. The room is a log, and a member is a cursor into it. */
#ifndef SERVER_ROOM_ROOM_H
#define SERVER_ROOM_ROOM_H

#include "common/packet.h"
#include "server/base/counters.h"
#include "server/room/allowlist.h"
#include "server/room/history.h"
#include "server/room/member_list.h"
#include "server/room/nicks.h"
#include "server/room/presence.h"
#include "server/room/ring.h"

enum { ROOM_SPEAKERS = 128 }; /* maximum of `speakers` */

struct member {
    struct cursor cursor;           /* the next frame to send, always between two frames */
    struct history_reader *history; /* to send before that; NULL: nothing */
    struct nick_entry *nick;        /* NULL: not in the room */
};

struct room {
    struct ring ring;
    struct history_log history;
    int64_t unix_ms;         /* the time, which the caller sets before each iteration */
    struct member **members; /* the recent speakers first, so that they can be served first */
    size_t count, cap;       /* of `members` */
    size_t speakers;         /* how many of the first members are recent speakers */
    size_t next_speaker;     /* counts up: modulo ROOM_SPEAKERS, the speaker to replace next */
    uint64_t generation;     /* changes whenever a member's index changes */
    struct presence presence;
    struct member_list list;
    bool closed; /* do not publish leaves */
    struct nicks nicks;
    const struct allowlist *allowlist; /* the caller's; NULL: everybody may come in */
    struct counters *counters;         /* the server's */
    char frame[PACKET_ROOM];           /* scratch space to encode a packet */
};

enum claim_result { CLAIM_OK, CLAIM_REFUSED, CLAIM_NOMEM };

/* Sets up an empty room with a ring in memory from ring_map_new. The memory and the counters stay
 * the caller's. */
void room_init(struct room *r, struct counters *counters, char *ring_memory, size_t size);

/* Sets how many of the last messages a new member receives, of those that are said from now on. */
void room_set_history(struct room *r, size_t messages);

/* Adds a message from the journal to the history. */
void room_restore(struct room *r, int64_t unix_ms, const char *nick, const char *msg);

/* Frees the room's memory; all members have left. */
void room_deinit(struct room *r);

/* Gives a member another nickname, or lets it join with this one: it reads the history first.
 * Returns CLAIM_REFUSED if the nickname breaks the rule, or if another member has it or one that
 * looks alike. Then nothing has changed, and *rival, unless rival is NULL, is the other member, or
 * NULL. After CLAIM_NOMEM, the member must leave. */
enum claim_result room_set_nick(struct room *r, struct member *m, const char *nick,
                                struct member **rival);

/* Returns the member with this nickname, in any spelling; NULL: there is none. */
struct member *room_find_member(const struct room *r, const char *nick);

/* Returns the bytes of history that a new member has not received. */
size_t room_history_size(const struct member *m);

/* Leaves out the history that a member has not received, and frees its reader. */
void room_skip_history(struct member *m);

/* Publishes a member's message. Returns false if it does not fit into a frame with its nickname. */
bool room_broadcast(struct room *r, struct member *m, const char *msg);

/* Removes a member, frees its nickname and publishes the leave; does nothing if it is not in the
 * room. Its history stays to be sent. */
void room_leave(struct room *r, struct member *m);

/* Builds the list of members, unless nobody has joined, left or changed its nickname since the last
 * call. Returns false if out of memory. */
bool room_build_list(struct room *r);

/* Ends an iteration: publishes the batch of its joins, leaves or new nicknames. */
void room_tick(struct room *r);

/* Closes the room: from now on, publishes no leaves. */
void room_close(struct room *r);

/* Publishes a notice from the server. */
void room_notice(struct room *r, const char *msg);

#endif
