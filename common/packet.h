/* packet: encodes and decodes the payload of a frame: one flat JSON object (RFC 8259) in UTF-8 with
 * the fields nick, msg and proto. The only file that uses cJSON. */
#ifndef COMMON_PACKET_H
#define COMMON_PACKET_H

#include "common/frame.h"

enum proto {
    PROTO_BROADCAST, /* first, because packet_decode compares in this order */
    PROTO_CONNECT,
    PROTO_VERIFY,
    PROTO_READY,
    PROTO_RETRY,
    PROTO_GOODBYE,
    PROTO_SHUTDOWN,
    PROTO_WHO,
    PROTO_UNKNOWN, /* any other string */
};

enum { PACKET_ROOM = FRAME_MAX }; /* bytes of the largest frame */

/* The nickname of the server; no client may have it. */
#define PACKET_SERVER "SERVER"

/* The notices that clients recognise; see klatch-protocol(5). */
#define PACKET_JOINED            " joined the chat"
#define PACKET_LEFT              " left the chat"
#define PACKET_RENAMED           " is now known as "
#define PACKET_COUNTDOWN         "Server Shutting down in "
#define PACKET_COUNTDOWN_SECONDS " seconds"

struct packet {
    enum proto proto;
    const char *word;   /* the text of proto */
    const char *nick;   /* NULL when the field is null or missing */
    const char *msg;    /* "" when the field is null or missing */
    const char *like;   /* in a retry: the nickname that the wanted one looks like; or NULL */
    const char *resume; /* in a ready or verify: the secret to come back with; or NULL */
    const char *time;   /* in a broadcast of the history: when it was said, by record.h; or NULL */
};

/* Errors of packet_decode for an empty payload, and for a field that has the wrong type. */
#define PACKET_EMPTY       "its length was 0"
#define PACKET_MSG_WRONG   "msg must be a string or null"
#define PACKET_NICK_WRONG  "nick must be a string or null"
#define PACKET_PROTO_WRONG "proto must be a string"

/* Decodes a payload: fields in any order with any white space; ignores unknown flat fields. Returns
 * NULL, and the strings of *p stay valid until the next packet is decoded; or a clause that says
 * what is wrong: see flatjson_find and above. Allocates nothing. */
const char *packet_decode(struct packet *p, struct span payload);

/* Decodes a payload whose proto may be missing or null, which then means `unsaid`. */
const char *packet_decode_as(struct packet *p, struct span payload, enum proto unsaid);

/* Encodes a frame with its header and the fields in the order nick, msg, proto; a NULL nick becomes
 * null. Returns the size of the frame; 0 if the payload exceeds FRAME_PAYLOAD_MAX. nick and msg are
 * valid UTF-8; proto is not PROTO_UNKNOWN. */
size_t packet_encode(char frame[PACKET_ROOM], enum proto proto, const char *nick, const char *msg);

/* Encodes a retry with a fourth field, `like`: the nickname that the wanted one looks like. */
size_t packet_encode_retry(char frame[PACKET_ROOM], const char *like);

/* Encodes a ready or a verify with a fourth field, `resume`: the secret to come back with. The
 * author of a ready is PACKET_SERVER, of a verify null. */
size_t packet_encode_ready(char frame[PACKET_ROOM], const char *resume);
size_t packet_encode_verify(char frame[PACKET_ROOM], const char *nick, const char *resume);

/* Adds a fourth field, `time`, to a frame of n bytes that packet_encode wrote. The text needs no
 * escapes; "" is none. Returns the new size; 0, and changes nothing, if it does not fit. */
size_t packet_add_time(char frame[PACKET_ROOM], size_t n, const char *time);

/* Encodes the object without a header, into `room` bytes. Returns its length; 0 if it does not fit.
 */
size_t packet_print(char *out, size_t room, enum proto proto, const char *nick, const char *msg);

/* Returns the number of bytes of a text in a payload, escaped. The length of a payload is this
 * number plus the length of the same payload with an empty text. */
size_t packet_text_size(const char *text, size_t n);

#endif
