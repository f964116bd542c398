#include "tui/base/clock.h"

#include <time.h>

enum { DAY = 86400 };

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

int64_t clock_to_local(int64_t unix_seconds)
{
    struct tm local;
    time_t at = (time_t)unix_seconds;
    return localtime_r(&at, &local) != NULL ? at + local.tm_gmtoff : at;
}

int64_t clock_local(void)
{
    static time_t zone_at;
    time_t now = time(NULL);
    if (now != zone_at) tzset(); /* the time zone may have changed */
    zone_at = now;
    return clock_to_local(now);
}

int64_t clock_sooner(int64_t a, int64_t b)
{
    if (a < 0 || b < 0) return a < 0 ? b : a;
    return a < b ? a : b;
}

int clock_poll_timeout(int64_t due, int64_t now)
{
    if (due < 0) return -1;
    return due > now ? (int)(due - now) : 0;
}

bool clock_same_day(int64_t a, int64_t b)
{
    return a / DAY == b / DAY;
}

bool clock_new_day(int64_t *day, int64_t at)
{
    if (at == 0) return false;
    bool changed = *day != 0 && *day != at / DAY;
    *day = at / DAY;
    return changed;
}

void clock_text(char ret[CLOCK_TEXT_SIZE], int64_t at, bool date)
{
    time_t seconds = (time_t)at;
    struct tm time;
    gmtime_r(&seconds, &time);
    strftime(ret, CLOCK_TEXT_SIZE, date ? "%Y-%m-%d %H:%M" : "%H:%M", &time);
}

void clock_date(char ret[CLOCK_DATE_SIZE], int64_t at)
{
    time_t seconds = (time_t)at;
    struct tm time;
    gmtime_r(&seconds, &time);
    if (strftime(ret, CLOCK_DATE_SIZE, "%A, %d %B %Y", &time) == 0) ret[0] = '\0';
}
