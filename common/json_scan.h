/* json_scan: finds the end of plain ASCII in a JSON string, eight bytes at a time. */
#ifndef COMMON_JSON_SCAN_H
#define COMMON_JSON_SCAN_H

#include <stddef.h>

/* Returns how many of the n bytes at p, from the first on, are ASCII without control characters,
 * quotation marks and backslashes (RFC 8259, section 7). */
size_t json_scan(const char *p, size_t n);

#endif
