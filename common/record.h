/* record: PURE encodes and decodes a line of a log of the room: one JSON object (RFC 8259) with the
 * fields time, nick, msg and proto in this order. time is RFC 3339, in UTC, with milliseconds. A
 * character that cannot be seen (text_is_hidden) is written as \uXXXX, so the line is safe to show,
 * and its values are exactly what was said. */
#ifndef COMMON_RECORD_H
#define COMMON_RECORD_H

#include "common/packet.h"

#include <stdbool.h>
#include <stdint.h>

/* Bytes of the longest record of a packet: without characters that cannot be seen, and with them,
 * because U+007F needs six bytes instead of one. Bytes of a time with its NUL. */
enum {
    RECORD_VISIBLE = FRAME_PAYLOAD_MAX + 128,
    RECORD_ROOM = 6 * FRAME_PAYLOAD_MAX + 128,
    RECORD_STAMP = sizeof "0000-00-00T00:00:00.000Z",
};

struct record {
    int64_t unix_ms;
    struct packet said;
};

/* Encodes a line with its line feed and without a NUL, into `room` bytes; a NULL nick becomes null.
 * Returns its size; 0 if it does not fit or the year does not have four digits. nick and msg are
 * valid UTF-8; proto is not PROTO_UNKNOWN. */
size_t record_encode(char *out, size_t room, int64_t unix_ms, const char *nick, const char *msg,
                     enum proto proto);

/* Formats a time, with a NUL. Returns false if the year does not have four digits. */
bool record_format_time(char stamp[RECORD_STAMP], int64_t unix_ms);

/* Parses a time in exactly this form. Returns false, and leaves *ret undefined, if it is another.
 */
bool record_parse_time(const char *stamp, int64_t *ret);

/* Makes a line from a time and a payload that packet_encode wrote, without decoding it, in `room`
 * bytes. Returns its size, with the line feed; 0 if it does not fit. */
size_t record_wrap(char *out, size_t room, const char stamp[RECORD_STAMP], struct span payload);

/* Decodes a line, with or without its line feed, also if its characters are not escaped. Returns
 * NULL, and the strings of *r stay valid until the next packet or record is decoded; or a clause
 * that says what is wrong. */
const char *record_decode(struct record *r, struct span line);

#endif
