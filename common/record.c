#include "common/record.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define SHAPE  "0000-00-00T00:00:00.000Z"
#define BEFORE "{\"time\":\""
#define AFTER  "\","

enum {
    SECONDS = sizeof "0000-00-00T00:00:00" - 1,
    BEFORE_LEN = sizeof BEFORE - 1,
    STAMP_LEN = RECORD_STAMP - 1,
    AFTER_LEN = sizeof AFTER - 1,
    MORE = BEFORE_LEN + STAMP_LEN +
           AFTER_LEN, /* than the payload; the line feed replaces its first brace */
};

bool record_format_time(char stamp[RECORD_STAMP], int64_t unix_ms)
{
    int ms = (int)((unix_ms % 1000 + 1000) % 1000);
    time_t seconds = unix_ms / 1000 - (unix_ms % 1000 < 0);
    struct tm utc;
    if (gmtime_r(&seconds, &utc) == NULL || utc.tm_year < 1000 - 1900 || utc.tm_year > 9999 - 1900)
        return false;
    strftime(stamp, RECORD_STAMP, "%Y-%m-%dT%H:%M:%S.000Z", &utc);
    for (int i = SECONDS + 3; i > SECONDS; i--, ms /= 10) stamp[i] = (char)('0' + ms % 10);
    return true;
}

/* Formats the parsed time again and compares: this rejects a 30th of February. */
static bool parse_time(const char stamp[RECORD_STAMP], int64_t *ret)
{
    struct tm utc = {0};
    char again[RECORD_STAMP];
    const char *rest = strptime(stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    if (rest != stamp + SECONDS) return false;
    int ms = (rest[1] - '0') * 100 + (rest[2] - '0') * 10 + (rest[3] - '0');
    *ret = (int64_t)timegm(&utc) * 1000 + ms;
    return record_format_time(again, *ret) && strcmp(again, stamp) == 0;
}

/* Writes the start of a line; the payload follows without its first brace. */
static void put_line_start(char *out, const char stamp[RECORD_STAMP])
{
    char *p = mempcpy(out, BEFORE, BEFORE_LEN);
    p = mempcpy(p, stamp, STAMP_LEN);
    memcpy(p, AFTER, AFTER_LEN);
}

size_t record_wrap(char out[RECORD_ROOM], const char stamp[RECORD_STAMP], struct span payload)
{
    put_line_start(out, stamp);
    memcpy(out + MORE, payload.p + 1, payload.n - 1);
    out[MORE + payload.n - 1] = '\n';
    return MORE + payload.n;
}

/* Prints the object where the start of the line then replaces its first brace. */
size_t record_encode(char *out, size_t room, int64_t unix_ms, const char *nick, const char *msg,
                     enum proto proto)
{
    char stamp[RECORD_STAMP];
    if (room < MORE || !record_format_time(stamp, unix_ms)) return 0;
    size_t n = packet_print(out + MORE - 1, room - MORE, proto, nick, msg);
    if (n == 0) return 0;
    put_line_start(out, stamp);
    out[MORE - 1 + n] = '\n';
    return MORE + n;
}

const char *record_decode(struct record *r, struct span line)
{
    char stamp[RECORD_STAMP] = "";
    const char *error = packet_decode(&r->said, line);
    if (error != NULL) return error;
    bool has_time = line.n > MORE && memcmp(line.p, BEFORE, BEFORE_LEN) == 0 &&
                    memcmp(line.p + BEFORE_LEN + STAMP_LEN, AFTER, AFTER_LEN) == 0;
    if (has_time) memcpy(stamp, line.p + BEFORE_LEN, STAMP_LEN);
    return has_time && parse_time(stamp, &r->unix_ms) ? NULL
                                                      : "time must come first, such as " SHAPE;
}
