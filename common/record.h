/* record: PURE a line of a log of the room: what was said, and when, as one JSON object (RFC 8259)
 * with the fields time, nick, msg and proto in this order; time is RFC 3339, in UTC, with
 * milliseconds. */
#ifndef COMMON_RECORD_H
#define COMMON_RECORD_H

#include "common/packet.h"

#include <stdbool.h>
#include <stdint.h>

/* Room for the record of whatever fits into a packet, and for a time with its NUL. */
enum { RECORD_ROOM = FRAME_PAYLOAD_MAX + 128, RECORD_STAMP = sizeof "0000-00-00T00:00:00.000Z" };

struct record {
    int64_t unix_ms;
    struct packet said;
};

/* Writes a line, its line feed included and no NUL after it; a NULL nick is written as null.
 * Returns its size, or 0 when it does not fit into `room` bytes, or the year has not four digits.
 * nick and msg are valid UTF-8; proto is not PROTO_UNKNOWN. */
size_t record_encode(char *out, size_t room, int64_t unix_ms, const char *nick, const char *msg,
                     enum proto proto);

/* Writes a time, NUL-terminated. False where the year has no four digits. */
bool record_time(char stamp[RECORD_STAMP], int64_t unix_ms);

/* Writes a line, its line feed included, from a time and a payload as packet_encode writes it, and
 * returns its size. Nothing is decoded. */
size_t record_wrap(char out[RECORD_ROOM], const char stamp[RECORD_STAMP], struct span payload);

/* Reads a line, with or without its line feed. Returns NULL, and *r's strings stay until the next
 * packet or record is read; or a sentence that says what is wrong with it. */
const char *record_decode(struct record *r, struct span line);

#endif
