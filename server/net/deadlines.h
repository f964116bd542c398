/* deadlines: two timers for each connection: one for its state, one for the packet that it
 * receives. All timers of a kind have the same timeout, so a list in the order of their start is
 * also in the order of their deadlines. */
#ifndef SERVER_NET_DEADLINES_H
#define SERVER_NET_DEADLINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

enum { DEADLINES_KEEPALIVE = 15000 }; /* milliseconds for an answer to the kernel's keepalive */

enum timer {
    TIMER_NONE,
    TIMER_TLS,        /* for the handshake of TLS */
    TIMER_HANDSHAKE,  /* for the client to choose a nickname */
    TIMER_RATE_LIMIT, /* until reading continues after a pause */
    TIMER_WRITE,      /* until the next check whether the client reads its output */
    TIMER_KEEPALIVE,  /* for its system to answer, after another client requested its nickname */
    TIMER_CLOSE,      /* for the client to read its last packets and close */
    TIMER_CLOSED,     /* until the connection is freed, in this iteration or the next one */

    /* The second timer: for the rest of a packet to arrive, from a member; from a client without a
     * nickname. */
    TIMER_FRAME,
    TIMER_STRANGER_FRAME,
    TIMERS,
};

/* All zero: not set. A member of struct conn. */
struct deadline {
    TAILQ_ENTRY(deadline) link;
    uint32_t at; /* the lower 32 bits of the milliseconds; timeouts are shorter than half of that */
    enum timer kind : 8;
};

TAILQ_HEAD(deadline_list, deadline);

struct deadlines {
    struct deadline_list lists[TIMERS];
    int64_t timeouts[TIMERS]; /* milliseconds; 0: no limit */
};

/* Starts with a timeout of `nick_seconds` for a nickname, 0: no limit. TIMER_WRITE expires several
 * times in `stall_seconds`; 0: every WRITE_CHECK milliseconds. */
void deadlines_init(struct deadlines *d, int nick_seconds, int stall_seconds);

/* Changes these timeouts for deadlines that are set from now on. */
void deadlines_configure(struct deadlines *d, int nick_seconds, int stall_seconds);

/* Sets a deadline, which replaces the earlier one; TIMER_NONE unsets it: necessary before it is
 * freed. */
void deadlines_set(struct deadlines *d, struct deadline *deadline, enum timer kind, int64_t now);

/* Returns the first deadline of this kind if it has expired, or NULL. */
struct deadline *deadlines_expired(const struct deadlines *d, enum timer kind, int64_t now);

/* Returns when the next deadline expires, in milliseconds like the time now; 0: none is set. */
int64_t deadlines_next(const struct deadlines *d, int64_t now);

/* Returns when the total time for a nickname is over if it starts now: the lower 32 bits of the
 * milliseconds, but not 0; 0: no limit. */
uint32_t deadlines_handshake_end(const struct deadlines *d, int64_t now);

/* Whether that time is over. */
bool deadlines_is_handshake_over(uint32_t end, int64_t now);

#endif
