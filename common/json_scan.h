/* json_scan: finds the end of plain ASCII in a JSON string, eight bytes at a time, and reads and
 * writes the escapes \uXXXX (RFC 8259, section 7). */
#ifndef COMMON_JSON_SCAN_H
#define COMMON_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns how many of the n bytes at p, from the first on, are ASCII without control characters,
 * quotation marks and backslashes (RFC 8259, section 7). */
size_t json_scan(const char *p, size_t n);

/* Returns how many of the n bytes at p, from the first on, need no escape in a JSON string. */
size_t json_scan_literal(const char *p, size_t n);

/* Returns how many of the n bytes at p, from the first on, are ASCII without DEL. */
size_t json_scan_ascii(const char *p, size_t n);

/* Returns the UTF-16 code unit of the escape \uXXXX that starts the n bytes at p; -1: they start
 * with none. */
int32_t json_escape_unit(const char *p, size_t n);

/* Whether a code unit is the first, or the second, of a surrogate pair. */
bool json_is_high(int32_t unit);
bool json_is_low(int32_t unit);

enum { JSON_ESCAPE_SIZE = 12 }; /* bytes of two escapes */

/* Writes a code point as \uXXXX, or as two of them beyond U+FFFF. Returns the number of bytes. */
size_t json_format_escape(char out[JSON_ESCAPE_SIZE], int32_t cp);

#endif
