/* flatjson: checks that bytes are one flat JSON object (RFC 8259), because cJSON accepts much that
 * is not, and finds fields in it. One pass, no allocation. */
#ifndef COMMON_FLATJSON_H
#define COMMON_FLATJSON_H

#include "common/frame.h"

enum {
    FLATJSON_FIELDS = 32, /* maximum number of fields */
    FLATJSON_NUMBER = 60, /* maximum characters of a number */
};

/* What flatjson_find returns, as far as others compare it. */
#define FLATJSON_NOT_OBJECT "it must be one JSON object"
#define FLATJSON_NO_QUOTE   "a quotation mark is missing"
#define FLATJSON_NOT_CLOSED "the object is not closed"

/* Returns NULL if the bytes are exactly one JSON object in UTF-8, with at most FLATJSON_FIELDS
 * fields whose values are strings, numbers of at most FLATJSON_NUMBER characters, true, false or
 * null; without a key that occurs twice, however it is escaped, U+0000, or a lone surrogate. Then
 * values[i] is the value of the field names[i] as it stands in the object, such as "hi" with its
 * quotation marks; all zero if there is no such field. Names are ASCII. Otherwise returns a clause
 * that says what is wrong. */
const char *flatjson_find(struct span object, int count, const char *const names[],
                          struct span values[]);

#endif
