/* flatjson: the strict screen before cJSON, which lets much through that JSON (RFC 8259) does not
 * allow. One pass, no allocation. */
#ifndef COMMON_FLATJSON_H
#define COMMON_FLATJSON_H

#include <stddef.h>

enum { FLATJSON_FIELDS = 32, FLATJSON_NUMBER = 60 };

/* Returns NULL when the bytes are exactly one JSON object in UTF-8 whose values are strings,
 * numbers of at most FLATJSON_NUMBER characters, true, false or null: at most FLATJSON_FIELDS of
 * them, no key twice however it is escaped, no U+0000 and no lone surrogate. Else a sentence saying
 * what is not so. */
const char *flatjson_check(const char *p, size_t n);

#endif
