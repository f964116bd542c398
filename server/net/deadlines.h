/* deadlines: what each connection is waited for, and until when. All of a kind have the same
 * patience, so a list in order of arrival is one in order of deadlines. */
#ifndef SERVER_NET_DEADLINES_H
#define SERVER_NET_DEADLINES_H

#include "server/net/connection.h"

struct deadlines {
    struct conn_list lists[TIMERS];
    int64_t timeouts[TIMERS]; /* milliseconds; 0: for ever */
};

/* Waits `nick_seconds` for a nickname; 0: for ever. Looks several times in `stall_seconds`, 0: now
 * and then, whether a peer takes what it is sent. */
void deadlines_init(struct deadlines *d, int nick_seconds, int stall_seconds);

/* The same, from now on: who is waited for must be waited for anew. */
void deadlines_configure(struct deadlines *d, int nick_seconds, int stall_seconds);

/* Waits for this from now on, and for nothing else; TIMER_NONE before a connection is freed. The
 * first wait for a nickname sets when the last one is over. */
void deadlines_set(struct deadlines *d, struct conn *c, enum timer kind, int64_t now);

/* The first that was waited for in vain; NULL: none yet. */
struct conn *deadlines_expired(const struct deadlines *d, enum timer kind, int64_t now);

/* When the next one is due, of any kind; 0: never. */
int64_t deadlines_earliest(const struct deadlines *d);

#endif
