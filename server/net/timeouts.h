/* timeouts: what becomes of those who were waited for in vain. */
#ifndef SERVER_NET_TIMEOUTS_H
#define SERVER_NET_TIMEOUTS_H

#include "server/net/peers.h"

/* Cuts off who chose no nickname or did not finish a packet in time, hears those again who had to
 * pause, and looks at some who may be gone, or who take nothing for `stall` milliseconds, 0:
 * however long. Whoever has something to do then is active. Those in TIMER_CLOSE are not for here.
 */
void timeouts_end(struct peers *p, int64_t now, int64_t stall);

#endif
