#include "tui/base/clock.h"

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_now(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_unix(void)
{
    return read_clock(CLOCK_REALTIME);
}

time_t clock_local(void)
{
    struct tm local;
    time_t now = time(NULL);
    localtime_r(&now, &local);
    return now + local.tm_gmtoff;
}
