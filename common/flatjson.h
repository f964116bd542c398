/* flatjson: checks that bytes are one flat JSON object (RFC 8259), and finds fields in it. cJSON
 * alone accepts invalid JSON. One pass, no allocation. */
#ifndef COMMON_FLATJSON_H
#define COMMON_FLATJSON_H

#include "common/frame.h"

enum {
    FLATJSON_FIELDS = 32, /* maximum number of fields */
    FLATJSON_NUMBER = 60, /* maximum characters of a number */
};

/* Errors of flatjson_find that other files compare. */
#define FLATJSON_NOT_OBJECT     "it must be one JSON object"
#define FLATJSON_NO_QUOTE       "a quotation mark is missing"
#define FLATJSON_NO_COLON       "a colon is missing after a field's name"
#define FLATJSON_NOT_CLOSED     "the object is not closed"
#define FLATJSON_NOT_ALONE      "text follows the object"
#define FLATJSON_LONE_SURROGATE "half of a surrogate pair stands alone"

/* Checks that the bytes are exactly one JSON object in UTF-8: with at most FLATJSON_FIELDS fields;
 * values are strings, numbers of at most FLATJSON_NUMBER characters, true, false or null; no key
 * occurs twice, in any spelling; no U+0000, no lone surrogate. Returns NULL if so. Then values[i]
 * is the text of the value of field names[i], with the quotation marks of a string; all zero if
 * there is no such field. Names are ASCII. Otherwise returns a clause that says what is wrong. */
const char *flatjson_find(struct span object, int count, const char *const names[],
                          struct span values[]);

#endif
