/* conn: one peer's socket: its bytes into its session, what it is owed out of it. The only file
 * that sends and receives. Ends are marked here and buried by the loop. */
#ifndef SERVER_CONN_H
#define SERVER_CONN_H

#include "common/frame.h"
#include "server/admission.h"
#include "server/session.h"

#include <sys/queue.h>

enum {
    CONN_READ = 32 * 1024,   /* bytes taken from one peer in a turn */
    CONN_OWED = 128 * 1024,  /* with more than this pending, a peer is not read */
    CONN_DRAIN = 256 * 1024, /* bytes read and dropped, at the most, of one that was told to go */
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
    WAIT_END,   /* that it takes what it is owed and closes */
    WAIT_KINDS,
};

struct conn {
    struct session session;
    struct framer in;
    struct pending unread; /* what came with what was taken, and has to wait */
    struct guest guest;    /* of the admission that let it in */
    struct pace pace;      /* of its packets, */
    struct pace volume;    /* and of what it sends, in KiB and reads */
    TAILQ_ENTRY(conn) active, waiting;
    const char *last_words; /* for the peer, once its stream is out; or NULL */
    const char *why;        /* why it ended, for the log */
    int64_t deadline;       /* of what it is waited for, in milliseconds of the loop's clock */
    uint32_t drained, slot, number;
    int fd;
    enum wait wait : 8;
    enum conn_state state : 8;
    bool is_broken : 1; /* the last words are about a packet that was not understood */
    bool readable : 1, blocked : 1, hung_up : 1, is_active : 1;
    bool progressed : 1; /* a whole packet came since this was last looked at */
    bool is_paced : 1;   /* what it sends has to wait */
};

/* What may be taken in one turn of the loop. */
struct budget {
    size_t bytes;  /* from one peer, at most CONN_READ */
    int64_t now;   /* milliseconds */
    int64_t until; /* microseconds: when the turn has taken enough */
};

TAILQ_HEAD(conn_list, conn);

/* Takes over a non-blocking socket and owes it HELLO. NULL without memory: the socket is closed. */
struct conn *conn_new(int fd, uint32_t number, struct room *room, const struct guest *guest);

/* Leaves the room, closes the socket, frees everything. NULL is fine. */
void conn_free(struct conn *c);

/* Receives once, into scratch, and hands on the whole packets that the budget and the peer's rate
 * allow; the others wait. Returns how many bytes were taken. */
size_t conn_read(struct conn *c, char scratch[CONN_READ], const struct budget *budget);

/* Whether there is something to read and nothing against reading it: one that does not take what it
 * is owed is not asked for more. */
bool conn_wants_read(const struct conn *c);

/* Whether something came, or may have, that was not taken. */
bool conn_has_unread(const struct conn *c);

/* Whether it sends so little as people say, or so much as they never do. */
bool conn_talks(const struct conn *c, int64_t now);
bool conn_floods(const struct conn *c, int64_t now);

/* Sends what is pending, then from the ring, as far as the socket takes it. */
void conn_flush(struct conn *c);

/* Whether a flush would send something. */
bool conn_is_behind(const struct conn *c);

/* Ends a connection in good order: it leaves the room, what it is owed up to now still goes out. */
void conn_end(struct conn *c, const char *why);

/* Moves an ending connection on: flush, shut, drain, dead. */
void conn_serve_end(struct conn *c);

/* The same, but with last words for the peer, which stay the caller's. */
void conn_cut(struct conn *c, const char *words);

/* What it should be waited for. */
enum wait conn_wait(const struct conn *c);

/* Whether a draining peer's system has all it was sent and nothing is left to read: then closing
 * now takes nothing from it. */
bool conn_is_delivered(const struct conn *c);

/* Ends a connection at once. */
void conn_kill(struct conn *c, const char *why);

#endif
