/* clock: the current time. */
#ifndef SERVER_SYSTEM_CLOCK_H
#define SERVER_SYSTEM_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Returns the time of the monotonic clock in microseconds; clock_gettime(2). */
static inline int64_t clock_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Returns the milliseconds since 1970, in UTC. */
static inline int64_t clock_unix_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

#endif
