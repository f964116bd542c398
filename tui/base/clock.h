/* clock: the time, for those who know none. */
#ifndef TUI_BASE_CLOCK_H
#define TUI_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds on a clock that never jumps. */
int64_t clock_now(void);

/* Milliseconds since 1970, in UTC. */
int64_t clock_unix(void);

/* The seconds that gmtime(3) shows as the time on local clocks. */
time_t clock_local(void);

#endif
