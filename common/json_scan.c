#include "common/json_scan.h"

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* Of eight bytes, a high bit for each that is not plain: its own, or one that was borrowed when
 * what must not be there is subtracted. The lowest that is set is right; the others need not be. */
static uint64_t not_plain(uint64_t eight)
{
    const uint64_t ones = 0x0101010101010101, highs = 0x80 * ones;
    uint64_t quote = eight ^ ('"' * ones), backslash = eight ^ ('\\' * ones);
    return (eight | (eight - 0x20 * ones) | (quote - ones) | (backslash - ones)) & highs;
}

size_t json_scan(const char *p, size_t n)
{
    uint64_t eight;
    size_t at = 0;
    for (; n - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, p + at, sizeof eight);
        uint64_t stops = not_plain(le64toh(eight));
        if (stops) return at + (size_t)__builtin_ctzll(stops) / 8;
    }
    while (at < n && is_plain((unsigned char)p[at])) at++;
    return at;
}
