/* reference_json: what a payload says, read by other code than the product's: JSON by RFC 8259, and
 * the rules of a packet on top. */
#ifndef TESTS_UNIT_SUPPORT_REFERENCE_JSON_H
#define TESTS_UNIT_SUPPORT_REFERENCE_JSON_H

#include <stdbool.h>
#include <stddef.h>

enum { REFERENCE_JSON_SIZE = 65536 };

struct reference_packet {
    bool valid;                        /* a packet: the rest holds only then */
    const char *nick, *msg;            /* NULL where null or missing */
    const char *proto;                 /* as it is spelled */
    char text[3][REFERENCE_JSON_SIZE]; /* what they lie in */
};

/* Reads a payload of at most REFERENCE_JSON_SIZE - 1 bytes. */
void reference_json_read(struct reference_packet *o, const char *payload, size_t n);

#endif
