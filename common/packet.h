/* packet: what a frame's payload says. A payload is one flat JSON object (RFC 8259) in UTF-8 with
 * the fields nick, msg and proto. The only file that knows cJSON. */
#ifndef COMMON_PACKET_H
#define COMMON_PACKET_H

#include "common/frame.h"

enum proto {
    PROTO_CONNECT,
    PROTO_VERIFY,
    PROTO_READY,
    PROTO_RETRY,
    PROTO_BROADCAST,
    PROTO_GOODBYE,
    PROTO_SHUTDOWN,
    PROTO_WHO,
    PROTO_UNKNOWN, /* any other word */
};

/* Room for any frame, and the few bytes more that cJSON wants while it writes. */
enum { PACKET_ROOM = FRAME_MAX + 16 };

/* The name under which the server itself speaks; no client may bear it. */
#define PACKET_SERVER "SERVER"

struct packet {
    enum proto proto;
    const char *nick; /* NULL when the field is null or missing */
    const char *msg;  /* never NULL: "" when the field is null or missing */
    void *owner;      /* what the strings lie in */
};

/* Reads a payload. Returns NULL, and the caller ends with packet_free; or a sentence that says what
 * is wrong with it, and *p holds nothing. The fields may stand in any order with any white space,
 * and unknown flat ones are ignored; U+0000, lone surrogates, duplicate keys and nesting are not
 * allowed. */
const char *packet_decode(struct packet *p, struct span payload);

/* The same, where proto may be missing or null and is then `unsaid`. */
const char *packet_decode_as(struct packet *p, struct span payload, enum proto unsaid);

/* What packet_decode returns where nothing is wrong with the packet but memory is short. */
extern const char packet_no_memory[];

/* The text of another field of a decoded packet; NULL where it has none of that name, or no text.
 * Valid until packet_free. */
const char *packet_text(const struct packet *p, const char *name);

/* Frees a decoded packet's strings; fine on one that holds nothing. */
void packet_free(struct packet *p);

/* Writes a whole frame, header included, with the fields in the order nick, msg, proto; a NULL nick
 * is written as null. Returns the frame's size, or 0 when the payload would be over
 * FRAME_PAYLOAD_MAX. nick and msg are valid UTF-8; proto is not PROTO_UNKNOWN. */
size_t packet_encode(char frame[PACKET_ROOM], enum proto proto, const char *nick, const char *msg);

/* Writes the object alone, NUL-terminated, with a field `time` before the others unless it is NULL.
 * Returns its length, or 0 when it does not fit: cJSON wants a few bytes more than it writes. */
size_t packet_print(char *out, size_t room, const char *time, enum proto proto, const char *nick,
                    const char *msg);

#endif
