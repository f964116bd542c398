/* plain: how far text needs no look at every byte: what JSON lets stand for itself, in ASCII. */
#ifndef COMMON_JSON_SCAN_H
#define COMMON_JSON_SCAN_H

#include <stddef.h>

/* How many bytes from p on, of n, are ASCII without control characters, quotation marks and
 * backslashes (RFC 8259, section 7). */
size_t json_scan(const char *p, size_t n);

#endif
