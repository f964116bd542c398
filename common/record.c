#include "common/record.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SHAPE "0000-00-00T00:00:00.000Z"

enum { SECONDS = sizeof "0000-00-00T00:00:00" - 1, STAMP_ROOM = sizeof SHAPE };

/* Writes the time; false where the year has no four digits. */
static bool write_time(char stamp[STAMP_ROOM], int64_t unix_ms)
{
    int ms = (int)((unix_ms % 1000 + 1000) % 1000);
    time_t seconds = unix_ms / 1000 - (unix_ms % 1000 < 0);
    struct tm utc;
    if (gmtime_r(&seconds, &utc) == NULL || utc.tm_year < 1000 - 1900 || utc.tm_year > 9999 - 1900)
        return false;
    strftime(stamp, STAMP_ROOM, "%Y-%m-%dT%H:%M:%S.000Z", &utc);
    for (int i = SECONDS + 3; i > SECONDS; i--, ms /= 10) stamp[i] = (char)('0' + ms % 10);
    return true;
}

/* What is written back the same was a time; so the 30th of February is none. */
static bool read_time(const char *stamp, int64_t *ret)
{
    struct tm utc = {0};
    char again[STAMP_ROOM];
    if (strlen(stamp) != STAMP_ROOM - 1) return false;
    const char *rest = strptime(stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    if (rest != stamp + SECONDS) return false;
    int ms = (rest[1] - '0') * 100 + (rest[2] - '0') * 10 + (rest[3] - '0');
    *ret = (int64_t)timegm(&utc) * 1000 + ms;
    return write_time(again, *ret) && strcmp(again, stamp) == 0;
}

size_t record_encode(char *out, size_t room, int64_t unix_ms, const char *nick, const char *msg,
                     enum proto proto)
{
    char stamp[STAMP_ROOM];
    if (!write_time(stamp, unix_ms)) return 0;
    size_t n = packet_print(out, room, stamp, proto, nick, msg);
    if (n == 0) return 0;
    out[n] = '\n'; /* where the NUL was */
    return n + 1;
}

const char *record_decode(struct record *r, struct span line)
{
    *r = (struct record){0};
    const char *why = packet_decode(&r->said, line);
    if (why != NULL) return why;
    const char *stamp = packet_text(&r->said, "time");
    if (stamp != NULL && read_time(stamp, &r->unix_ms)) return NULL;
    record_free(r);
    return "time must be such as " SHAPE;
}

void record_free(struct record *r)
{
    packet_free(&r->said);
    r->unix_ms = 0;
}
