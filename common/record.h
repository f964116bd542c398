/* record: PURE a line of a log of the room: what was said, and when, as one JSON object (RFC 8259)
 * with the fields time, nick, msg and proto in this order; time is RFC 3339, in UTC, with
 * milliseconds. */
#ifndef COMMON_RECORD_H
#define COMMON_RECORD_H

#include "common/packet.h"

#include <stdint.h>

/* Room for the record of whatever fits into a packet. */
enum { RECORD_ROOM = FRAME_PAYLOAD_MAX + 128 };

struct record {
    int64_t unix_ms;
    struct packet said;
};

/* Writes a line, its line feed included and no NUL after it; a NULL nick is written as null.
 * Returns its size, or 0 when it does not fit into `room` bytes (a few more than the line has are
 * needed), or the year is not one of four digits. nick and msg are valid UTF-8; proto is not
 * PROTO_UNKNOWN. */
size_t record_encode(char *out, size_t room, int64_t unix_ms, const char *nick, const char *msg,
                     enum proto proto);

/* Reads a line, with or without its line feed. Returns NULL, and the caller ends with record_free;
 * or a sentence that says what is wrong with it, and *r holds nothing. */
const char *record_decode(struct record *r, struct span line);

/* Frees a decoded record's strings; fine on one that holds nothing. */
void record_free(struct record *r);

#endif
