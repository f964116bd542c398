/* connection: one client's socket: its output, its timers and its end. A connection that ends is
 * only marked; the server frees it later. Only connection.c and connection_input.c change a
 * connection. */
#ifndef SERVER_NET_CONNECTION_H
#define SERVER_NET_CONNECTION_H

#include "common/frame.h"
#include "server/net/admission.h"
#include "server/net/deadlines.h"
#include "server/net/tls.h"
#include "server/room/session.h"

#include <assert.h>
#include <stddef.h>
#include <sys/queue.h>

enum {
    CONN_OUT_MAX = 128 * 1024, /* with more bytes of private output, it is not read */
};

/* Log lines: an accepted connection, its nickname, its end. */
#define CONN_LOG_CONNECTED(number, from) "#" number " connected from " from
#define CONN_LOG_NICK(number, nick)      "#" number " is " nick
#define CONN_LOG_CLOSED(number, reason)  "#" number " closed: " reason

/* Reasons for the end of a connection, for the client and for the log. */
#define CONN_KICKED    "You were removed by the operator"
#define CONN_NO_NICK   "You chose no nickname in time. Connect again when you have one."
#define CONN_REPLACED  "Your client came back on another connection."
#define CONN_TOO_LONG  "its length was over 4096, and you have no nickname yet"
#define CONN_NEEDS_TLS "This server speaks TLS here. Connect with TLS, as klatch --tls does."
#define CONN_NOT_LISTED(key)                                                                       \
    "Your key " key " is not on this server's list. Send it to the administrator."
#define CONN_NO_KEY                                                                                \
    "This server lets in only people whose key it knows, and your client sent none. Send the "     \
    "administrator what klatch --key prints, and connect with TLS."
#define CONN_NICK_RESERVED "Your nickname belongs to somebody else now. Connect again with another."
#define CONN_FRAME_TIMEOUT "Timed out waiting for the rest of your packet."
#define CONN_DISPLACED                                                                             \
    "The server is full, and most connections come from your network, so yours made place for "    \
    "another. Connect again later."
#define CONN_EVICTED                                                                               \
    "Too many packets were incomplete at the same time, and yours was the oldest. Connect again."

/* Reasons for the log. */
#define CONN_GOODBYE        "said goodbye"
#define CONN_CLOSED_BY_PEER "closed by the client"
#define CONN_NO_MEMORY      "out of memory"
#define CONN_NO_TLS(why)    "no TLS: " why
#define CONN_SLOW_TLS       "the handshake took too long"
#define CONN_SILENT         "the client's system does not answer"
#define CONN_STALLED        "read nothing for too long"
#define CONN_ABSENT         "no keepalive reply; nickname released"

enum conn_state {
    CONN_OPEN,
    CONN_HANDSHAKE, /* of TLS: its session sends and receives nothing yet */
    CONN_FLUSHING,  /* has left the room; sends its output and reads no input */
    CONN_LINGERING, /* the server's side is shut down; waits until the peer closes */
    CONN_CLOSED,    /* waits to be freed; its member leaves the room then */
};

/* On the heap, because an idle connection has no incomplete packet. */
struct frame_timer {
    struct deadline deadline; /* first */
    struct conn *conn;
};

struct conn {
    struct session session;
    struct admission_grant grant;
    struct tls *tls;           /* NULL: not encrypted */
    STAILQ_ENTRY(conn) active; /* in the queue of connections with something to do */
    struct {
        struct frame_decoder decoder;
        struct buffer unread;              /* received but not yet parsed */
        struct token_bucket packet_bucket; /* limits the packets per second */
        struct token_bucket byte_bucket;   /* limits the input, or detects a flood */
        struct frame_timer *frame_timer;   /* NULL: no packet is incomplete */
        uint32_t counted;                  /* bytes of memory that the table has counted */
        uint16_t invalid_minute;           /* of the last invalid packet; it wraps */
        uint8_t invalid_count;             /* invalid packets in that minute */
        uint8_t invalid_row : 5;           /* invalid packets since the last valid one */
        bool readable : 1;                 /* the socket may have input */
        bool paused : 1;                   /* not read until TIMER_RATE_LIMIT expires */
        bool made_progress : 1;            /* a whole packet came after the last timer update */
    } in;
    struct {
        bool blocked : 1; /* the socket is full */
        bool unacked : 1; /* the peer may not have received all bytes sent */
        bool failed : 1;  /* a send failed: discard output */
        uint8_t share;    /* of the socket's buffers: socket_send_max */
    } out;
    enum conn_state state : 8;
    bool is_active : 1;  /* in a queue of `active` */
    bool is_logged : 1;  /* its start was logged, so its end must be logged */
    bool is_probing : 1; /* another client requested its nickname: TIMER_KEEPALIVE */
    struct {
        uint32_t acked;    /* the field of struct liveness, at the last check */
        uint32_t acked_at; /* milliseconds: when it changed last */
    } liveness;
    uint32_t handshake_end; /* of deadlines_handshake_end; 0: not set */
    uint32_t lists_full_at; /* limits its member lists: of token_bucket_pack */
    struct deadline timer;
    struct {
        const char *reason;      /* for the log; NULL: none yet */
        uint32_t discarded;      /* bytes of input in CONN_LINGERING */
        bool reason_owned : 1;   /* the reason is on the heap */
        bool send_reason : 1;    /* send the reason to the peer, after its stream */
        bool protocol_error : 1; /* the reason is about an invalid packet */
    } closing;
    uint32_t slot, number; /* in the connection table; unique among open connections */
    uint32_t connected_at; /* seconds */
    int fd;
};

static_assert(sizeof(struct conn) <= 248, "with malloc's header it fills 256 bytes");

STAILQ_HEAD(conn_queue, conn);

/* Returns the connection whose session has this member. */
static inline struct conn *conn_of(struct member *m)
{
    char *session = (char *)m - offsetof(struct session, member);
    return (struct conn *)(void *)(session - offsetof(struct conn, session));
}

/* Returns the connection whose timer this is. */
static inline struct conn *conn_of_timer(struct deadline *d)
{
    return (struct conn *)(void *)((char *)d - offsetof(struct conn, timer));
}

static inline struct conn *conn_of_frame_timer(struct deadline *d)
{
    return ((struct frame_timer *)(void *)d)->conn;
}

/* -- start and end -- */

/* Takes over a non-blocking socket and queues HELLO, at a time in milliseconds. The room and the
 * grant's limits stay the caller's. Returns NULL if out of memory; then the socket is closed. */
struct conn *conn_new(int fd, struct room *room, const struct admission_grant *grant, int64_t now);

/* Starts the handshake of TLS, before anything is sent. Returns false if out of memory. */
bool conn_start_tls(struct conn *c, struct ssl_ctx_st *context);

/* Disconnects a client that the list of the room does not let in, or no longer, or not with its
 * nickname. A user of a unix socket needs no key. */
void conn_check_key(struct conn *c);

/* Continues the handshake in CONN_HANDSHAKE, as far as the input allows. */
void conn_handshake(struct conn *c);

/* Leaves the room, closes the socket and frees everything; c may be NULL. */
void conn_free(struct conn *c);

/* Ends a connection: leaves the room, and still sends the output up to now. `reason` is for the
 * log; here and below it must outlive the connection. */
void conn_close(struct conn *c, const char *reason);

/* Does the same, sends the message to the peer last, and counts a rejection. */
void conn_disconnect(struct conn *c, enum reject_reason reason, const char *message);

/* Disconnects for the administrator, with CONN_KICKED and a reason unless that is "". */
void conn_kick(struct conn *c, const char *reason);

/* Ends a connection at once. Only marks it: it leaves the room when it is freed. */
void conn_abort(struct conn *c, const char *reason);

/* Does the same because there is no memory, and logs it. */
void conn_abort_without_memory(struct conn *c);

/* Continues the end of a connection: sends, shuts down, reads until the peer closes. */
void conn_close_step(struct conn *c);

/* Whether the peer of a lingering connection has received everything and no input is left, so that
 * closing loses nothing. */
bool conn_is_delivered(const struct conn *c);

/* Disconnects to make place for another client. Sends what the socket takes at once, and gives the
 * grant back to `admission`. */
void conn_displace(struct conn *c, struct admission *admission, int64_t now);

/* Returns when it last sent something or connected, in milliseconds. */
int64_t conn_idle_since(const struct conn *c);

/* -- events -- */

/* Notes an event of the socket: POLLER_READ, POLLER_WRITE. */
void conn_handle_event(struct conn *c, unsigned what);

/* -- output -- */

/* Whether a flush would send something. */
bool conn_has_output(const struct conn *c);

/* Sends private output, then frames of the ring, until the socket is full; but of a member list,
 * only two packets. After a failed send, discards output; input is read until the end of the
 * stream. */
void conn_flush(struct conn *c);

/* Whether another flush would send more of a member list. */
bool conn_is_sending_list(const struct conn *c);

/* -- timers -- */

/* Sets the timers that the connection's state needs, unless they are set. Each packet restarts the
 * wait for the next one; a part of a packet does not. `now` is in milliseconds. */
void conn_update_timers(struct conn *c, struct deadlines *d, int64_t now);

/* Restarts one of the two timers; also after it has expired. */
void conn_restart_timer(struct conn *c, struct deadlines *d, int64_t now);
void conn_restart_frame_timer(struct conn *c, struct deadlines *d, int64_t now);

/* Unsets both timers, before the connection is freed. */
void conn_unset_timers(struct conn *c, struct deadlines *d, int64_t now);

/* Applies new limits: fills the packet bucket and restarts the timer. */
void conn_reset_limits(struct conn *c, struct deadlines *d, int64_t now);

/* Disconnect a client: that did not complete the handshake of TLS in time; that chose no nickname
 * in time; that did not complete a packet in time; whose incomplete packet uses memory that others
 * need. */
void conn_tls_timeout(struct conn *c);
void conn_handshake_timeout(struct conn *c);
void conn_frame_timeout(struct conn *c);
void conn_evict(struct conn *c);

/* Whether it has no nickname and no more time to choose one. */
bool conn_is_handshake_over(const struct conn *c, int64_t now);

/* After TIMER_WRITE: aborts if the peer's system does not answer, or if its socket is full and it
 * has read nothing for `stall` milliseconds; 0: no limit. */
void conn_check_liveness(struct conn *c, int64_t now, int64_t stall);

/* Makes the kernel probe the peer of a connection whose nickname `other` requested, if both have
 * the same address, and so may be the same person. The next update sets TIMER_KEEPALIVE. */
void conn_keepalive_start(struct conn *c, const struct conn *other);

/* After TIMER_KEEPALIVE: aborts if the peer has not answered. */
void conn_keepalive_finish(struct conn *c);

/* -- for the connection table -- */

/* Set its slot and number; note that its start was logged. */
void conn_set_slot(struct conn *c, uint32_t slot, uint32_t number);
void conn_set_logged(struct conn *c);

/* Sets the share of its socket's buffers. */
void conn_set_share(struct conn *c, int share);

/* Adds it to the end of the queue, if it is not in it. */
void conn_activate(struct conn *c, struct conn_queue *active);

/* Removes the first connection from a queue that is not empty, and returns it. */
struct conn *conn_take_active(struct conn_queue *active);

#endif
