/* waits: what each connection is waited for, and until when. All of a kind have the same patience,
 * so a list in order of arrival is one in order of deadlines. */
#ifndef SERVER_NET_DEADLINES_H
#define SERVER_NET_DEADLINES_H

#include "server/net/connection.h"

struct waits {
    struct conn_list lists[WAIT_KINDS];
    int64_t patience[WAIT_KINDS]; /* milliseconds; 0: for ever */
};

/* Waits `nick_seconds` for a nickname; 0: for ever. Looks several times in `stall_seconds`, 0: now
 * and then, whether a peer takes what it is sent. */
void waits_init(struct waits *w, int nick_seconds, int stall_seconds);

/* The same, from now on: who is waited for must be waited for anew. */
void waits_change(struct waits *w, int nick_seconds, int stall_seconds);

/* Waits for this from now on, and for nothing else; WAIT_NOTHING before a connection is freed. The
 * first wait for a nickname sets when the last one is over. */
void waits_set(struct waits *w, struct conn *c, enum wait what, int64_t now);

/* The first that was waited for in vain; NULL: none yet. */
struct conn *waits_due(const struct waits *w, enum wait what, int64_t now);

/* When the next one is due, of any kind; 0: never. */
int64_t waits_next(const struct waits *w);

#endif
