/* Arbitrary bytes as a line of a journal or a chat log, and as a time and two texts of a record.
 *
 * What must hold: a record that is decoded is the same after it is encoded and decoded again, and
 * its time is the text at the front of the line; a record of any time, nickname and message comes
 * back as it was; and a line that is made from a packet is the line that is made from its texts. */
#include "common/record.h"

#include "common/text.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char line[RECORD_ROOM];

static bool is_same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static void must_decode(size_t n, int64_t time, const char *nick, const char *msg, enum proto proto)
{
    struct record record;
    assert(n > 1 && n <= sizeof line && memchr(line, '\n', n) == line + n - 1);
    assert(!record_decode(&record, (struct span){line, n}));
    assert(record.unix_ms == time && record.said.proto == proto);
    assert(is_same_text(record.said.nick, nick) && is_same_text(record.said.msg, msg));
}

static void must_begin_with_time(const char *text, int64_t time)
{
    char stamp[RECORD_STAMP];
    assert(record_format_time(stamp, time));
    assert(memcmp(strchr(text, ':') + 2, stamp, sizeof stamp - 1) == 0);
}

static void must_read(const uint8_t *data, size_t size)
{
    char *copy = malloc(size);
    struct record record;
    assert(copy != NULL);
    memcpy(copy, data, size);
    if (!record_decode(&record, (struct span){copy, size})) {
        must_begin_with_time(copy, record.unix_ms);
        enum proto proto = record.said.proto;
        char *nick = record.said.nick ? strdup(record.said.nick) : NULL;
        char *msg = strdup(record.said.msg);
        assert(msg != NULL);
        if (proto != PROTO_UNKNOWN) {
            size_t n = record_encode(line, sizeof line, record.unix_ms, nick, msg, proto);
            must_decode(n, record.unix_ms, nick, msg, proto);
        }
        free(nick);
        free(msg);
    }
    free(copy);
}

/* Compares the line with that of a packet of the same texts. */
static void must_wrap(size_t n, int64_t time, const char *nick, const char *msg)
{
    static char frame[PACKET_ROOM], wrapped[RECORD_ROOM];
    char stamp[RECORD_STAMP];
    size_t size = packet_encode(frame, PROTO_BROADCAST, nick, msg);
    assert(size > FRAME_HEADER && record_format_time(stamp, time));
    struct span payload = {frame + FRAME_HEADER, size - FRAME_HEADER};
    assert(record_wrap(wrapped, sizeof wrapped, stamp, payload) == n);
    assert(memcmp(wrapped, line, n) == 0);
}

/* The first 8 bytes are a time; a NUL stands between nickname and message. */
static void must_write(const uint8_t *data, size_t size)
{
    int64_t time;
    char stamp[RECORD_STAMP];
    if (size < sizeof time) return;
    memcpy(&time, data, sizeof time);
    if (data[7] % 16) time %= (int64_t)10000 * 366 * 86400 * 1000;
    char *nick = strndup((const char *)data + sizeof time, size - sizeof time);
    assert(nick != NULL);
    size_t used = sizeof time + strlen(nick) + 1;
    char *msg = used < size ? strndup((const char *)data + used, size - used) : strdup("");
    assert(msg != NULL);
    if (text_valid(nick, strlen(nick)) && text_valid(msg, strlen(msg))) {
        size_t n = record_encode(line, sizeof line, time, nick, msg, PROTO_BROADCAST);
        assert((n > 0) == record_format_time(stamp, time));
        if (n > 0) must_decode(n, time, nick, msg, PROTO_BROADCAST);
        if (n > 0) must_wrap(n, time, nick, msg);
    }
    free(nick);
    free(msg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    must_read(data, size);
    must_write(data, size);
    return 0;
}
