#include "common/json_scan.h"

#include "tests/unit/support/dice.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <string.h>

enum { BYTES = 40, ROUNDS = 20000 };

static bool is_literal(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

static bool is_plain(unsigned char c)
{
    return is_literal(c) && c < 0x80;
}

static bool is_ascii(unsigned char c)
{
    return c < 0x7F;
}

static size_t count_while(bool (*is)(unsigned char), const char *p, size_t n)
{
    size_t at = 0;
    while (at < n && is((unsigned char)p[at])) at++;
    return at;
}

/* Most bytes are those at which a scan may stop, or the ones beside them. */
static void fill(char bytes[BYTES])
{
    static const unsigned char edges[] = {0x00, 0x1F, 0x20, 0x21, '"',  '#',  '[',  '\\',
                                          ']',  'a',  0x7E, 0x7F, 0x80, 0x81, 0xA2, 0xFF};
    unsigned stops = dice(BYTES);
    memset(bytes, 'a', BYTES);
    for (unsigned i = 0; i < stops; i++) bytes[dice(BYTES)] = (char)edges[dice(sizeof edges)];
}

Test(json_scan, each_scan_stops_at_the_same_byte_as_a_loop_over_single_bytes)
{
    char bytes[BYTES];
    for (int round = 0; round < ROUNDS; round++) {
        fill(bytes);
        size_t n = dice(BYTES + 1);
        cr_assert_eq(json_scan(bytes, n), count_while(is_plain, bytes, n));
        cr_assert_eq(json_scan_literal(bytes, n), count_while(is_literal, bytes, n));
        cr_assert_eq(json_scan_ascii(bytes, n), count_while(is_ascii, bytes, n));
    }
}
