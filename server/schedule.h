/* schedule: decides which connections are read and which are sent to in an iteration, so that no
 * client takes the others' time: neither one that floods nor thousands that only listen. */
#ifndef SERVER_SCHEDULE_H
#define SERVER_SCHEDULE_H

#include "server/net/connection_input.h"
#include "server/net/connections.h"
#include "server/room/room.h"

#include <stdbool.h>
#include <stdint.h>

/* -- speakers -- */

enum { SPEAKERS_KEPT = 2 }; /* two, so that for any connection one of them is another one */

/* The last connections that spoke. All zero: none. */
struct speakers {
    struct speaker {
        uint32_t number; /* of the connection */
        int64_t until;   /* milliseconds: it counts as speaking until then */
    } kept[SPEAKERS_KEPT];
};

/* Notes that a connection sent something, at a time in milliseconds. It counts as speaking only if
 * it does not send more than a person types. */
void speakers_note(struct speakers *s, uint32_t number, bool is_typing, int64_t now);

/* Whether a connection other than this one speaks. */
bool speakers_others_active(const struct speakers *s, uint32_t number, int64_t now);

/* -- passes -- */

/* A pass sends to the first `count` members of the room: all members, or the recent speakers. It
 * may take many iterations. If a member's index changes meanwhile, another pass follows. */
struct send_pass {
    size_t index;        /* the next member */
    uint64_t end;        /* the end of the frames that could be sent when the pass began */
    uint64_t generation; /* of the room, when the pass began */
};

/* Whether the pass has members left, or another pass has to follow. */
bool send_pass_is_due(const struct send_pass *p, const struct room *room, size_t count);

/* Lets another pass follow. */
void send_pass_repeat(struct send_pass *p);

/* Returns the next member, of the next pass if necessary; NULL: none is due. */
struct member *send_pass_next(struct send_pass *p, const struct room *room, size_t count);

/* -- an iteration -- */

/* All zero: at the start. */
struct schedule {
    struct speakers speakers;
    struct send_pass speakers_pass, all_pass;
    int considered;           /* active connections that schedule_read considered */
    char read_buf[CONN_READ]; /* its buffer */
};

/* Reads from the first active connections, in an iteration that began at a time in microseconds. */
void schedule_read(struct schedule *s, struct conn_table *conns, const struct room *room,
                   int64_t began_us);

/* Sends to the connections that schedule_read considered, then to some recent speakers, then to
 * some of all members; the others follow in the next iteration. `now` is in milliseconds. */
void schedule_send(struct schedule *s, struct conn_table *conns, const struct room *room,
                   int64_t now);

/* Whether the members that wait for their sends, or for the journal, are not too far behind. */
bool schedule_may_read(const struct schedule *s, const struct ring *ring);

/* Whether members are left to send to. */
bool schedule_has_sends(const struct schedule *s, const struct room *room);

#endif
