/* room: PURE who is here and what is said. The room is a log, a member is a cursor into it. */
#ifndef SERVER_ROOM_ROOM_H
#define SERVER_ROOM_ROOM_H

#include "common/packet.h"
#include "server/base/counters.h"
#include "server/room/history.h"
#include "server/room/nicks.h"
#include "server/room/presence.h"
#include "server/room/ring.h"

/* Members who spoke lately keep the first seats, so that they can be served first. */
enum { ROOM_SPEAKERS = 128 };

struct member {
    struct cursor cursor;    /* the next frame it is owed; always between two frames */
    uint64_t skip;           /* the ring's offset of its own arrival, which is not for it */
    struct nick_entry *nick; /* NULL: not in the room */
    size_t index;
};

struct room {
    struct ring ring;
    struct history_index history; /* of which a newcomer gets the last frames */
    struct member **members;
    size_t count, cap;
    size_t speakers, next_speaker; /* the first `talkers` seats; which of them to give away next */
    uint64_t generation;           /* how often a member has changed its seat */
    struct presence presence;      /* who came and went in this turn */
    bool closed;                   /* nobody is told of leaves any more */
    struct nicks nicks;            /* of its members */
    struct counters counters;      /* of what was said here, and to whom; others count in it, too */
    char frame[PACKET_ROOM];       /* where frames are written before they go anywhere */
};

enum claim_result { CLAIM_OK, CLAIM_REFUSED, CLAIM_NOMEM };

/* Opens an empty room on a ring that stays the caller's to unmap. */
void room_init(struct room *r, char *mirrored, size_t size);

/* From now on a newcomer's cursor starts so many frames back, or at the oldest that is there. False
 * without memory, and nothing has changed. */
bool room_set_history(struct room *r, size_t frames);

/* Publishes again what somebody said before the room opened. */
void room_restore(struct room *r, const char *nick, const char *msg);

/* Frees what the room holds; its members have left. */
void room_deinit(struct room *r);

/* Asks for a nickname: for one who is not here, to join, its cursor before the room's past or after
 * the notice of it; for a member, to be renamed. CLAIM_REFUSED where the rule or another member
 * stands against it; then, and with CLAIM_NOMEM, nothing has changed. */
enum claim_result room_set_nick(struct room *r, struct member *m, const char *nick);

/* Who bears the nickname, under any spelling; NULL: nobody. */
struct member *room_find_member(const struct room *r, const char *nick);

/* Publishes what a member says. False where the text does not fit a frame with its nickname. */
bool room_broadcast(struct room *r, struct member *m, const char *msg);

/* Frees the member's nickname and tells the others; nothing for one who is not here. */
void room_leave(struct room *r, struct member *m);

/* Ends a turn: what was folded of its joins and leaves is told. */
void room_tick(struct room *r);

/* The room closes for all: that everybody leaves is no news from now on. */
void room_close(struct room *r);

/* Publishes a broadcast of the server's own. */
void room_notice(struct room *r, const char *msg);

#endif
