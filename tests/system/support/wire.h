/* wire: the protocol's bytes, written and read from its sentences alone. */
#ifndef TESTS_SYSTEM_SUPPORT_WIRE_H
#define TESTS_SYSTEM_SUPPORT_WIRE_H

#include <stdbool.h>
#include <stddef.h>

enum { WIRE_PAYLOAD_MAX = 65535, WIRE_MAX = 2 + WIRE_PAYLOAD_MAX };

struct packet_seen {
    const char *nick; /* NULL where it is null */
    const char *msg, *proto;
    size_t msg_len;
    const char *like, *resume, *time; /* NULL where they are missing */
};

/* Writes the frame of a payload, or of a packet, at `to`, and returns its size. */
size_t wire_wrap(char *to, const char *payload, size_t n);
size_t wire_frame(char *to, const char *proto, const char *nick, const char *msg);

/* Reads a payload with the fields nick, msg and proto in this order, in a retry like, too, in a
 * ready or verify resume, in a broadcast time, and nothing else; overwrites it with the decoded
 * strings. False when it is not exactly that. */
bool wire_read(char *payload, size_t n, struct packet_seen *ret);

#endif
