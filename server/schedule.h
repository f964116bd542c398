/* schedule: decides which connections are read and which are sent to in an iteration, so that no
 * client takes the others' time: neither one that floods nor thousands that only listen. */
#ifndef SERVER_SCHEDULE_H
#define SERVER_SCHEDULE_H

#include "server/net/connection_input.h"
#include "server/net/connections.h"
#include "server/room/room.h"

#include <stdbool.h>
#include <stdint.h>

/* -- who speaks -- */

enum { SPEAKERS_KEPT = 2 }; /* so that one of them is always another */

/* The connections that spoke last. All zero: none. */
struct speakers {
    struct speaker {
        uint32_t number; /* of the connection */
        int64_t until;   /* milliseconds: it counts as speaking until then */
    } kept[SPEAKERS_KEPT];
};

/* Notes that a connection sent something, at a time in milliseconds; one that sends more than a
 * person types does not speak. */
void speakers_note(struct speakers *s, uint32_t number, bool is_typing, int64_t now);

/* Whether a connection other than this one speaks. */
bool speakers_others_active(const struct speakers *s, uint32_t number, int64_t now);

/* -- who is sent to -- */

/* A pass over the first `count` members of the room, all of them or its recent speakers. It may
 * take many iterations. If a member's index changes meanwhile, another pass follows. */
struct send_pass {
    size_t index;        /* the next member */
    uint64_t end;        /* where the frames ended that could be sent when the pass began */
    uint64_t generation; /* the room's, then */
};

/* Whether the pass has members left, or another one has to follow. */
bool send_pass_is_due(const struct send_pass *p, const struct room *room, size_t count);

/* Returns the next member, of the next pass if need be; NULL: none is due. */
struct member *send_pass_next(struct send_pass *p, const struct room *room, size_t count);

/* -- an iteration -- */

/* All zero: at the start. */
struct schedule {
    struct speakers speakers;
    struct send_pass speakers_pass, all_pass;
    int considered;           /* active connections that schedule_read considered */
    char read_buf[CONN_READ]; /* where it reads into */
};

/* Reads from the first active connections, which has begun at a time in microseconds. */
void schedule_read(struct schedule *s, struct conn_table *conns, const struct room *room,
                   int64_t began_us);

/* Sends to the connections that schedule_read considered, then to some recent speakers and to some
 * of all members; the rest follows in the next iteration. `now` is in milliseconds. */
void schedule_send(struct schedule *s, struct conn_table *conns, const struct room *room,
                   int64_t now);

/* Whether the members that wait for their sends, or for the journal, are not too far behind. */
bool schedule_may_read(const struct schedule *s, const struct ring *ring);

/* Whether members are left to send to. */
bool schedule_has_sends(const struct schedule *s, const struct room *room);

#endif
