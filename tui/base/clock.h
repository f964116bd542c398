/* clock: the current time. The only place in the client that reads a clock. */
#ifndef TUI_BASE_CLOCK_H
#define TUI_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Returns milliseconds of the monotonic clock. */
int64_t clock_now(void);

/* Returns milliseconds since 1970, in UTC. */
int64_t clock_unix(void);

/* Returns the seconds for which gmtime(3) gives the local time. */
time_t clock_local(void);

#endif
