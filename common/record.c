#include "common/record.h"

#include "common/json_scan.h"
#include "common/text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <utf8proc.h>

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
bool record_parse_time(const char *stamp, int64_t *ret)
{
    struct tm utc = {0};
    char again[RECORD_STAMP];
    if (strlen(stamp) != STAMP_LEN) return false;
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

/* Copies JSON, with escapes instead of hidden characters; only counts if `out` is NULL. Returns
 * false if it does not fit. The JSON may be at the end of the same memory, if the result fits. */
static bool escape_hidden(char *out, size_t room, struct span json, size_t *ret_n)
{
    size_t n = 0;
    for (size_t at = 0, size; at < json.n; at += size) {
        char escape[JSON_ESCAPE_SIZE];
        const char *from = json.p + at;
        size_t len = size = json_scan_ascii(from, json.n - at);
        int32_t cp = TEXT_INVALID;
        if (size == 0) len = size = text_decode(json.p, json.n, at, &cp);
        if (cp != TEXT_INVALID && text_is_hidden(cp)) {
            len = json_format_escape(escape, cp);
            from = escape;
        }
        if (len > room - n) return false;
        if (out != NULL) memmove(out + n, from, len);
        n += len;
    }
    *ret_n = n;
    return true;
}

/* Returns the size of the escape at p for a character that escape_hidden may have escaped; 0: it is
 * none. */
static size_t read_escape(const char *p, size_t n, int32_t *ret_cp)
{
    int32_t unit = json_escape_unit(p, n), low;
    if (unit < 0x7F || json_is_low(unit)) return 0;
    *ret_cp = unit;
    if (!json_is_high(unit)) return 6;
    low = json_escape_unit(p + 6, n - 6);
    *ret_cp = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    return json_is_low(low) ? 12 : 0;
}

/* Undoes escape_hidden, so that a line is not longer than its packet. Returns the line itself if it
 * has no escapes; an empty one if it is too long. */
static struct span unescape_hidden(struct span line)
{
    static char plain[RECORD_VISIBLE];
    size_t n = 0, run, size;
    int32_t cp;
    if (memmem(line.p, line.n, "\\u", 2) == NULL) return line;
    for (size_t at = 0; at < line.n; at += size) {
        const char *from = line.p + at, *next = memchr(from, '\\', line.n - at);
        run = next != NULL ? (size_t)(next - from) : line.n - at;
        if (run + 4 > sizeof plain - n) return (struct span){line.p, 0};
        size = run > 0 ? run : read_escape(from, line.n - at, &cp);
        if (run == 0 && size > 0) {
            n += (size_t)utf8proc_encode_char(cp, (utf8proc_uint8_t *)plain + n);
            continue;
        }
        if (size == 0) size = line.n - at > 1 ? 2 : 1; /* a backslash and what it escapes */
        memcpy(plain + n, from, size);
        n += size;
    }
    return (struct span){plain, n};
}

/* -- lines -- */

size_t record_wrap(char *out, size_t room, const char stamp[RECORD_STAMP], struct span payload)
{
    struct span rest = {payload.p + 1, payload.n - 1};
    size_t n;
    if (room <= MORE || !escape_hidden(out + MORE, room - MORE - 1, rest, &n)) return 0;
    put_line_start(out, stamp);
    out[MORE + n] = '\n';
    return MORE + n + 1;
}

/* Prints the object, and moves it to the end of the line, from where it is escaped. */
size_t record_encode(char *out, size_t room, int64_t unix_ms, const char *nick, const char *msg,
                     enum proto proto)
{
    char stamp[RECORD_STAMP];
    size_t n = packet_print(out, room, proto, nick, msg), escaped;
    if (n == 0 || !record_format_time(stamp, unix_ms)) return 0;
    if (!escape_hidden(NULL, room, (struct span){out, n}, &escaped) || room - escaped < MORE)
        return 0;
    char *payload = out + MORE + escaped - n;
    memmove(payload, out, n);
    return record_wrap(out, room, stamp, (struct span){payload, n});
}

const char *record_decode(struct record *r, struct span line)
{
    char stamp[RECORD_STAMP] = "";
    line = unescape_hidden(line);
    const char *error = packet_decode(&r->said, line);
    if (error != NULL) return error;
    bool has_time = line.n > MORE && memcmp(line.p, BEFORE, BEFORE_LEN) == 0 &&
                    memcmp(line.p + BEFORE_LEN + STAMP_LEN, AFTER, AFTER_LEN) == 0;
    if (has_time) memcpy(stamp, line.p + BEFORE_LEN, STAMP_LEN);
    return has_time && record_parse_time(stamp, &r->unix_ms)
               ? NULL
               : "time must come first, such as " SHAPE;
}
