/* opinion: a second opinion on what a payload says, for tests: JSON as RFC 8259 has it and our
 * rules on top, read slowly and plainly, with nothing of the code it judges. */
#ifndef TESTS_UNIT_SUPPORT_REFERENCE_JSON_H
#define TESTS_UNIT_SUPPORT_REFERENCE_JSON_H

#include <stdbool.h>
#include <stddef.h>

enum { OPINION_SIZE = 65536 };

struct opinion {
    bool valid;                 /* a packet: the rest holds only then */
    const char *nick, *msg;     /* NULL where null or missing */
    const char *proto;          /* as it is spelled */
    char text[3][OPINION_SIZE]; /* what they lie in */
};

/* Reads a payload of at most OPINION_SIZE - 1 bytes. */
void opinion_read(struct opinion *o, const char *payload, size_t n);

#endif
