#include "common/json_scan.h"

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;

static bool is_literal(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

/* Returns a word in which the high bit of each ASCII byte that must be escaped is set, because a
 * subtraction borrows, and that of any other byte with a bit in `also`. A borrow may also set
 * higher bits, so only the lowest set bit is reliable. */
static inline uint64_t find_stops(uint64_t eight, uint64_t also)
{
    uint64_t quote = eight ^ ('"' * ones), backslash = eight ^ ('\\' * ones);
    uint64_t borrows = (eight - 0x20 * ones) | (quote - ones) | (backslash - ones);
    return ((borrows & ~eight) | (eight & also)) & highs;
}

/* Stops at a byte that must be escaped, or that has a bit of `also`. */
static inline size_t scan(const char *p, size_t n, uint64_t also)
{
    uint64_t eight;
    size_t at = 0;
    for (; n - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, p + at, sizeof eight);
        uint64_t stops = find_stops(le64toh(eight), also);
        if (stops) return at + (size_t)__builtin_ctzll(stops) / 8;
    }
    for (; at < n && is_literal((unsigned char)p[at]); at++)
        if ((unsigned char)p[at] & also & 0x80) break;
    return at;
}

size_t json_scan(const char *p, size_t n)
{
    return scan(p, n, UINT64_MAX);
}

size_t json_scan_literal(const char *p, size_t n)
{
    return scan(p, n, 0);
}

/* A byte from 0x7F on has its high bit set, or sets it when one is added. A carry only changes
 * bytes above a byte that was found. */
size_t json_scan_ascii(const char *p, size_t n)
{
    uint64_t eight;
    size_t at = 0;
    for (; n - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, p + at, sizeof eight);
        eight = le64toh(eight);
        uint64_t stops = (eight | (eight + ones)) & highs;
        if (stops) return at + (size_t)__builtin_ctzll(stops) / 8;
    }
    while (at < n && (unsigned char)p[at] < 0x7F) at++;
    return at;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

int32_t json_escape_unit(const char *p, size_t n)
{
    int32_t unit = 0;
    if (n < 6 || p[0] != '\\' || p[1] != 'u') return -1;
    for (int i = 2; i < 6; i++) {
        int digit = hex_value(p[i]);
        if (digit < 0) return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

bool json_is_high(int32_t unit)
{
    return unit >= 0xD800 && unit < 0xDC00;
}

bool json_is_low(int32_t unit)
{
    return unit >= 0xDC00 && unit < 0xE000;
}

static char *put_unit(char *to, unsigned unit)
{
    static const char hex[] = "0123456789abcdef";
    *to++ = '\\';
    *to++ = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) *to++ = hex[unit >> shift & 0xF];
    return to;
}

size_t json_format_escape(char out[JSON_ESCAPE_SIZE], int32_t cp)
{
    char *to = out;
    unsigned beyond = (unsigned)cp - 0x10000;
    if (cp > 0xFFFF) to = put_unit(to, 0xD800 + (beyond >> 10));
    to = put_unit(to, cp > 0xFFFF ? 0xDC00 + (beyond & 0x3FF) : (unsigned)cp);
    return (size_t)(to - out);
}
