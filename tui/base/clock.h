/* clock: the current time. The only place in the client that reads a clock. */
#ifndef TUI_BASE_CLOCK_H
#define TUI_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Returns milliseconds of the monotonic clock. */
int64_t clock_now(void);

/* Returns milliseconds since 1970, in UTC. */
int64_t clock_unix(void);

/* Returns the seconds for which gmtime(3) gives the local time. */
int64_t clock_local(void);

/* Returns the earlier of two times; a negative one is never. */
int64_t clock_sooner(int64_t a, int64_t b);

/* Returns how many milliseconds poll(2) may wait until a time; -1 when that is never. */
int clock_poll_timeout(int64_t due, int64_t now);

/* Whether two local times, in seconds, are of one day. */
bool clock_same_day(int64_t a, int64_t b);

/* Sets *day to the day of a local time. Returns whether it was another one; 0 is none. */
bool clock_new_day(int64_t *day, int64_t at);

enum { CLOCK_TEXT_SIZE = 32 };

/* Writes a local time as HH:MM, after YYYY-MM-DD where the date is wanted. */
void clock_text(char ret[CLOCK_TEXT_SIZE], int64_t at, bool date);

#endif
