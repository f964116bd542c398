/* deadlines: one timer for each connection. All timers of a kind have the same timeout, so a list
 * in the order of setting them is in the order of their deadlines. */
#ifndef SERVER_NET_DEADLINES_H
#define SERVER_NET_DEADLINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

enum { DEADLINES_KEEPALIVE = 3000 }; /* milliseconds for an answer to the kernel's keepalive */

enum timer {
    TIMER_NONE,
    TIMER_HANDSHAKE,  /* the client chooses a nickname */
    TIMER_FRAME,      /* the rest of a packet arrives */
    TIMER_RATE_LIMIT, /* reading goes on after a pause */
    TIMER_WRITE,      /* the client reads what it was sent: checked now and then */
    TIMER_KEEPALIVE,  /* its system answers, because its nickname was requested */
    TIMER_CLOSE,      /* the client reads its last packets and closes */
    TIMERS,
};

/* All zero: not set. Part of what it is the deadline of. */
struct deadline {
    TAILQ_ENTRY(deadline) link;
    int64_t at;            /* milliseconds */
    uint32_t handshake_by; /* milliseconds: when no TIMER_HANDSHAKE may be set again; 0: never */
    enum timer kind : 8;
};

TAILQ_HEAD(deadline_list, deadline);

struct deadlines {
    struct deadline_list lists[TIMERS];
    int64_t timeouts[TIMERS]; /* milliseconds; 0: no limit */
};

/* Starts with `nick_seconds` for a nickname, 0: no limit; checks several times in `stall_seconds`,
 * 0: at some interval, whether a client reads what it was sent. */
void deadlines_init(struct deadlines *d, int nick_seconds, int stall_seconds);

/* Changes the same for deadlines that are set from now on. */
void deadlines_configure(struct deadlines *d, int nick_seconds, int stall_seconds);

/* Sets a deadline in place of the one that was set; TIMER_NONE: unsets it, as before it is freed.
 * The first TIMER_HANDSHAKE sets handshake_by. */
void deadlines_set(struct deadlines *d, struct deadline *deadline, enum timer kind, int64_t now);

/* Returns the first deadline of this kind if it has expired, or NULL. */
struct deadline *deadlines_expired(const struct deadlines *d, enum timer kind, int64_t now);

/* Returns when the next deadline expires, in milliseconds; 0: none is set. */
int64_t deadlines_next(const struct deadlines *d);

/* Whether the last wait for a nickname is over. */
bool deadline_is_handshake_over(const struct deadline *deadline, int64_t now);

#endif
