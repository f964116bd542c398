/* plain: how far text needs no look at every byte: what JSON lets stand for itself, in ASCII. */
#ifndef COMMON_PLAIN_H
#define COMMON_PLAIN_H

#include <stddef.h>

/* How many bytes from p on, of n, are ASCII without control characters, quotation marks and
 * backslashes (RFC 8259, section 7). */
size_t plain_span(const char *p, size_t n);

#endif
