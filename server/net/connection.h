/* conn: one peer's socket: its bytes into its session, what it is owed out of it. The only file
 * that sends and receives. Ends are marked here and buried by the loop. */
#ifndef SERVER_NET_CONNECTION_H
#define SERVER_NET_CONNECTION_H

#include "common/frame.h"
#include "server/net/admission.h"
#include "server/room/session.h"

#include <stddef.h>
#include <sys/queue.h>

enum {
    CONN_READ = 32 * 1024,   /* bytes taken from one peer in a turn */
    CONN_OWED = 128 * 1024,  /* with more than this pending, a peer is not read */
    CONN_DRAIN = 256 * 1024, /* bytes read and dropped, at the most, of one that was told to go */
    CONN_PROBE = 3000,       /* milliseconds in which one whose nickname is wanted must answer, */
    CONN_SILENCE = 50000,    /* and anybody to what is on its way */
};

enum conn_state {
    CONN_OPEN,
    CONN_FAREWELL, /* takes nothing more in; what it is owed still goes out */
    CONN_DRAINING, /* our side is shut; waits for the peer to have read it all and close */
    CONN_DEAD,
};

enum wait {
    WAIT_NOTHING,
    WAIT_NICK,  /* that it chooses a nickname */
    WAIT_FRAME, /* that the packet it began comes whole */
    WAIT_PACE,  /* that it may be heard again, after it spoke too fast */
    WAIT_TAKE,  /* that it takes what it is sent */
    WAIT_PROBE, /* that its system shows that it is there, as somebody wants its nickname */
    WAIT_END,   /* that it takes what it is owed and closes */
    WAIT_KINDS,
};

struct conn {
    struct session session;
    struct frame_decoder in;
    struct buffer unread;       /* what came with what was taken, and has to wait */
    struct guest guest;         /* of the admission that let it in */
    struct token_bucket pace;   /* of its packets, */
    struct token_bucket volume; /* and of what it sends; see fairness.h */
    TAILQ_ENTRY(conn) active, waiting;
    const char *why;  /* why it ended, for the log */
    char *own_words;  /* where that is for it alone; or NULL */
    int64_t deadline; /* of what it is waited for, in milliseconds of the loop's clock */
    union {
        uint32_t taken;   /* by its pulse */
        uint32_t drained; /* in CONN_DRAINING: bytes that were dropped */
    };
    union {
        uint32_t took_at; /* when it last took some, in milliseconds */
        uint32_t nick_by; /* of a stranger: the end of its last wait for a nickname; 0: never */
    };
    uint32_t slot, number;
    uint32_t since; /* when it came, in seconds */
    int fd;
    enum wait wait : 8;
    enum conn_state state : 8;
    bool has_last_words : 1; /* it is to be told why, once its stream is out */
    bool is_broken : 1;      /* the last words are about a packet that was not understood */
    bool readable : 1, blocked : 1, hung_up : 1, is_active : 1;
    bool progressed : 1; /* a whole packet came since this was last looked at */
    bool is_paced : 1;   /* what it sends has to wait */
    bool sent : 1;       /* something, and it was not yet seen to have it all */
    bool is_deaf : 1;    /* a send failed: nothing is sent to it any more */
    bool wanted : 1;     /* somebody asks for its nickname */
    bool is_logged : 1;  /* its coming was, so its going is, too */
};

/* What may be taken in one turn of the loop. */
struct budget {
    size_t bytes;       /* from one peer, at most CONN_READ */
    int64_t now;        /* milliseconds */
    int64_t until;      /* microseconds: when the turn has taken enough */
    struct conn *rival; /* is set to one who has a nickname that was asked for */
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
struct conn *conn_new(int fd, uint32_t number, struct room *room, const struct guest *guest);

/* Leaves the room, closes the socket, frees everything. NULL is fine. */
void conn_free(struct conn *c);

/* Receives once, into scratch, and hands on the whole packets that the budget and the peer's rate
 * allow; the others wait. Returns how many bytes were taken. */
size_t conn_read(struct conn *c, char scratch[CONN_READ], struct budget *budget);

/* Whether there is something to read and nothing against reading it: one that does not take what it
 * is owed is not asked for more. */
bool conn_wants_read(const struct conn *c);

/* Whether something came, or may have, that was not taken. */
bool conn_has_unread(const struct conn *c);

/* The same, and its socket is asked; ioctl(2) with FIONREAD. */
bool conn_sent_in_time(struct conn *c);

/* Sends what is pending, then from the ring, as far as the socket takes it. One whose send fails is
 * owed nothing from then on, and leaves when all that it said has been read. */
void conn_flush(struct conn *c);

/* Whether a flush would send something. */
bool conn_is_behind(const struct conn *c);

/* What it should be waited for. */
enum wait conn_wait(const struct conn *c);

/* Looks, at a time in milliseconds, at one that is waited for in WAIT_TAKE: kills one that is gone,
 * or that takes nothing while its socket is full for `stall` milliseconds; 0: however long. */
void conn_look(struct conn *c, int64_t now, int64_t stall);

/* Asks the system of one whose nickname the other wants whether it is there, if that can be the
 * same person. Then it is waited for in WAIT_PROBE. */
void conn_probe(struct conn *c, const struct conn *other);

/* After CONN_PROBE: kills one that has not answered, and asks no more. */
void conn_probed(struct conn *c);

/* Ends a connection in good order: it leaves the room, what it is owed up to now still goes out.
 * `why` is for the log; here and below, it stays the caller's and must outlive the connection. */
void conn_end(struct conn *c, const char *why);

/* The same, and `words` are the last ones for the peer, too; it counts as refused for that. */
void conn_cut(struct conn *c, enum reject_reason why, const char *words);

/* Cuts one whom the operator wants to go, and tells it so, with the reason unless that is "". */
void conn_remove(struct conn *c, const char *reason);

/* Cuts one that chose no nickname in time. */
void conn_cut_nameless(struct conn *c);

/* Whether it has no nickname, after all the waits for one, at a time in milliseconds. */
bool conn_is_overdue(const struct conn *c, int64_t now);

/* Moves an ending connection on: flush, shut, drain, dead. */
void conn_serve_end(struct conn *c);

/* Whether a draining peer's system has all it was sent and nothing is left to read: then closing
 * now takes nothing from it; ioctl(2) with SIOCOUTQ and FIONREAD. */
bool conn_is_delivered(const struct conn *c);

/* Ends a connection at once. */
void conn_kill(struct conn *c, const char *why);

#endif
