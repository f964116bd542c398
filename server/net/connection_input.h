/* connection_input: reads a client's socket, splits the bytes into packets and passes them to its
 * session, within limits. */
#ifndef SERVER_NET_CONNECTION_INPUT_H
#define SERVER_NET_CONNECTION_INPUT_H

#include "server/net/connection.h"

enum {
    CONN_READ = 32 * 1024,       /* bytes read from a connection in an iteration */
    CONN_STRANGER_PACKET = 4096, /* maximum length of a packet of a client without a nickname */
    CONN_INVALID_ROW = 16,       /* invalid packets in a row that end a connection */
    CONN_INVALID_MINUTE = 120, /* the same in a minute: a tenth of the packets allowed by default */
};

/* The limits of reading in an iteration. */
struct read_budget {
    size_t bytes;             /* from one connection, at most CONN_READ */
    int64_t now;              /* milliseconds */
    int64_t until;            /* microseconds: handle no packet after that */
    struct conn *nick_holder; /* result: the connection whose nickname was requested, or NULL */
    struct conn *replaced;    /* result: the connection that this client lost, or NULL */
};

/* Whether it should be read: it has input, its peer reads its output, and it is not paused. */
bool conn_wants_read(const struct conn *c);

/* Whether it may have input; conn_poll_input also asks the kernel. */
bool conn_has_input(const struct conn *c);
bool conn_poll_input(struct conn *c);

/* Receives once, into `buf`, and handles the packets that the budget and the packet limit allow;
 * keeps the rest. Returns the number of bytes handled. */
size_t conn_read(struct conn *c, char buf[CONN_READ], struct read_budget *budget);

/* Returns how many bytes of memory its incomplete packet and its unread bytes need more than at the
 * last call. */
int64_t conn_count_memory(struct conn *c);

/* Whether the rest of an incomplete packet is late; called when its timer has expired. False if the
 * input waits because the client does not read its output. */
bool conn_is_frame_late(const struct conn *c);

/* Counts a packet of this many bytes, also for the address. conn_read calls it. */
void conn_count_input(struct conn *c, size_t bytes, int64_t now);

/* Whether the peer sends more than a person who pastes a long text; and whether it sends at most as
 * much as a person who types. */
bool conn_is_flooding(const struct conn *c, int64_t now);
bool conn_is_typing(const struct conn *c, int64_t now);

/* Stops reading until TIMER_RATE_LIMIT expires. */
void conn_pause(struct conn *c);

/* Continues reading, unless a limit does not allow it or another connection of its address has had
 * its turn at this time. Returns whether it did. */
bool conn_resume(struct conn *c, int64_t now);

#endif
