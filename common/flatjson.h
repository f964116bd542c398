/* flatjson: checks that bytes are one flat JSON object (RFC 8259), because cJSON accepts much that
 * is not. One pass, no allocation. */
#ifndef COMMON_FLATJSON_H
#define COMMON_FLATJSON_H

#include <stddef.h>

enum {
    FLATJSON_FIELDS = 32, /* maximum number of fields */
    FLATJSON_NUMBER = 60, /* maximum characters of a number */
};

#define FLATJSON_NO_QUOTE "a quotation mark is missing"

/* Returns NULL if the bytes are exactly one JSON object in UTF-8, with at most FLATJSON_FIELDS
 * fields whose values are strings, numbers of at most FLATJSON_NUMBER characters, true, false or
 * null; without a key that occurs twice, however it is escaped, U+0000, or a lone surrogate.
 * Otherwise returns a clause that says what is wrong. */
const char *flatjson_check(const char *p, size_t n);

#endif
