/* clock: the current time. The only place in the client that reads a clock. */
#ifndef TUI_BASE_CLOCK_H
#define TUI_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Returns milliseconds of the monotonic clock. */
int64_t clock_now(void);

/* Returns milliseconds since 1970, in UTC. */
int64_t clock_unix(void);

/* Returns the local time as seconds: gmtime(3) splits them into local date and time. */
int64_t clock_local(void);

/* Converts seconds since 1970, in UTC, to local time of the time zone at that moment. */
int64_t clock_to_local(int64_t unix_seconds);

/* Returns the earlier of two times; a negative time means never. */
int64_t clock_sooner(int64_t a, int64_t b);

/* Returns the timeout of poll(2) until a time, in milliseconds; -1 if the time is negative. */
int clock_poll_timeout(int64_t due, int64_t now);

/* Whether two local times, in seconds, are on the same day. */
bool clock_same_day(int64_t a, int64_t b);

/* Sets *day to the day of a local time. Returns whether it changed; a *day of 0 is no day. An
 * `at` of 0 is no time, and changes nothing. */
bool clock_new_day(int64_t *day, int64_t at);

enum { CLOCK_TEXT_SIZE = 32 };

/* Writes a local time as HH:MM; with `date`, as YYYY-MM-DD HH:MM. */
void clock_text(char ret[CLOCK_TEXT_SIZE], int64_t at, bool date);

enum { CLOCK_DATE_SIZE = 128 };

/* Writes the date of a local time, such as Thursday, 26 November 2026. */
void clock_date(char ret[CLOCK_DATE_SIZE], int64_t at);

#endif
