/* conn: one peer's socket: its bytes into its session, what it is owed out of it. The only file
 * that sends and receives. Ends are marked here and buried by the loop. */
#ifndef SERVER_NET_CONNECTION_H
#define SERVER_NET_CONNECTION_H

#include "common/frame.h"
#include "server/net/admission.h"
#include "server/room/session.h"

#include <assert.h>
#include <stddef.h>
#include <sys/queue.h>

enum {
    CONN_READ = 32 * 1024,     /* bytes taken from one peer in a turn */
    CONN_OUT_MAX = 128 * 1024, /* with more than this pending, a peer is not read */
    CONN_LINGER_MAX =
        256 * 1024,           /* bytes read and dropped, at the most, of one that was told to go */
    CONN_KEEPALIVE_MS = 3000, /* milliseconds in which one whose nickname is wanted must answer, */
    CONN_SILENT_MS = 50000,   /* and anybody to what is on its way */
};

enum conn_state {
    CONN_OPEN,
    CONN_FLUSHING,  /* takes nothing more in; what it is owed still goes out */
    CONN_LINGERING, /* our side is shut; waits for the peer to have read it all and close */
    CONN_CLOSED,
};

enum timer {
    TIMER_NONE,
    TIMER_HANDSHAKE,  /* that it chooses a nickname */
    TIMER_FRAME,      /* that the packet it began comes whole */
    TIMER_RATE_LIMIT, /* that it may be heard again, after it spoke too fast */
    TIMER_WRITE,      /* that it takes what it is sent */
    TIMER_KEEPALIVE,  /* that its system shows that it is there, as somebody wants its nickname */
    TIMER_CLOSE,      /* that it takes what it is owed and closes */
    TIMERS,
};

struct conn {
    struct session session;
    struct admission_grant grant;
    TAILQ_ENTRY(conn) active; /* in the table's list of connections with something to do */
    struct {
        struct frame_decoder decoder;
        struct buffer unread;              /* received but not yet parsed */
        struct token_bucket packet_bucket; /* limits the packets per second */
        struct token_bucket byte_bucket;   /* measures the bytes; see fairness.h */
        bool readable : 1;                 /* the socket may have input */
        bool peer_closed : 1;              /* the end of the stream is near */
        bool paused : 1;                   /* not read until TIMER_RATE_LIMIT expires */
        bool made_progress : 1;            /* a whole packet came since the timer was updated */
    } in;
    struct {
        bool blocked : 1; /* the socket is full */
        bool unacked : 1; /* something was sent and its arrival was not yet seen */
        bool failed : 1;  /* a send failed: output is discarded */
    } out;
    enum conn_state state : 8;
    bool is_active : 1;
    bool is_logged : 1; /* its connect was logged, so its end is, too */
    struct {
        uint32_t acked;    /* struct liveness's, at the last check */
        uint32_t acked_at; /* milliseconds: when that changed last */
        bool probing : 1;  /* its nickname was requested: TIMER_KEEPALIVE */
    } liveness;
    struct {
        TAILQ_ENTRY(conn) link;
        int64_t deadline;      /* milliseconds */
        uint32_t handshake_by; /* milliseconds: the last time to choose a nickname; 0: no limit */
        enum timer kind : 8;
    } timer;
    struct {
        const char *reason;      /* for the log; NULL: none yet */
        uint32_t discarded;      /* bytes read in CONN_LINGERING */
        bool reason_owned : 1;   /* the reason is on the heap */
        bool send_reason : 1;    /* to be sent to the peer, after its stream */
        bool protocol_error : 1; /* the reason is about a packet */
    } closing;
    uint32_t slot, number;
    uint32_t connected_at; /* seconds */
    int fd;
};

static_assert(sizeof(struct conn) <= 248, "with malloc's header it fills 256 bytes");

/* What may be taken in one turn of the loop. */
struct read_budget {
    size_t bytes;             /* from one peer, at most CONN_READ */
    int64_t now;              /* milliseconds */
    int64_t until;            /* microseconds: when the turn has taken enough */
    struct conn *nick_holder; /* is set to one who has a nickname that was asked for */
};

TAILQ_HEAD(conn_list, conn);

/* The connection whose session has this member. */
static inline struct conn *conn_of(struct member *m)
{
    char *session = (char *)m - offsetof(struct session, member);
    return (struct conn *)(void *)(session - offsetof(struct conn, session));
}

/* Takes over a non-blocking socket and owes it HELLO; the room and the guest's policy stay the
 * caller's. NULL without memory: the socket is closed. */
struct conn *conn_new(int fd, uint32_t number, struct room *room,
                      const struct admission_grant *guest);

/* Leaves the room, closes the socket, frees everything. NULL is fine. */
void conn_free(struct conn *c);

/* Receives once, into scratch, and hands on the whole packets that the budget and the peer's rate
 * allow; the others wait. Returns how many bytes were taken. */
size_t conn_read(struct conn *c, char buf[CONN_READ], struct read_budget *budget);

/* Counts a read of so many bytes; conn_read does. */
void conn_count_input(struct conn *c, size_t bytes, int64_t now);

/* Whether the peer sends more than a person who types and pastes, and whether no more than one who
 * types. */
bool conn_is_flooding(const struct conn *c, int64_t now);
bool conn_is_typing(const struct conn *c, int64_t now);

/* Whether there is something to read and nothing against reading it: one that does not take what it
 * is owed is not asked for more. */
bool conn_wants_read(const struct conn *c);

/* Whether something came, or may have, that was not taken. */
bool conn_has_input(const struct conn *c);

/* The same, and its socket is asked; ioctl(2) with FIONREAD. */
bool conn_poll_input(struct conn *c);

/* Sends what is pending, then from the ring, as far as the socket takes it. One whose send fails is
 * owed nothing from then on, and leaves when all that it said has been read. */
void conn_flush(struct conn *c);

/* Whether a flush would send something. */
bool conn_has_output(const struct conn *c);

/* What it should be waited for. */
enum timer conn_timer(const struct conn *c);

/* Looks, at a time in milliseconds, at one that is waited for in TIMER_WRITE: kills one that is
 * gone, or that takes nothing while its socket is full for `stall` milliseconds; 0: however long.
 */
void conn_check_liveness(struct conn *c, int64_t now, int64_t stall);

/* Asks the system of one whose nickname the other wants whether it is there, if that can be the
 * same person. Then it is waited for in TIMER_KEEPALIVE. */
void conn_keepalive_start(struct conn *c, const struct conn *other);

/* After CONN_KEEPALIVE_MS: kills one that has not answered, and asks no more. */
void conn_keepalive_finish(struct conn *c);

/* Ends a connection in good order: it leaves the room, what it is owed up to now still goes out.
 * `why` is for the log; here and below, it stays the caller's and must outlive the connection. */
void conn_close(struct conn *c, const char *why);

/* The same, and `words` are the last ones for the peer, too; it counts as refused for that. */
void conn_disconnect(struct conn *c, enum reject_reason why, const char *words);

/* Cuts one whom the operator wants to go, and tells it so, with the reason unless that is "". */
void conn_kick(struct conn *c, const char *reason);

/* Cuts one that chose no nickname in time. */
void conn_handshake_timeout(struct conn *c);

/* Whether it has no nickname, after all the waits for one, at a time in milliseconds. */
bool conn_handshake_is_over(const struct conn *c, int64_t now);

/* Moves an ending connection on: flush, shut, drain, dead. */
void conn_close_step(struct conn *c);

/* Whether a draining peer's system has all it was sent and nothing is left to read: then closing
 * now takes nothing from it; ioctl(2) with SIOCOUTQ and FIONREAD. */
bool conn_is_delivered(const struct conn *c);

/* Ends a connection at once. */
void conn_abort(struct conn *c, const char *why);

#endif
