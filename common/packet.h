/* packet: what a frame's payload says. A payload is one flat JSON object (RFC 8259) in UTF-8 with
 * the fields nick, msg and proto. The only file that knows cJSON. */
#ifndef COMMON_PACKET_H
#define COMMON_PACKET_H

#include "common/frame.h"

enum proto {
    PROTO_BROADCAST, /* the first, as the most frequent: words are looked for in this order */
    PROTO_CONNECT,
    PROTO_VERIFY,
    PROTO_READY,
    PROTO_RETRY,
    PROTO_GOODBYE,
    PROTO_SHUTDOWN,
    PROTO_WHO,
    PROTO_UNKNOWN, /* any other word */
};

enum { PACKET_ROOM = FRAME_MAX }; /* bytes for any frame */

/* The name under which the server itself speaks; no client may bear it. */
#define PACKET_SERVER "SERVER"

struct packet {
    enum proto proto;
    const char *nick; /* NULL when the field is null or missing */
    const char *msg;  /* "" when the field is null or missing */
};

/* Reads a payload. Returns NULL, and *p's strings stay until the next packet is read; or a sentence
 * that says what is wrong with it. The fields may stand in any order with any white space, and
 * unknown flat ones are ignored; U+0000, lone surrogates, duplicate keys and nesting are not
 * allowed. Allocates nothing. */
const char *packet_decode(struct packet *p, struct span payload);

/* The same, where proto may be missing or null and is then `unsaid`. */
const char *packet_decode_as(struct packet *p, struct span payload, enum proto unsaid);

/* Writes a whole frame, header included, with the fields in the order nick, msg, proto; a NULL nick
 * is written as null. Returns the frame's size, or 0 when the payload would be over
 * FRAME_PAYLOAD_MAX. nick and msg are valid UTF-8; proto is not PROTO_UNKNOWN. */
size_t packet_encode(char frame[PACKET_ROOM], enum proto proto, const char *nick, const char *msg);

/* Writes the object alone, into any room. Returns its length, or 0 when it does not fit. */
size_t packet_print(char *out, size_t room, enum proto proto, const char *nick, const char *msg);

#endif
